/**
 * `npm start`: from a fresh checkout to a running installation, with nothing but Node. `-- --live` lets new orders
 * keep arriving in the sandbox, `-- --begin-anew` sets what is stored aside. What it does and how to change it: docs/running.md.
 */
import { BRING_UP_STEPS, bringUp } from './lib/bring-up.mjs';
import { commandLine } from './lib/command-line.mjs';
import { requireNode } from './lib/install.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: BRING_UP_STEPS });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { has } = commandLine({
    usage: 'npm start',
    what: 'From a fresh checkout to a running installation: packages, build, Postgres, NATS, sandbox and services. Ctrl-C stops it. Settings: docs/running.md',
    options: {
      '--live': 'new orders and changes keep arriving in the sandbox',
      '--begin-anew': 'what is stored is set aside, and a new installation begins',
    },
  });
  await bringUp({
    progress,
    shutdown,
    command: 'npm start',
    live: has('--live'),
    anew: has('--begin-anew'),
  });
});
