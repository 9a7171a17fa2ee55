/**
 * `npm test [-- filter…]`: brings up its own Postgres and NATS on free ports, runs unit, integration and end-to-end
 * suites, and leaves nothing behind. A filter is a part of a file's path: npm test -- libs/marketplace
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { findChromium } from './lib/chromium.mjs';
import { listFiles, readJson } from './lib/files.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { LaunchError } from './lib/launch-error.mjs';
import { startNats } from './lib/nats.mjs';
import { DIST, ROOT } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { endMarked } from './lib/processes.mjs';
import { createProgress } from './lib/progress.mjs';
import { newPassword } from './lib/secrets.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const UNIT = /\.(?:int-)?spec\.m?js$/;
const END_TO_END = /\.e2e-spec\.js$/;
/** For one test file: unit and integration, end to end. */
const FILE_TIMEOUT_MS = 180_000;
const END_TO_END_TIMEOUT_MS = 480_000;

const progress = createProgress({ steps: 5 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const filters = process.argv.slice(2);
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { signal: shutdown.signal }));
  const { quick, slow } = findSpecs(filters);

  const runId = randomBytes(8).toString('hex');
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'temu-omni-test-'));
  // Postgres, as another user, passes through it.
  fs.chmodSync(work, 0o755);
  shutdown.add('temporary folders', () => removeFolders(work, runId));
  const temporary = path.join(work, 'tmp');
  fs.mkdirSync(temporary, { mode: 0o755 });

  const database = progress.step('Postgres');
  const password = newPassword();
  const postgres = await startPostgres({
    dataDir: path.join(work, 'pg'),
    logFile: path.join(work, 'postgres.log'),
    password,
    keep: false,
    removeAfterwards: [work],
    say: database.say,
  });
  shutdown.add('Postgres', postgres.stop, 'servers');
  database.done(`own server on 127.0.0.1:${postgres.port}`);
  const bus = progress.step('NATS');
  const nats = await startNats({
    dataDir: path.join(work, 'nats'),
    logFile: path.join(work, 'nats.log'),
    removeAfterwards: [path.join(work, 'nats')],
    say: bus.say,
  });
  shutdown.add('NATS', nats.stop, 'servers');
  bus.done(`own server ${nats.version} on 127.0.0.1:${nats.port}`);

  const browser = progress.step('Browser');
  const chromium = await findChromium(path.join(work, 'chromium'));
  browser.done(
    chromium.file === null
      ? `${chromium.why}. Install one (apt-get install chromium) or name one: CHROMIUM_PATH=…`
      : `${chromium.file} (from ${chromium.from})`,
  );

  const env = {
    ...withoutInstallation(process.env),
    NODE_ENV: 'test',
    OMNI_TEST_RUN: runId,
    // Whatever a test forgets to remove goes with this folder.
    TMPDIR: temporary,
    // A whole installation in a test runs what was built above, whatever is edited meanwhile.
    OMNI_DIST_DIR: DIST,
    OMNI_ENV_FILE: '',
    TEST_DATABASE_URL: postgres.url('postgres'),
    TEST_NATS_URL: nats.url(),
    TEST_NATS_SERVER_BIN: nats.file,
    ...(chromium.file === null ? {} : { CHROMIUM_PATH: chromium.file }),
  };
  shutdown.add('what tests left running', () => endMarked('OMNI_TEST_RUN', runId));

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
  const left = await endMarked('OMNI_TEST_RUN', runId);
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

/** @param {string} work @param {string} runId */
function removeFolders(work, runId) {
  // As root under a closed folder, Postgres is kept in folders of their own.
  const strays = [os.tmpdir(), '/tmp', '/var/tmp'].flatMap((parent) =>
    fs.existsSync(parent)
      ? fs
          .readdirSync(parent)
          .filter((name) => name.startsWith(`temu-omni-${runId}-`))
          .map((name) => path.join(parent, name))
      : [],
  );
  for (const folder of [work, ...strays]) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** @param {string[]} filters */
function findSpecs(filters) {
  const compiled = ['apps', 'libs', 'test', 'bench'].flatMap((folder) =>
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

/** Tests bring their own servers; an installation's addresses in the caller's shell must not reach them. @param {NodeJS.ProcessEnv} env */
function withoutInstallation(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/(_DATABASE_URL|_NATS_URL|^DATABASE_URL|^NATS_URL|^TEMU_|^SANDBOX_|^GATEWAY_|^AUTH_|^OMNI_|^PUBLIC_URL|^npm_|^NODE_TEST_CONTEXT)/.test(
          name,
        ),
    ),
  );
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
