/**
 * `npm start`: from a fresh checkout to a running installation, with nothing but Node. `-- --live` lets new orders
 * keep arriving in the sandbox, `-- --begin-anew` sets what is stored aside. What it does and how to change it: docs/running.md.
 */
import { BRING_UP_STEPS, bringUp } from './lib/bring-up.mjs';
import { requireNode } from './lib/install.mjs';
import { LaunchError } from './lib/launch-error.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: BRING_UP_STEPS });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => arg !== '--live' && arg !== '--begin-anew');
  if (unknown !== undefined) {
    throw new LaunchError(
      `${unknown} is not known. npm start takes --live (new orders keep arriving in the sandbox) and --begin-anew (what is stored is set aside): npm start -- --live`,
    );
  }
  await bringUp({
    progress,
    shutdown,
    command: 'npm start',
    live: args.includes('--live'),
    anew: args.includes('--begin-anew'),
  });
});
