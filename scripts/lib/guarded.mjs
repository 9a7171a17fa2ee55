import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { endProcess, isRunning, recordOf } from './processes.mjs';

/** @typedef {import('../guard.mjs').GuardedServer} GuardedServer */
/** @typedef {import('./processes.mjs').ProcessRecord} ProcessRecord */

/**
 * Runs a server under a guard process (scripts/guard.mjs).
 *
 * @param {GuardedServer} server
 * @returns {Promise<{ records: ProcessRecord[], exited: Promise<string>, stop: () => Promise<void> }>}
 *   `exited` resolves with a description when the server ends for whatever reason
 */
export async function runGuarded(server) {
  const guard = fork(path.join(ROOT, 'scripts', 'guard.mjs'), [], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { PATH: process.env.PATH ?? '' },
    execArgv: [],
  });
  /** @type {ProcessRecord[]} */
  const records = [];
  let serverExit = '';
  const exited = new Promise((resolve) => {
    guard.on('message', (/** @type {any} */ message) => {
      if (message.type === 'exited')
        serverExit =
          message.reason ?? (message.signal ? `ended by ${message.signal}` : `exit code ${message.code}`);
    });
    guard.once('exit', async () => {
      // A guard that was itself killed leaves its server behind.
      for (const record of records.slice(1))
        if (isRunning(record)) await endProcess(record, { graceMs: 0, termMs: server.stopTimeoutMs });
      resolve(serverExit || 'its guard process was ended');
    });
  });
  const started = new Promise((resolve) => {
    guard.on('message', (/** @type {any} */ message) => message.type === 'started' && resolve(message.pid));
  });
  guard.once('error', () => {});
  guard.send({ type: 'run', server });
  const pid = await Promise.race([started, exited.then(() => null)]);
  for (const one of [guard.pid, pid]) {
    const record = one ? recordOf(one) : null;
    if (record) records.push(record);
  }
  return {
    records,
    exited: /** @type {Promise<string>} */ (exited),
    async stop() {
      if (guard.exitCode !== null || guard.signalCode !== null) return;
      if (guard.connected) guard.send({ type: 'stop' }, () => {});
      else guard.kill('SIGTERM');
      await once(guard, 'exit');
      await exited;
    },
  };
}

/** The last lines of a log, for an error message. @param {string} file @param {number} lines */
export function tailOf(file, lines) {
  try {
    const text = fs.readFileSync(file, 'utf8').slice(-8_000);
    return text.trim().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

const ROTATE_BYTES = 20 * 1024 * 1024;

/** Keeps one older generation of a log that has grown large. @param {string} file */
export function rotateLog(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_BYTES) fs.renameSync(file, `${file}.1`);
}
