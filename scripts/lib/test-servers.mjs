/** The Postgres, the nats-server and the environment that tests run in: `npm test` and `npm run mutate`. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { closedEnvironment } from './environment.mjs';
import { startNats } from './nats.mjs';
import { DIST } from './paths.mjs';
import { startPostgres } from './postgres.mjs';
import { endMarked } from './processes.mjs';
import { newPassword } from './secrets.mjs';

/**
 * Starts both on free ports; whatever tests leave behind goes with them.
 *
 * @param {{ step: (title: string) => import('./progress.mjs').Step }} progress
 * @param {ReturnType<typeof import('./shutdown.mjs').createShutdown>} shutdown
 * @returns {Promise<{ env: NodeJS.ProcessEnv, work: string, endStrays: () => Promise<string[]> }>}
 */
export async function startTestServers(progress, shutdown) {
  const runId = randomBytes(8).toString('hex');
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'temu-omni-test-'));
  // Postgres, as another user, passes through it.
  fs.chmodSync(work, 0o755);
  shutdown.add('temporary folders', () => removeFolders(work, runId));
  const temporary = path.join(work, 'tmp');
  fs.mkdirSync(temporary, { mode: 0o755 });

  const database = progress.step('Postgres');
  const postgres = await startPostgres({
    dataDir: path.join(work, 'pg'),
    logFile: path.join(work, 'postgres.log'),
    password: newPassword(),
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
  const endStrays = () => endMarked('OMNI_TEST_RUN', runId);
  shutdown.add('what tests left running', endStrays);
  return {
    work,
    endStrays,
    env: {
      ...closedEnvironment(process.env, (name) => OF_TESTS.has(name)),
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
    },
  };
}

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

/** What a test may be told by whoever runs it; addresses and keys of an installation are not among it. */
const OF_TESTS = new Set([
  'CI',
  'NO_COLOR',
  'LOG_LEVEL',
  'CHROMIUM_PATH',
  'E2E_SCREENSHOTS',
  'NATS_SERVER_BIN',
]);
