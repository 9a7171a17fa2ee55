import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A process, recognisable later: a pid alone is reused by the system, a pid with its start time is not.
 *
 * @typedef {{ pid: number, startedAt: string }} ProcessRecord
 */

/** @param {number} pid @returns {ProcessRecord | null} null when there is no such process */
export function recordOf(pid) {
  const startedAt = startTimeOf(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** @param {ProcessRecord} record */
export function isRunning(record) {
  return startTimeOf(record.pid) === record.startedAt;
}

/** @param {number} pid @returns {string | null} null for no such process, and for one that only waits to be reaped */
function startTimeOf(pid) {
  if (process.platform === 'linux') {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The command (field 2) may hold spaces and brackets, so count from the last bracket; field 3 is the state.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  return ps(pid, 'lstart=');
}

/** The command line of a process, '' when it is gone. @param {number} pid */
export function commandLineOf(pid) {
  if (process.platform === 'linux') {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  return ps(pid, 'args=') ?? '';
}

/** The parent's pid, null when it is not known. @param {number} pid @returns {number | null} */
export function parentOf(pid) {
  if (process.platform !== 'linux') return Number(ps(pid, 'ppid=')) || null;
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) || null;
  } catch {
    return null;
  }
}

/** Its children at this moment. Linux only; elsewhere none are found. @param {number} pid @returns {ProcessRecord[]} */
export function childrenOf(pid) {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .flatMap((name) => recordOf(Number(name)) ?? []);
}

/** @param {number} pid @param {string} column */
function ps(pid, column) {
  try {
    const text = execFileSync('ps', ['-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() || null;
  } catch {
    return null;
  }
}

/**
 * Waits for a process to end.
 *
 * @param {ProcessRecord} record
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} false when it still runs
 */
export async function waitForEnd(record, timeoutMs) {
  const until = Date.now() + timeoutMs;
  while (isRunning(record)) {
    if (Date.now() >= until) return false;
    await delay(50);
  }
  return true;
}

/** Signals exactly the recorded process, never another one that got its pid. @param {ProcessRecord} record @param {NodeJS.Signals} signal */
export function signalProcess(record, signal) {
  if (!isRunning(record)) return;
  try {
    process.kill(record.pid, signal);
  } catch {
    // Gone in between, or not ours.
  }
}

/**
 * Ends a process: lets it end by itself first, then asks, then forces.
 *
 * @param {ProcessRecord} record
 * @param {{ graceMs: number, termMs: number }} patience
 */
export async function endProcess(record, { graceMs, termMs }) {
  if (await waitForEnd(record, graceMs)) return;
  signalProcess(record, 'SIGTERM');
  if (await waitForEnd(record, termMs)) return;
  signalProcess(record, 'SIGKILL');
  await waitForEnd(record, 2_000);
}

/**
 * Ends every process that carries a mark in its environment: grandchildren that a test lost. Linux only; elsewhere the
 * process group is all that is ended.
 *
 * @param {string} variable
 * @param {string} value
 * @returns {Promise<string[]>} the command lines of those found
 */
export async function endMarked(variable, value) {
  if (process.platform !== 'linux') return [];
  const mark = `${variable}=${value}`;
  const found = [];
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      if (!fs.readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark)) continue;
    } catch {
      continue;
    }
    const record = recordOf(Number(name));
    if (record) found.push({ record, command: commandLineOf(record.pid).slice(0, 160) });
  }
  await Promise.all(found.map(({ record }) => endProcess(record, { graceMs: 300, termMs: 5_000 })));
  return found.map(({ command }) => command);
}
