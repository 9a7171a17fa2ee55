/** `npm run replay`: tools/replay.ts. */
import { runTool } from './lib/tool.mjs';

await runTool('replay', {
  usage: 'npm run replay',
  what: 'Consumers of events, what waits for them, and how each is built again while everything runs: docs/running.md',
  options: {
    '--shop NAME': 'only this shop (analytics__order-facts)',
    '--abandon': 'gives up what is being built (analytics__order-facts)',
    '--no-wait': 'asks, and does not watch',
    '--id NUMBER': 'this dead letter (dead-letters)',
    '--all': 'every dead letter (dead-letters)',
  },
  rest: 'a consumer, or dead-letters',
});
