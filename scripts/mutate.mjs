/**
 * `npm run mutate -- <area or part of a path>…`: puts small faults into the sources, one at a time, and asks whether a
 * test notices. docs/testing.md says how to read the answer; `--write` keeps it there.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { commandLine } from './lib/command-line.mjs';
import { listFiles } from './lib/files.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { LaunchError } from './lib/launch-error.mjs';
import { MEASURING } from './lib/mutation/areas.mjs';
import { MUTATE, readMutateArguments } from './lib/mutation/arguments.mjs';
import { scoreOf, writeBlock } from './lib/mutation/report.mjs';
import { sample } from './lib/mutation/sample.mjs';
import { DIST, ROOT } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';
import { startTestServers } from './lib/test-servers.mjs';

/** For the run without a fault; with one, tests may take three times what that took. */
const FIRST_TIMEOUT_MS = 600_000;
const SPARE_MS = 10_000;
const GOAL = 90;

const progress = createProgress({ steps: 5 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const wanted = readMutateArguments(commandLine(MUTATE).args);
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { web: false, signal: shutdown.signal }));
  // They need the compiler, which is there only now.
  const { mutantsOf, parses, withFault } = await import('./lib/mutation/mutants.mjs');
  const { createWorkshop } = await import('./lib/mutation/workshop.mjs');
  const { createCompiler } = await import('./lib/mutation/compiler.mjs');
  const texts = readSources([...wanted.sources, ...wanted.rulesOf]);
  const specs = findSpecs(wanted.tests);
  const all = [...texts].flatMap(([file, text]) =>
    mutantsOf(text, file)
      .filter(({ isRule }) => isRule || wanted.sources.some((part) => file.includes(part)))
      .map((mutant) => ({ file, ...mutant })),
  );
  const textOf = (/** @type {{ file: string }} */ { file }) => texts.get(file) ?? '';
  const chosen = sample(all, {
    seed: wanted.seed,
    most: wanted.most,
    isWanted: (mutant) => parses(withFault(textOf(mutant), mutant)),
  });
  const { env, work } = await startTestServers(progress, shutdown);

  const checking = progress.step('Tests without a fault');
  const workshops = Array.from({ length: Math.min(wanted.workers, chosen.length) }, (_, n) =>
    createWorkshop(path.join(work, `workshop-${n}`), env),
  );
  const [first] = workshops;
  if (first === undefined) throw new LaunchError('There is nothing in these files that could be mutated.');
  // Compiled as with a fault: what that alone breaks would count as noticed.
  for (const [file, text] of texts) first.put(file, text);
  const clean = await first.test(specs, FIRST_TIMEOUT_MS, shutdown.signal);
  if (clean.verdict !== 'passed')
    throw new LaunchError(`The tests ${clean.verdict} without any fault. Mend them first: npm test`, {
      details: clean.output,
    });
  checking.done(`${specs.length} files, ${clean.output.trim()} in ${(clean.ms / 1000).toFixed(1)} s`);

  const timeoutMs = 3 * clean.ms + SPARE_MS;
  const queue = [...chosen];
  const refuses = createCompiler();
  /** @type {typeof chosen} */
  const survivors = [];
  let refused = 0;
  let late = 0;
  await Promise.all(
    workshops.map(async (workshop) => {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        workshop.put(mutant.file, withFault(textOf(mutant), mutant));
        const { verdict } = await workshop.test(ownFirst(specs, mutant.file), timeoutMs, shutdown.signal);
        shutdown.signal.throwIfAborted();
        workshop.restore(mutant.file);
        const isRefused = verdict === 'passed' && refuses(mutant.file, withFault(textOf(mutant), mutant));
        if (isRefused) refused += 1;
        else if (verdict === 'passed') survivors.push(mutant);
        if (verdict === 'timed out') late += 1;
        const mark = isRefused
          ? 'no build'
          : ({ passed: 'NOT NOTICED', failed: 'noticed' }[verdict] ?? verdict);
        progress.line(`  ${mark.padEnd(12)}${mutant.file}:${mutant.line}  ${mutant.what}`);
      }
    }),
  );
  survivors.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  const result = {
    ...wanted,
    at: new Date().toISOString().slice(0, 10),
    of: all.length,
    tried: chosen.length,
    late,
    refused,
    survivors,
  };
  const score = scoreOf(result);
  if (wanted.write) writeBlock(path.join(ROOT, 'docs', 'testing.md'), result);
  await shutdown.stopAll();
  process.stdout.write(
    `\n${score} % of ${chosen.length} faults noticed (goal ${GOAL} %)\n${survivors.map(({ file, line, what }) => `  ${file}:${line}  ${what}\n`).join('')}`,
  );
  process.exit(score >= GOAL ? 0 : 1);
});

/** @param {string[]} wanted @returns {Map<string, string>} */
function readSources(wanted) {
  const files = ['apps', 'libs', 'tools']
    .flatMap((folder) =>
      listFiles(path.join(ROOT, folder), (name) => name !== 'node_modules' && name !== 'dist').map((file) =>
        path.join(folder, file),
      ),
    )
    .filter(
      (file) => /(?<!\.d|spec|\.fixture|\.migration)\.ts$/.test(file) && !/\/(migrations|test)\//.test(file),
    )
    .filter((file) => wanted.some((part) => file.includes(part)))
    .filter((file) => fs.existsSync(path.join(DIST, file.replace(/\.ts$/, '.js'))))
    .sort();
  if (files.length === 0) throw new LaunchError(`No source fits ${wanted.join(', ')}.`);
  return new Map(files.map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8')]));
}

/** @param {string[]} wanted @returns {string[]} relative to dist */
function findSpecs(wanted) {
  const specs = ['apps', 'libs', 'tools']
    .flatMap((folder) => listFiles(path.join(DIST, folder)).map((file) => path.join(folder, file)))
    .filter((file) => /\.(?:int-)?spec\.js$/.test(file) && wanted.some((part) => file.includes(part)))
    .filter((file) => !MEASURING.some((part) => file.includes(part)))
    // Those without servers are the quickest to say no.
    .sort((a, b) => Number(a.includes('int-spec')) - Number(b.includes('int-spec')) || (a < b ? -1 : 1));
  if (specs.length === 0) throw new LaunchError(`No test fits ${wanted.join(', ')}; name some with --tests.`);
  return specs;
}

/** @param {string[]} specs @param {string} file */
function ownFirst(specs, file) {
  const stem = file.replace(/\.ts$/, '.');
  return [...specs].sort((a, b) => Number(b.startsWith(stem)) - Number(a.startsWith(stem)));
}
