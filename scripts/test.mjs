/**
 * `npm test [-- filter…]`: brings up its own Postgres and NATS on free ports, runs unit, integration and end-to-end
 * suites, and leaves nothing behind. A filter is a part of a file's path: npm test -- libs/marketplace
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build, SERVER_FOLDERS } from './lib/build.mjs';
import { findChromium } from './lib/chromium.mjs';
import { commandLine } from './lib/command-line.mjs';
import { listFiles, readJson } from './lib/files.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { LaunchError } from './lib/launch-error.mjs';
import { DIST, ROOT } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';
import { startTestServers } from './lib/test-servers.mjs';

const UNIT = /\.(?:int-)?spec\.m?js$/;
const END_TO_END = /\.e2e-spec\.js$/;
/** For one test file: unit and integration, end to end. */
const FILE_TIMEOUT_MS = 180_000;
const END_TO_END_TIMEOUT_MS = 480_000;

const progress = createProgress({ steps: 5 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { args: filters } = commandLine({
    usage: 'npm test',
    what: 'Brings up its own Postgres and NATS on free ports and runs the suites. A filter is a part of a file’s path: npm test -- libs/marketplace',
    rest: 'filter…',
  });
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { signal: shutdown.signal }));
  const { quick, slow } = findSpecs(filters);

  const { env: servers, work, endStrays } = await startTestServers(progress, shutdown);
  const browser = progress.step('Browser');
  const chromium = await findChromium(path.join(work, 'chromium'));
  browser.done(
    chromium.file === null
      ? `${chromium.why}. Install one (apt-get install chromium) or name one: CHROMIUM_PATH=…`
      : `${chromium.file} (from ${chromium.from})`,
  );

  const env = { ...servers, ...(chromium.file === null ? {} : { CHROMIUM_PATH: chromium.file }) };

  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const [files, timeoutMs, concurrency] of /** @type {const} */ ([
    [quick, FILE_TIMEOUT_MS, 2],
    [slow, END_TO_END_TIMEOUT_MS, 1],
  ])) {
    if (files.length === 0) continue;
    const result = await runNodeTest(files, {
      env,
      timeoutMs,
      concurrency,
      resultFile: path.join(work, `result-${concurrency}.json`),
    });
    totals.passed += result.passed;
    totals.failed += result.failed;
    totals.skipped += result.skipped;
  }
  const left = await endStrays();
  if (left.length > 0)
    process.stdout.write(
      `\nTests left ${left.length} processes running; they were ended:\n${left.map((line) => `  ${line}`).join('\n')}\n`,
    );
  // A skipped test proves nothing; it counts as failed so that nobody leaves one behind unseen.
  if (totals.skipped > 0)
    process.stdout.write(`\n${totals.skipped} tests were skipped; they count as failed.\n`);
  const failed = totals.failed + totals.skipped;
  await shutdown.stopAll();
  process.stdout.write(`\n${totals.passed} passed, ${failed} failed\n`);
  process.exit(failed > 0 ? 1 : 0);
});

/** @param {string[]} filters */
function findSpecs(filters) {
  const compiled = SERVER_FOLDERS.flatMap((folder) =>
    listFiles(path.join(DIST, folder)).map((file) => path.join(DIST, folder, file)),
  );
  const scripts = listFiles(path.join(ROOT, 'scripts')).map((file) => path.join(ROOT, 'scripts', file));
  const wanted = (/** @type {string} */ file) =>
    filters.length === 0 ||
    filters.some((filter) => path.relative(ROOT, file).includes(filter.replace(/\.ts$/, '.js')));
  const all = [...scripts, ...compiled].filter(wanted);
  const quick = all.filter((file) => UNIT.test(file));
  const slow = all.filter((file) => END_TO_END.test(file));
  if (quick.length + slow.length === 0)
    throw new LaunchError(
      `No test file fits ${filters.join(', ')}. A filter is a part of a path: npm test -- libs/marketplace`,
    );
  return { quick, slow };
}

/**
 * @param {string[]} files
 * @param {{ env: NodeJS.ProcessEnv, timeoutMs: number, concurrency: number, resultFile: string }} options
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
function runNodeTest(files, { env, timeoutMs, concurrency, resultFile }) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        '--enable-source-maps',
        '--test',
        `--test-concurrency=${concurrency}`,
        `--test-timeout=${timeoutMs}`,
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        `--test-reporter=${path.join(ROOT, 'scripts', 'lib', 'test-reporter.mjs')}`,
        `--test-reporter-destination=${resultFile}`,
        ...files,
      ],
      { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true },
    );
    const endGroup = () => {
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it is gone.
      }
    };
    shutdown.signal.addEventListener('abort', endGroup, { once: true });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      shutdown.signal.removeEventListener('abort', endGroup);
      endGroup();
      const totals = readJson(resultFile);
      if (!totals?.tests && code !== 0)
        process.stderr.write(`\nThe test runner itself ended (${signal ?? `exit ${code}`}).\n`);
      const failed = (totals?.fail ?? 0) + (totals?.cancelled ?? 0);
      resolve({
        passed: totals?.pass ?? 0,
        failed: failed || (code === 0 ? 0 : 1),
        skipped: (totals?.skipped ?? 0) + (totals?.todo ?? 0),
      });
    });
  });
}
