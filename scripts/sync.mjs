/** `npm run sync`: tools/sync.ts. */
import { runTool } from './lib/tool.mjs';

await runTool('sync', {
  usage: 'npm run sync',
  what: 'Asks the running installation for sync runs and shows how far they are: docs/running.md',
  options: {
    '--shop NAME': 'a shop’s name or number, or all',
    '--kind KIND': 'orders, amounts, addresses, after-sales, products, promotions, … or all',
    '--since YYYY-MM-DD': 'reads orders anew from that day on',
    '--no-wait': 'asks, and does not watch',
  },
});
