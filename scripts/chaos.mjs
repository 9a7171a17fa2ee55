/** `npm run chaos`: tools/chaos.ts; the processes that it kills are started as `npm start` starts them. */
import { buildAndRunTool } from './lib/tool.mjs';

await buildAndRunTool(
  'chaos',
  {
    usage: 'npm run chaos',
    what: 'Kills processes, NATS and Postgres at random, then compares all that is stored with the truth: docs/chaos.md',
    options: {
      '--seed 1,2,3': 'one round each (1)',
      '--minutes N': 'of chaos for each seed (3)',
      '--replicas N': 'of each service (2)',
      '--gap N': 'seconds between two kills, on average (4)',
      '--shops N': '(4)',
      '--orders N': 'of a shop (400)',
      '--products N': 'of a shop (80)',
      '--changes N': 'a second (4)',
      '--settle N': 'minutes that all may take to agree (10)',
      '--out FILE': 'the report is appended to it',
    },
  },
  // It needs packages, which may be there only now.
  { web: false, given: () => import('./lib/chaos/cluster.mjs') },
);
