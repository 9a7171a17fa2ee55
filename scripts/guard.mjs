/**
 * Watches over one server that is not ours to change (Postgres, nats-server): starts it, and stops it properly when
 * told to, or when the launcher is gone, however it went. It lives in a session of its own, so that Ctrl-C in the
 * terminal reaches only the launcher, which then stops things in order.
 *
 * Speaks over IPC: {type:'run', …} → {type:'started', pid} → {type:'exited', code, signal}; {type:'stop'}.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';

/**
 * @typedef {object} GuardedServer
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} env
 * @property {string} logFile
 * @property {NodeJS.Signals} stopSignal asks for a proper stop
 * @property {NodeJS.Signals} killSignal when it does not stop in time
 * @property {number} stopTimeoutMs
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {string[]} [removeAfterwards] temporary folders that die with the server
 */

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
/** @type {GuardedServer | undefined} */
let server;
let stopping = false;

process.on('message', (/** @type {any} */ message) => {
  if (message?.type === 'run') run(message.server);
  else if (message?.type === 'stop') stop();
});
process.on('disconnect', stop);
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, stop);

/** @param {GuardedServer} wanted */
function run(wanted) {
  server = wanted;
  const log = fs.openSync(wanted.logFile, 'a');
  child = spawn(wanted.command, wanted.args, {
    cwd: '/',
    env: wanted.env,
    uid: wanted.uid,
    gid: wanted.gid,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  child.once('spawn', () => tell({ type: 'started', pid: child?.pid }));
  child.once('error', (error) => {
    tell({ type: 'exited', code: null, signal: null, reason: error.message });
    finish();
  });
  child.once('exit', (code, signal) => {
    tell({ type: 'exited', code, signal });
    finish();
  });
}

function stop() {
  if (stopping) return;
  stopping = true;
  if (!child || !server || child.exitCode !== null || child.signalCode !== null) {
    finish();
    return;
  }
  child.kill(server.stopSignal);
  const { killSignal, stopTimeoutMs } = server;
  setTimeout(() => child?.kill(killSignal), stopTimeoutMs).unref();
  setTimeout(() => child?.kill('SIGKILL'), stopTimeoutMs + 3_000).unref();
}

/** @param {object} message */
function tell(message) {
  if (process.connected) process.send?.(message, () => {});
}

function finish() {
  for (const folder of server?.removeAfterwards ?? []) fs.rmSync(folder, { recursive: true, force: true });
  // Leave the last message time to go out; the channel, if still open, must not keep this process alive.
  setImmediate(() => {
    if (process.connected) process.disconnect();
    process.exit(0);
  });
}
