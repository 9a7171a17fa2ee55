/** `npm run build [-- --force]`: installs what is missing, then builds what has changed: services and page. */
import { build } from './lib/build.mjs';
import { commandLine } from './lib/command-line.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: 2 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { has } = commandLine({
    usage: 'npm run build',
    what: 'Installs what is missing, then builds what has changed: services and page.',
    options: { '--force': 'builds all of it' },
  });
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { force: has('--force'), signal: shutdown.signal }));
  return 0;
});
