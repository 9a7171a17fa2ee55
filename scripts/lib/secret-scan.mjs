import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { listFiles } from './files.mjs';
import { LaunchError } from './launch-error.mjs';

/**
 * Looks for secrets in every file that git has ever held on any branch, in the messages of all commits, and in what lies
 * in the checkout and is not ignored. A key that is deleted again stays in the history: it counts.
 *
 * @typedef {{ where: string, line: number, rule: string, hint: string }} Finding
 * @typedef {{ findings: Finding[], commits: number, texts: number, isShallow: boolean }} Scan
 */

/** Only invented keys stand in this repository, and they say so: by one of these words, or signs in a row. */
const INVENTED =
  /sbx|sandbox|example|invented|fake|dummy|marked|placeholder|secret|word|your[-_]|test-|0123456789|1234567890|abcdefgh|(.)\1{7}/i;

/** Of these a single one is enough, whatever it is called. The group `value` is what must look invented. */
const SHAPES = /** @type {const} */ ([
  ['private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?<value>[A-Za-z0-9+/=\s\\]{32,})/g],
  ['cloud key', /\b(?<value>(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{35}|LTAI[A-Za-z0-9]{12,20})\b/g],
  ['token of a code host', /\b(?<value>gh[pousr]_\w{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}|npm_\w{36})\b/g],
  ['token of a service', /\b(?<value>xox[abprs]-[\w-]{10,}|sk-[\w-]{20,}|[rs]k_live_\w{16,})\b/g],
  ['API key of this software', /\b(?<value>omni_[0-9A-Za-z]{12}_[0-9A-Za-z]{49})\b/g],
  ['signed token', /\b(?<value>eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})/g],
  ['encrypted token', /\b(?<value>eyJ[\w-]{10,}\.[\w-]*\.[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})/g],
  ['password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"`$<{]+:(?<value>[^\s/:@'"`$<{}]{6,})@/gi],
  ['key with its id', /\b[a-z]\d:(?<value>[A-Za-z0-9+/]{43}=)/g],
]);

/**
 * A name that promises a secret, followed by a value: the value must be long and irregular to count. A page token is a place
 * in a list.
 */
const NAMED =
  /(?:secret|(?<!page_?)token|passw(?:or)?d|api_?key|app_?key|access_?key|master_?keys?|lease_?key|credential|authorization)[\w]*['"]?\s*(?::|=>?|,)\s*(?:Bearer\s+)?['"`]?(?<value>[A-Za-z0-9+/_=.-]{16,})/gi;

/** Lists of checksums; their values look like keys and are none. */
const LOCK_FILE = /(?:^|\/)package-lock\.json$/;

/** @param {string} where @param {string} text @returns {Finding[]} */
export function findSecrets(where, text) {
  if (LOCK_FILE.test(where) || text.includes('\0')) return [];
  /** @type {Finding[]} */
  const found = [];
  /** @param {string} rule @param {RegExpExecArray} match */
  const add = (rule, match) => {
    const value = match.groups?.value ?? match[0];
    if (INVENTED.test(value)) return;
    const line = text.slice(0, match.index).split('\n').length;
    if (found.some((other) => other.line === line)) return;
    // Enough to find it by, not enough to use it.
    found.push({ where, line, rule, hint: `${value.slice(0, 4)}… (${value.length} characters)` });
  };
  for (const [rule, shape] of SHAPES) for (const match of text.matchAll(shape)) add(rule, match);
  for (const match of text.matchAll(NAMED)) {
    if (isIrregular(match.groups?.value ?? '')) add('value of a secret', match);
  }
  return found;
}

/** Letters and digits mixed without words: what a generator makes, and what a name in code is not. @param {string} value */
function isIrregular(value) {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  // The path of a call.
  if (/^\/[a-z][a-z\d_/.-]*$/.test(value)) return false;
  const counts = new Map();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const entropy = [...counts.values()].reduce(
    (sum, count) => sum - (count / value.length) * Math.log2(count / value.length),
    0,
  );
  return entropy >= 3.3 && !/[a-z]{8}/.test(value);
}

/** A checkout that belongs to another user than the one who checks it is refused otherwise. @param {string} root */
const asOurs = (root) => ['-c', `safe.directory=${root}`];

/** @param {string} root @returns {Promise<Scan>} */
export async function scanRepository(root) {
  const scan = { findings: /** @type {Finding[]} */ ([]), commits: 0, texts: 0, isShallow: false };
  /** @param {string} where @param {string} text */
  const look = (where, text) => {
    scan.texts += 1;
    scan.findings.push(...findSecrets(where, text));
  };
  const git = (/** @type {string[]} */ ...args) =>
    spawnSync('git', [...asOurs(root), ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (!fs.existsSync(path.join(root, '.git'))) {
    // An unpacked archive: there is no history, its files are looked through all the same.
    for (const file of listFiles(root, (name) => !['node_modules', 'dist', '.data', '.nats'].includes(name)))
      look(file, fs.readFileSync(path.join(root, file), 'utf8'));
    return scan;
  }
  const shallow = git('rev-parse', '--is-shallow-repository');
  if (shallow.status !== 0)
    throw new LaunchError(
      `The history of ${root} cannot be read: ${(shallow.stderr ?? shallow.error?.message ?? '').trim()}. Install git, or make the folder readable.`,
    );
  scan.isShallow = shallow.stdout.trim() === 'true';
  const messages = git('log', '--all', '--format=%H%n%B%x00').stdout.split('\0\n').filter(Boolean);
  scan.commits = messages.length;
  for (const message of messages) {
    const [commit = '', ...body] = message.split('\n');
    look(`message of commit ${commit.slice(0, 12)}`, body.join('\n'));
  }
  const listed = git('rev-list', '--objects', '--all').stdout;
  const blobs = new Map(
    listed.split('\n').flatMap((line) => {
      const [, id, file] = /^([0-9a-f]{40,64}) (.+)$/.exec(line) ?? [];
      return id === undefined || file === undefined ? [] : [[id, file]];
    }),
  );
  await readBlobs(root, [...blobs.keys()], (id, text) => look(`${blobs.get(id)} (${id.slice(0, 12)})`, text));
  const here = git('ls-files', '--cached', '--others', '--exclude-standard', '-z').stdout.split('\0');
  for (const file of here.filter(Boolean)) {
    const full = path.join(root, file);
    if (fs.existsSync(full) && fs.statSync(full).isFile()) look(file, fs.readFileSync(full, 'utf8'));
  }
  return scan;
}

/**
 * One process for all of them. Folders are answered too and left out.
 * @param {string} root @param {string[]} ids @param {(id: string, text: string) => void} look
 * @returns {Promise<void>}
 */
function readBlobs(root, ids, look) {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...asOurs(root), 'cat-file', '--batch'], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let rest = Buffer.alloc(0);
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const end = rest.indexOf(10);
        if (end < 0) return;
        const [id = '', type, size] = rest.subarray(0, end).toString().split(' ');
        const length = Number(size);
        if (rest.length < end + 1 + length + 1) return;
        if (type === 'blob') look(id, rest.subarray(end + 1, end + 1 + length).toString());
        rest = rest.subarray(end + 1 + length + 1);
      }
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`git cat-file ended with ${code}`)),
    );
    child.stdin.end(`${ids.join('\n')}\n`);
  });
}
