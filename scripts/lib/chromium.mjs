import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const OTHER_PLACES = [
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * A browser for the page tests: CHROMIUM_PATH, else one on this machine, else the one inside @sparticuz/chromium.
 *
 * @param {string} workDir where the npm one is unpacked
 * @returns {Promise<{ file: string, from: string } | { file: null, why: string }>}
 */
export async function findChromium(workDir) {
  const named = process.env.CHROMIUM_PATH;
  if (named)
    return runs(named)
      ? { file: named, from: 'CHROMIUM_PATH' }
      : { file: null, why: `CHROMIUM_PATH=${named} does not run` };
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const candidates = [
    ...folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))),
    ...OTHER_PLACES,
  ];
  for (const file of candidates) if (fs.existsSync(file) && runs(file)) return { file, from: 'this machine' };
  try {
    const file = await unpackFromNpm(workDir);
    if (runs(file)) return { file, from: '@sparticuz/chromium' };
    return {
      file: null,
      why: 'no browser on this machine, and that of @sparticuz/chromium does not run here',
    };
  } catch (error) {
    return {
      file: null,
      why: `no browser on this machine, and none from npm (${/** @type {Error} */ (error).message})`,
    };
  }
}

/** @param {string} file */
function runs(file) {
  return spawnSync(file, ['--version'], { timeout: 15_000, stdio: 'ignore' }).status === 0;
}

/**
 * The package carries the browser and the libraries that a bare Linux lacks; it unpacks the latter only when told that
 * it is on Lambda, and finds them only through LD_LIBRARY_PATH: hence the wrapper.
 *
 * @param {string} workDir
 */
async function unpackFromNpm(workDir) {
  const before = { ...process.env };
  fs.mkdirSync(workDir, { recursive: true });
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
  process.env.TMPDIR = workDir;
  try {
    const name = '@sparticuz/chromium';
    const { default: chromium } = await import(name);
    const binary = await chromium.executablePath();
    const wrapper = path.join(workDir, 'chromium.sh');
    const quote = (/** @type {string} */ text) => `'${text.replaceAll("'", `'\\''`)}'`;
    fs.writeFileSync(
      wrapper,
      `#!/bin/sh\nLD_LIBRARY_PATH=${quote(path.join(workDir, 'al2023', 'lib'))} exec ${quote(binary)} "$@"\n`,
      { mode: 0o755 },
    );
    return wrapper;
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
    Object.assign(process.env, before);
  }
}
