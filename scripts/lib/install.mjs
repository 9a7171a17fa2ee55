import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { readJson } from './files.mjs';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { DATA, ROOT } from './paths.mjs';

const NEEDED_NODE = [20, 19];

/** Stops with a sentence on a Node that cannot load ESM-only packages from CommonJS ones. @param {string} [version] */
export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = NEEDED_NODE;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  throw new LaunchError(
    `Node ${NEEDED_NODE.join('.')} or newer is needed, this is ${version} (${process.execPath}). Install a newer one and start again.`,
  );
}

/**
 * What npm installed last compared with package-lock.json. npm keeps its own copy of what stands in node_modules and
 * writes it at the very end, so an interrupted install is found too.
 *
 * @param {string} root
 * @returns {string | null} why an install is needed; null when nothing is to be done
 */
export function whyInstall(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages;
  if (!wanted)
    throw new LaunchError(
      'package-lock.json is missing or damaged. Get it back with: git checkout package-lock.json',
    );
  const present = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!present)
    return fs.existsSync(path.join(root, 'node_modules'))
      ? 'node_modules is incomplete'
      : 'nothing is installed yet';
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '' || entry.link) continue;
    const found = present[name];
    // Packages for other systems are rightly absent.
    if (!found && (entry.optional || entry.devOptional)) continue;
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) {
      return `${name.replace('node_modules/', '')} ${entry.version} is ${found ? `present as ${found.version}` : 'missing'}`;
    }
    if (!fs.existsSync(path.join(root, name))) return `${name} is gone`;
  }
  return null;
}

/**
 * Runs `npm ci` when node_modules does not match package-lock.json.
 *
 * @param {{ say: (text: string) => void }} step
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} what was done, for the progress line
 */
export function installPackages(step, signal) {
  return withLock(
    path.join(DATA, 'install.lock'),
    async () => {
      const why = whyInstall(ROOT);
      if (why === null) return 'up to date';
      step.say(`npm ci (${why})`);
      await runNpmCi((text) => step.say(text), signal);
      return 'installed';
    },
    (pid) => step.say(`waiting for process ${pid}, which is installing`),
  );
}

/** @param {(text: string) => void} say @param {AbortSignal} [signal] @returns {Promise<void>} */
function runNpmCi(say, signal) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start` npm tells where it is; it need not be on PATH.
  const npm = process.env.npm_execpath;
  const [command, all] =
    npm && /npm-cli\.c?js$/.test(npm) ? [process.execPath, [npm, ...args]] : ['npm', args];
  return new Promise((resolve, reject) => {
    const child = spawn(command, all, {
      cwd: ROOT,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      // NODE_ENV=production would leave out the compiler.
      env: { ...process.env, NODE_ENV: 'development' },
    });
    let output = '';
    const counter = setInterval(() => say(`npm ci: ${countInstalled()} packages so far`), 2_000);
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', () => {
      clearInterval(counter);
      reject(new LaunchError('npm was not found. Install npm (it comes with Node), or run npm ci yourself.'));
    });
    child.once('close', (code, signal) => {
      clearInterval(counter);
      if (code === 0) return resolve();
      // npm says what is wrong first and how it is used afterwards.
      const details = output.trim().split('\n').slice(0, 15).join('\n');
      reject(
        new LaunchError(
          `npm ci failed (${signal ?? `exit ${code}`}). Look at npm's words below; most often the network or the registry is out of reach.`,
          { details },
        ),
      );
    });
  });
}

function countInstalled() {
  try {
    return fs.readdirSync(path.join(ROOT, 'node_modules')).length;
  } catch {
    return 0;
  }
}
