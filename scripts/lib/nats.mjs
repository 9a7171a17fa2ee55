import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFileAtomically } from './files.mjs';
import { rotateLog, runGuarded, tailOf } from './guarded.mjs';
import { LaunchError } from './launch-error.mjs';
import { findNatsServer, isRecent } from './nats-binary.mjs';
import { natsConfig } from './nats-config.mjs';
import { freePort } from './ports.mjs';
import { commandLineOf, endProcess, recordOf } from './processes.mjs';

const START_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** As `max_payload: 8MB` of nats-config.mjs. */
const NEEDED_PAYLOAD_BYTES = 8 * 1024 * 1024;

/**
 * Starts an own nats-server with JetStream on a free port. Whoever listens on 4222 is left alone: Debian's package runs
 * one there without JetStream.
 *
 * @param {object} options
 * @param {string} options.dataDir holds streams, configuration and pid file
 * @param {string} options.logFile
 * @param {Record<string, string>} [options.passwords] by user; none: no authentication
 * @param {number} [options.preferredPort]
 * @param {string[]} [options.removeAfterwards]
 * @param {(text: string) => void} [options.say]
 */
export async function startNats({
  dataDir,
  logFile,
  passwords,
  preferredPort,
  removeAfterwards = [],
  say = () => {},
}) {
  const { file, version } = await findNatsServer(say);
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const configFile = path.join(dataDir, 'nats.conf');
  const pidFile = path.join(dataDir, 'nats.pid');
  await stopLeftover(pidFile, configFile, say);
  const port = await freePort(preferredPort);
  writeFileAtomically(
    configFile,
    natsConfig({ port, storeDir: path.join(dataDir, 'store'), pidFile, passwords }),
    0o600,
  );
  rotateLog(logFile);
  const server = await runGuarded({
    command: file,
    args: ['-c', configFile],
    env: { PATH: '/usr/bin:/bin', TZ: 'UTC' },
    logFile,
    stopSignal: 'SIGINT',
    killSignal: 'SIGKILL',
    stopTimeoutMs: 8_000,
    removeAfterwards,
  });
  const up = await Promise.race([waitForInfo(port), server.exited.then((how) => ({ how }))]);
  if (up === null || 'how' in up) {
    await server.stop();
    const how =
      up === null ? `did not answer within ${START_TIMEOUT_MS / 1000} s` : `ended at once (${up.how})`;
    throw new LaunchError(`nats-server ${how}. Its last words stand below and in ${logFile}.`, {
      details: tailOf(logFile, 6),
    });
  }
  return {
    port,
    version,
    /** The program itself, for suites that start and kill servers of their own. */
    file,
    /** @param {string} [user] */
    url: (user) =>
      user && passwords ? `nats://${user}:${passwords[user]}@127.0.0.1:${port}` : `nats://127.0.0.1:${port}`,
    records: server.records,
    exited: server.exited,
    stop: server.stop,
  };
}

/** @param {string} pidFile @param {string} configFile @param {(text: string) => void} say */
async function stopLeftover(pidFile, configFile, say) {
  if (!fs.existsSync(pidFile)) return;
  const pid = Number(fs.readFileSync(pidFile, 'utf8'));
  const record = pid > 1 ? recordOf(pid) : null;
  if (record && commandLineOf(pid).includes(configFile)) {
    say(`stopping the one that an earlier start left (process ${pid})`);
    process.kill(pid, 'SIGINT');
    await endProcess(record, { graceMs: 5_000, termMs: 3_000 });
  }
  fs.rmSync(pidFile, { force: true });
}

/** @typedef {{ version: string, max_payload: number, jetstream?: boolean, tls_required?: boolean, auth_required?: boolean }} ServerInfo */

/** @param {number} port @returns {Promise<ServerInfo | null>} */
async function waitForInfo(port) {
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until) {
    const info = await readInfo('127.0.0.1', port).catch(() => null);
    if (info?.jetstream) return info;
    await delay(30);
  }
  return null;
}

/** The greeting that every nats-server sends first. @param {string} host @param {number} port @returns {Promise<ServerInfo>} */
function readInfo(host, port) {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect({ host, port });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => {
      text += chunk;
      const line = /^INFO (\{.*\})\s*\r\n/.exec(text)?.[1];
      if (!line && text.length < 65_536) return;
      socket.destroy();
      try {
        if (!line) throw new Error('that is no nats-server');
        resolve(JSON.parse(line));
      } catch {
        reject(new Error('that is no nats-server'));
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it closed the connection')));
  });
}

/**
 * Checks a server that the user named: reachable, credentials right, recent enough, large messages allowed, JetStream on.
 *
 * @param {string} url
 */
export async function checkForeignNats(url) {
  const shown = withoutPassword(url);
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    throw new LaunchError(`NATS_URL=${shown} is no address. It has the form nats://user:password@host:4222.`);
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const info = await readInfo(host, Number(parsed.port || 4222)).catch((error) => {
    throw new LaunchError(
      `NATS_URL=${shown} does not answer (${error.code ?? error.message}). Start that server or correct the address; without NATS_URL an own one is started.`,
    );
  });
  if (!isRecent(info.version))
    throw new LaunchError(`The nats-server at ${shown} is version ${info.version}; 2.9 or newer is needed.`);
  if (info.max_payload < NEEDED_PAYLOAD_BYTES)
    throw new LaunchError(
      `The nats-server at ${shown} takes messages of at most ${info.max_payload} bytes; ${NEEDED_PAYLOAD_BYTES} are needed. Write max_payload: 8MB into its configuration and restart it; without NATS_URL an own one is started.`,
    );
  const { connect } = await import('@nats-io/transport-node');
  const { jetstreamManager } = await import('@nats-io/jetstream');
  let connection;
  try {
    connection = await connect({
      servers: `${host}:${parsed.port || 4222}`,
      ...(parsed.username
        ? { user: decodeURIComponent(parsed.username), pass: decodeURIComponent(parsed.password) }
        : {}),
      ...(parsed.protocol === 'tls:' ? { tls: {} } : {}),
      reconnect: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
  } catch (error) {
    throw new LaunchError(
      `The nats-server at ${shown} refused the sign-in (${/** @type {Error} */ (error).message}). Correct user and password in NATS_URL.`,
    );
  }
  try {
    await jetstreamManager(connection);
  } catch {
    throw new LaunchError(
      `The nats-server at ${shown} has no JetStream for this user. Start it with -js, or enable JetStream for the account; without NATS_URL an own one is started.`,
    );
  } finally {
    await connection.close();
  }
  return { version: info.version, shown };
}

/** An address that may be shown: the password is left out. @param {string} url */
export function withoutPassword(url) {
  return url.replace(/\/\/([^/@]*)@/, (_, credentials) => `//${String(credentials).split(':')[0]}:***@`);
}
