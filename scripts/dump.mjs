/** `npm run dump`: tools/dump.ts. */
import { buildAndRunTool } from './lib/tool.mjs';

await buildAndRunTool(
  'dump',
  {
    usage: 'npm run dump',
    what: 'Every REST answer and event of a seeded world, and whether two of them are equal: docs/testing.md',
    options: {
      '--out FILE': 'brings up an installation of its own and writes its dump',
      '--compare BEFORE': 'compares it with the dump AFTER instead',
      '--names FILE': 'through this map of names',
    },
    rest: 'AFTER',
  },
  { steps: 1 },
);
