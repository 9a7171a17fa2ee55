/**
 * `npm run bench [-- part…]`: builds, brings up its own Postgres (durable: fsync on) and NATS on free ports, runs the
 * benches and prints ratios; leaves nothing behind. Parts: store, gateway, sync (`--orders N`), replicas, webhooks,
 * refused, lag.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { commandLine } from './lib/command-line.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { findNatsServer } from './lib/nats-binary.mjs';
import { DIST, ROOT } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { createProgress } from './lib/progress.mjs';
import { newPassword } from './lib/secrets.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: 4 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { args } = commandLine({
    usage: 'npm run bench',
    what: 'Measures, with its own Postgres and NATS. Parts: store, gateway, sync, replicas, webhooks, refused, lag; all without one.',
    options: { '--orders N': 'orders of part sync (100000)' },
    rest: 'part…',
  });
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { signal: shutdown.signal }));
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'temu-omni-bench-'));
  fs.chmodSync(work, 0o755);
  shutdown.add('temporary folder', () => fs.rmSync(work, { recursive: true, force: true, maxRetries: 5 }));
  const database = progress.step('Postgres');
  const postgres = await startPostgres({
    dataDir: path.join(work, 'pg'),
    logFile: path.join(work, 'postgres.log'),
    password: newPassword(),
    keep: true,
    removeAfterwards: [work],
    say: database.say,
  });
  shutdown.add('Postgres', postgres.stop, 'servers');
  database.done(`own server on 127.0.0.1:${postgres.port}, fsync on`);
  const bus = progress.step('NATS');
  const nats = await findNatsServer(bus.say);
  bus.done(`nats-server ${nats.version}`);
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(DIST, 'bench', 'main.js'), ...args], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        OMNI_ENV_FILE: '',
        TEST_DATABASE_URL: postgres.url('postgres'),
        TEST_NATS_SERVER_BIN: nats.file,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    shutdown.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', reject);
    child.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  await shutdown.stopAll();
  process.exit(code);
});
