import fs from 'node:fs';
import path from 'node:path';

/**
 * Writes a whole file or nothing, so that a kill or a full disk never leaves half of it.
 *
 * @param {string} file
 * @param {string} text
 * @param {number} [mode]
 */
export function writeFileAtomically(file, text, mode = 0o644) {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const fd = fs.openSync(temporary, 'w', mode);
    try {
      fs.writeFileSync(fd, text);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.chmodSync(temporary, mode);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** @param {string} file @returns {any} undefined when the file is missing or is no JSON */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** All files below a folder, as paths relative to it, sorted. @param {string} folder @param {(name: string) => boolean} [enter] */
export function listFiles(folder, enter = () => true) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} relative */
  const walk = (relative) => {
    let entries;
    try {
      entries = fs.readdirSync(path.join(folder, relative), { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries) {
      const child = path.join(relative, entry.name);
      if (entry.isDirectory()) {
        if (enter(entry.name)) walk(child);
      } else if (entry.isFile()) found.push(child);
    }
  };
  walk('');
  return found.sort();
}
