/**
 * `npm run dump -- --out FILE`: what an installation of its own with a seeded world answers and tells, as JSON lines.
 * `npm run dump -- --compare BEFORE AFTER --names FILE`: whether two of them are equal through one map of names. How to
 * read it: docs/testing.md.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './lib/build.mjs';
import { commandLine } from './lib/command-line.mjs';
import { readDumpArguments } from './lib/dump-arguments.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { DIST } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: 3 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { args } = commandLine({
    usage: 'npm run dump',
    what: 'Every REST answer and event of a seeded world, and whether two of them are equal: docs/testing.md',
    options: {
      '--out FILE': 'brings up an installation of its own and writes its dump',
      '--compare BEFORE': 'compares it with the dump AFTER instead',
      '--names FILE': 'through this map of names',
    },
    rest: 'AFTER',
  });
  const wanted = readDumpArguments(args);
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { signal: shutdown.signal }));
  const load = (/** @type {string} */ file) =>
    import(pathToFileURL(path.join(DIST, 'test', 'dump', file)).href);
  const step = progress.step('out' in wanted ? 'Dump' : 'Comparison');
  let code = 0;
  if ('out' in wanted) {
    step.done(`${await (await load('dump.js')).dump(path.resolve(wanted.out))} lines`);
  } else {
    const { compareFiles } = await load('compare.js');
    const differences = compareFiles(wanted.before, wanted.after, wanted.names);
    step.done(`${differences.length} differences`);
    for (const text of differences.slice(0, 50)) process.stdout.write(`${text}\n`);
    code = differences.length === 0 ? 0 : 1;
  }
  return code;
});
