/**
 * `npm run dev`: like `npm start`, then compiles what changes (tsc -w, vite build --watch) and starts the services
 * concerned again.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { BRING_UP_STEPS, bringUp } from './lib/bring-up.mjs';
import { sourceHashes } from './lib/build.mjs';
import { commandLine } from './lib/command-line.mjs';
import { closedEnvironment } from './lib/environment.mjs';
import { requireNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { SERVICES } from './lib/services.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: BRING_UP_STEPS });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { has } = commandLine({
    usage: 'npm run dev',
    what: 'Like npm start; then compiles what changes and starts the services concerned again.',
    options: { '--live': 'new orders and changes keep arriving in the sandbox' },
  });
  // A type error in one file must not keep the rest from running.
  process.env.OMNI_ALLOW_BUILD_ERRORS ??= '1';
  process.env.NODE_ENV ??= 'development';
  const services = await bringUp({
    progress,
    shutdown,
    command: 'npm run dev',
    live: has('--live'),
  });

  let running = sourceHashes(ROOT);
  let work = Promise.resolve();
  const restartChanged = async () => {
    const now = sourceHashes(ROOT);
    const changed = (/** @type {string} */ folder) => now.get(folder) !== running.get(folder);
    const libsChanged = changed('libs');
    const concerned = [...services.entries()].filter(
      ([name]) => changed(`apps/${SERVICES[name].folder}`) || (libsChanged && SERVICES[name].isOnBus),
    );
    running = now;
    await Promise.all(
      concerned.map(async ([name, child]) => {
        try {
          await child.restart();
          progress.line(`[${name}] started again`);
        } catch (error) {
          progress.line(
            `[${name}] ${/** @type {Error} */ (error).message} Mend it: the next change starts it again.`,
          );
        }
      }),
    );
  };
  watch('typescript/bin/tsc', ['-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'], (line) => {
    if (/error TS/.test(line)) progress.line(line);
    if (/Found \d+ errors?\. Watching/.test(line)) work = work.then(restartChanged);
  });
  if (fs.existsSync(path.join(ROOT, 'apps', 'web', 'vite.config.ts'))) {
    watch(
      'vite/bin/vite.js',
      ['build', path.join('apps', 'web'), '--watch', '--logLevel', 'warn'],
      (line) => line.trim() && progress.line(`[page] ${line}`),
    );
  }
  progress.line('Watching for changes.');
});

/** @param {string} script below node_modules @param {string[]} args @param {(line: string) => void} onLine */
function watch(script, args, onLine) {
  const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...closedEnvironment(process.env), NO_COLOR: '1' },
  });
  for (const stream of [child.stdout, child.stderr])
    readline.createInterface({ input: stream }).on('line', onLine);
  child.once('exit', (code) => {
    if (!shutdown.stopping)
      progress.line(
        `${path.basename(script)} ended (exit ${code}): changes are no longer compiled. Start npm run dev again.`,
      );
  });
  shutdown.add(script, () => void child.kill());
}
