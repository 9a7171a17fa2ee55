import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { closedEnvironment } from './environment.mjs';
import { listFiles, readJson, writeFileAtomically } from './files.mjs';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { DATA, DIST, ROOT } from './paths.mjs';

/** Folders that tsconfig.json compiles. */
export const SERVER_FOLDERS = ['apps', 'libs', 'test', 'bench', 'tools'];
const STAMP = path.join(DIST, '.build-stamp.json');
const notVendored = (/** @type {string} */ name) => name !== 'node_modules' && name !== 'dist';

/**
 * A hash over names and contents, so that a touched but equal file builds nothing.
 *
 * @param {string[]} files paths relative to root
 * @param {string} root
 */
function hashOf(files, root) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`);
    hash.update(fs.readFileSync(path.join(root, file)));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} root @returns {string[]} */
export function serverSources(root) {
  const sources = SERVER_FOLDERS.flatMap((folder) =>
    listFiles(path.join(root, folder), notVendored)
      .map((file) => path.join(folder, file))
      .filter((file) => file.endsWith('.ts') && !file.startsWith(path.join('apps', 'web') + path.sep)),
  );
  return [...sources, 'tsconfig.json', 'package-lock.json'];
}

/**
 * A hash for each app and one for all libs, to tell which services a change concerns.
 *
 * @param {string} root
 * @returns {Map<string, string>} by folder: `apps/<name>` or `libs`
 */
export function sourceHashes(root) {
  /** @type {Map<string, string[]>} */
  const byFolder = new Map();
  for (const file of serverSources(root)) {
    const [top = '', name = ''] = file.split(path.sep);
    const folder = top === 'apps' ? `apps/${name}` : top;
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  return new Map([...byFolder].map(([folder, files]) => [folder, hashOf(files, root)]));
}

/** @param {string} root @returns {string[]} empty when there is no page to build */
function webSources(root) {
  const web = path.join('apps', 'web');
  if (!fs.existsSync(path.join(root, web, 'vite.config.ts'))) return [];
  const own = listFiles(path.join(root, web), notVendored).map((file) => path.join(web, file));
  return [...own, 'package-lock.json'];
}

/**
 * Removes compiled files whose source is gone: a spec of a deleted file would go on passing for ever.
 *
 * @param {string} root
 * @param {string} dist
 * @returns {number} how many files were removed
 */
export function removeOutdated(root, dist) {
  let removed = 0;
  for (const folder of SERVER_FOLDERS) {
    for (const file of listFiles(path.join(dist, folder))) {
      const base = /^(.*)\.(?:js|js\.map|d\.ts)$/.exec(file)?.[1];
      if (base === undefined) continue;
      const source = path.join(root, folder, base);
      if (fs.existsSync(`${source}.ts`) || fs.existsSync(`${source}.tsx`)) continue;
      fs.rmSync(path.join(dist, folder, file), { force: true });
      removed += 1;
    }
  }
  return removed;
}

/**
 * Builds what changed since the last build: the services by `tsc`, the page by `vite`.
 *
 * @param {{ say: (text: string) => void }} step
 * @param {{ web?: boolean, force?: boolean, signal?: AbortSignal }} [options]
 * @returns {Promise<string>} what was done
 */
export function build(step, { web = true, force = false, signal } = {}) {
  if (process.env.OMNI_DIST_DIR) return Promise.resolve('left out (OMNI_DIST_DIR is set)');
  return withLock(
    path.join(DATA, 'build.lock'),
    async () => {
      const stamp = force ? {} : (readJson(STAMP) ?? {});
      const server = hashOf(serverSources(ROOT), ROOT);
      const pageFiles = web ? webSources(ROOT) : [];
      const page = hashOf(pageFiles, ROOT);
      fs.mkdirSync(DIST, { recursive: true });
      const removed = removeOutdated(ROOT, DIST);
      const jobs = [];
      /** @type {string[]} */
      const leftOut = readJson(path.join(ROOT, 'tsconfig.json')).exclude;
      const outputMissing = serverSources(ROOT).some(
        (file) =>
          file.endsWith('.ts') &&
          !file.endsWith('.d.ts') &&
          !leftOut.some((folder) => file.startsWith(`${folder}/`)) &&
          !fs.existsSync(path.join(DIST, file.replace(/ts$/, 'js'))),
      );
      if (stamp.server !== server || outputMissing) jobs.push('services');
      if (
        pageFiles.length > 0 &&
        (stamp.page !== page || !fs.existsSync(path.join(DIST, 'web', 'index.html')))
      )
        jobs.push('page');
      if (jobs.length === 0)
        return removed > 0 ? `up to date (${removed} outdated files removed)` : 'up to date';
      step.say(`compiling the ${jobs.join(' and the ')}`);
      const results = await Promise.allSettled([
        jobs.includes('services') && runTool('tsc', 'typescript/bin/tsc', ['-p', 'tsconfig.json'], signal),
        jobs.includes('page') &&
          runTool(
            'vite',
            'vite/bin/vite.js',
            ['build', path.join('apps', 'web'), '--logLevel', 'warn'],
            signal,
          ),
      ]);
      const failure = results.find((result) => result.status === 'rejected');
      if (failure) {
        signal?.throwIfAborted();
        // tsc has written its output all the same; who works on one part may run the rest.
        if (process.env.OMNI_ALLOW_BUILD_ERRORS !== '1') throw failure.reason;
        return `built with errors, which OMNI_ALLOW_BUILD_ERRORS lets pass: ${failure.reason.message}`;
      }
      writeFileAtomically(STAMP, JSON.stringify({ server, page: jobs.includes('page') ? page : stamp.page }));
      return `${jobs.join(' and ')} built`;
    },
    (pid) => step.say(`waiting for process ${pid}, which is building`),
  );
}

/**
 * Runs a development tool of node_modules.
 *
 * @param {string} name
 * @param {string} script below node_modules
 * @param {string[]} args
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function runTool(name, script, args, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], {
      cwd: ROOT,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...closedEnvironment(process.env),
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        ...(name === 'vite' ? { NODE_ENV: 'production' } : {}),
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const lines = output.trim().split('\n');
      const errors = lines.filter((line) => /error/i.test(line)).length;
      const shown =
        lines.slice(0, 20).join('\n') + (lines.length > 20 ? `\n… ${lines.length - 20} more lines` : '');
      reject(
        new LaunchError(
          `${name} failed (${signal ?? `exit ${code}`}${errors ? `, ${errors} error lines` : ''}). Mend the sources named below and start again.`,
          { details: shown },
        ),
      );
    });
  });
}
