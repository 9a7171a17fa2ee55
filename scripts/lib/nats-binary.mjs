import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { NATS_CACHE } from './paths.mjs';

const run = promisify(execFile);
const OLDEST = [2, 9];

const HOW_TO_GET_ONE = `Install it, then start again:
  Debian, Ubuntu:  apt-get install nats-server
  macOS:           brew install nats-server
  with Docker:     docker run -d -p 4222:4222 nats:2 -js      then  NATS_URL=nats://127.0.0.1:4222 npm start
  with Go:         go install github.com/nats-io/nats-server/v2@latest
or name one that is there: NATS_SERVER_BIN=/path/to/nats-server npm start`;

/**
 * Finds a nats-server, else fetches the system's package into .nats/ without touching the system.
 *
 * @param {(text: string) => void} say
 * @returns {Promise<{ file: string, version: string }>}
 */
export async function findNatsServer(say) {
  const named = process.env.NATS_SERVER_BIN;
  if (named) {
    const version = versionOf(named);
    if (!version)
      throw new LaunchError(
        `NATS_SERVER_BIN=${named} is no nats-server that runs here. Correct the path, or leave the variable out.`,
      );
    requireVersion(named, version);
    return { file: named, version };
  }
  // Debian puts it into sbin, which is not on an ordinary user's PATH.
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  const found = [...new Set(folders)].filter(Boolean).map((folder) => path.join(folder, 'nats-server'));
  for (const file of [...found, ...cached()]) {
    const version = fs.existsSync(file) ? versionOf(file) : null;
    if (version && isRecent(version)) return { file, version };
  }
  say('fetching nats-server from the system’s packages');
  const reason = await withLock(`${NATS_CACHE}.lock`, async () =>
    cached().length > 0 ? '' : fetchFromApt(),
  );
  for (const file of cached()) {
    const version = versionOf(file);
    if (version) {
      requireVersion(file, version);
      return { file, version };
    }
  }
  throw new LaunchError(
    `No nats-server was found on this machine, and it could not be fetched (${reason}). ${HOW_TO_GET_ONE}`,
  );
}

function cached() {
  return ['usr/sbin', 'usr/bin']
    .map((folder) => path.join(NATS_CACHE, folder, 'nats-server'))
    .filter((file) => fs.existsSync(file));
}

/** @param {string} file @returns {string | null} */
function versionOf(file) {
  const result = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return result.status === 0 ? (/v?(\d+\.\d+\.\d+)/.exec(result.stdout + result.stderr)?.[1] ?? null) : null;
}

/** @param {string} version */
export function isRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** @param {string} file @param {string} version */
function requireVersion(file, version) {
  if (!isRecent(version))
    throw new LaunchError(
      `${file} is version ${version}; ${OLDEST.join('.')} or newer is needed. ${HOW_TO_GET_ONE}`,
    );
}

/**
 * `apt-get download` needs no root; with lists, cache and status of our own it neither reads old lists nor changes
 * anything of the system.
 *
 * @returns {Promise<string>} '' when it worked, else why not
 */
async function fetchFromApt() {
  if (!['/usr/bin/apt-get', '/usr/bin/dpkg'].every((file) => fs.existsSync(file)))
    return 'this system has no apt';
  const work = path.join(NATS_CACHE, 'apt');
  fs.rmSync(work, { recursive: true, force: true });
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'download'])
    fs.mkdirSync(path.join(work, folder), { recursive: true });
  const options = [
    `-oDir::State=${path.join(work, 'state')}`,
    `-oDir::Cache=${path.join(work, 'cache')}`,
    '-oDir::State::status=/var/lib/dpkg/status',
    // As root apt would drop to its own user, who may not enter a closed folder.
    '-oAPT::Sandbox::User=root',
    '-oAcquire::Retries=2',
    '-oAcquire::http::Timeout=30',
    '-oAcquire::https::Timeout=30',
    '-q',
  ];
  const settings = {
    cwd: path.join(work, 'download'),
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 180_000,
    maxBuffer: 16 * 1024 * 1024,
  };
  try {
    // One unreachable foreign source must not stop us: only the download decides.
    const updated = await run('apt-get', [...options, 'update'], settings).then(
      () => '',
      (error) => lastLine(error),
    );
    try {
      await run('apt-get', [...options, 'download', 'nats-server'], settings);
    } catch (error) {
      return `apt: ${updated || lastLine(error)}`;
    }
    const deb = fs.readdirSync(settings.cwd).find((name) => name.endsWith('.deb'));
    if (!deb) return 'apt brought no package';
    await run('dpkg', ['-x', path.join(settings.cwd, deb), NATS_CACHE], settings);
    return '';
  } catch (error) {
    return lastLine(error);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** @param {any} error */
function lastLine(error) {
  const lines = String(error.stderr || error.message)
    .trim()
    .split('\n');
  return (lines.find((line) => line.startsWith('E:')) ?? lines.at(-1) ?? '').replace(/^E:\s*/, '');
}
