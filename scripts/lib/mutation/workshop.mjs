/** Where faults are tried: a copy of the compiled checkout, so that nobody else meets them. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { DIST, ROOT } from '../paths.mjs';

const REPORTER = path.join(ROOT, 'scripts', 'lib', 'mutation', 'first-failure.mjs');
/** What the copy has of its own; all else is the checkout's. */
const OWN = ['dist', '.git', '.data', '.nats'];

/** @typedef {'passed' | 'failed' | 'timed out'} Verdict */

/**
 * @param {string} folder that does not exist yet
 * @param {NodeJS.ProcessEnv} env for the tests
 */
export function createWorkshop(folder, env) {
  const dist = path.join(folder, 'dist');
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(ROOT))
    if (!OWN.includes(name)) fs.symlinkSync(path.join(ROOT, name), path.join(folder, name));
  fs.cpSync(DIST, dist, { recursive: true });
  const options = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile).config.compilerOptions;
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(
    // Alone, a file does not tell that its package has modules.
    {
      ...options,
      module: 'esnext',
      moduleResolution: 'bundler',
      sourceMap: false,
      inlineSourceMap: false,
      incremental: false,
    },
    ROOT,
  );

  return {
    /** Compiles one file with another text. @param {string} source relative to the checkout @param {string} text */
    put(source, text) {
      const file = path.join(dist, source.replace(/\.ts$/, '.js'));
      const { outputText } = ts.transpileModule(text, { fileName: source, compilerOptions });
      fs.writeFileSync(file, outputText);
    },
    /** @param {string} source */
    restore(source) {
      const file = source.replace(/\.ts$/, '.js');
      fs.copyFileSync(path.join(DIST, file), path.join(dist, file));
    },
    /**
     * All specs in one process, until the first that fails.
     *
     * @param {string[]} specs relative to dist
     * @param {number} timeoutMs
     * @param {AbortSignal} [signal]
     * @returns {Promise<{ verdict: Verdict, ms: number, output: string }>}
     */
    test(specs, timeoutMs, signal) {
      const entry = path.join(folder, 'all.mjs');
      fs.writeFileSync(
        entry,
        specs
          .map((spec) => `await import(${JSON.stringify(pathToFileURL(path.join(dist, spec)).href)});\n`)
          .join(''),
      );
      return runUntilFirstFailure(entry, folder, { ...env, OMNI_DIST_DIR: dist }, timeoutMs, signal);
    },
  };
}

/**
 * @param {string} entry
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @param {number} timeoutMs
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ verdict: Verdict, ms: number, output: string }>}
 */
function runUntilFirstFailure(entry, cwd, env, timeoutMs, signal) {
  return new Promise((resolve, reject) => {
    const since = Date.now();
    const child = spawn(
      process.execPath,
      ['--test-reporter', pathToFileURL(REPORTER).href, '--test-reporter-destination', 'stdout', entry],
      { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        if (output.length < 20_000) output += text;
      });
    let isLate = false;
    const endGroup = () => {
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it is gone.
      }
    };
    const timer = setTimeout(() => {
      isLate = true;
      endGroup();
    }, timeoutMs);
    signal?.addEventListener('abort', endGroup, { once: true });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', endGroup);
      // Servers and services that a test had not ended yet.
      endGroup();
      const verdict = isLate ? 'timed out' : code === 0 ? 'passed' : 'failed';
      resolve({ verdict, ms: Date.now() - since, output });
    });
  });
}
