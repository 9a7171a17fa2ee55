/**
 * `npm run check`: format, lint, types, boundaries, and whether generated files are current. Fast enough to run before every
 * commit. All parts run even when one fails.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { commandLine } from './lib/command-line.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: 1 });
const shutdown = createShutdown(progress);
const inModules = (/** @type {string} */ file) => path.join('node_modules', file);

await shutdown.run(async () => {
  requireNode();
  commandLine({
    usage: 'npm run check',
    what: 'Format, lint, types, boundaries, no secrets, and whether generated files are current.',
  });
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const webConfig = path.join('apps', 'web', 'tsconfig.json');
  const parts = [
    {
      name: 'format and lint (biome)',
      args: [
        inModules('@biomejs/biome/bin/biome'),
        'ci',
        ...(process.stdout.isTTY ? [] : ['--colors=off']),
        '.',
      ],
    },
    {
      name: 'types of the services (tsc)',
      args: [inModules('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit'],
    },
    ...(fs.existsSync(path.join(ROOT, webConfig))
      ? [
          {
            name: 'types of the page (tsc)',
            args: [inModules('typescript/bin/tsc'), '-p', webConfig, '--noEmit'],
          },
        ]
      : []),
    { name: 'boundaries (dependency-cruiser)', args: [path.join('scripts', 'check-boundaries.mjs')] },
    { name: 'no secret in files and history', args: [path.join('scripts', 'check-secrets.mjs')] },
    { name: 'generated files are current', args: [path.join('scripts', 'check-generated.mjs')] },
  ];
  const failed = [];
  for (const { name, args } of parts) {
    process.stdout.write(`\n${progress.paint('1', name)}\n`);
    if ((await run(args)) !== 0) failed.push(name);
  }
  process.stdout.write(failed.length > 0 ? `\ncheck failed: ${failed.join('; ')}\n` : '\ncheck: all good\n');
  return failed.length > 0 ? 1 : 0;
});

/** @param {string[]} args @returns {Promise<number>} the exit code */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      signal: shutdown.signal,
    });
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
