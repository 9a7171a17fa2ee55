import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readJson } from './files.mjs';
import { isRunning, recordOf } from './processes.mjs';

/**
 * Takes a lock file, or tells who holds it. A file left by a killed process is taken over.
 *
 * @param {string} file
 * @param {Record<string, unknown>} [content] shown to the one who comes second
 * @returns {{ taken: true, release: () => void } | { taken: false, holder: Record<string, any> }}
 */
export function takeLock(file, content = {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const own = { ...content, ...recordOf(process.pid) };
  const candidate = `${file}.${process.pid}`;
  fs.writeFileSync(candidate, JSON.stringify(own), { mode: 0o644 });
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        // A link either appears whole or fails: nobody ever reads a half-written lock.
        fs.linkSync(candidate, file);
        return { taken: true, release: () => releaseLock(file) };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      }
      const holder = readJson(file);
      if (holder?.pid && isRunning(holder)) return { taken: false, holder };
      const aside = `${file}.stale.${process.pid}`;
      try {
        fs.renameSync(file, aside);
      } catch {
        continue;
      }
      const moved = readJson(aside);
      // Between reading and moving another one may have taken it: give it back.
      if (moved?.pid && moved.pid !== holder?.pid && isRunning(moved)) fs.renameSync(aside, file);
      else fs.rmSync(aside, { force: true });
    }
    return { taken: false, holder: readJson(file) ?? {} };
  } finally {
    fs.rmSync(candidate, { force: true });
  }
}

/** @param {string} file */
function releaseLock(file) {
  if (readJson(file)?.pid === process.pid) fs.rmSync(file, { force: true });
}

/**
 * Runs work that only one process at a time may do; the others wait.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(holderPid: number) => void} [onWait] called once when it has to wait
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  let told = false;
  for (;;) {
    const lock = takeLock(file);
    if (lock.taken) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!told) onWait?.(lock.holder.pid);
    told = true;
    await delay(200);
  }
}
