import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from './paths.mjs';
import { findSecrets, scanRepository } from './secret-scan.mjs';

/** Made anew for each run, so that this file holds none. @param {number} bytes @param {BufferEncoding} encoding */
const made = (bytes, encoding) => {
  for (;;) {
    const value = randomBytes(bytes).toString(encoding);
    // What a scanner takes for a word, chance can make too.
    if (/\d.*\d/.test(value) && !/[a-z]{8}|(.)\1{7}|sbx|test-|fake|word/i.test(value)) return value;
  }
};
const b64url = (/** @type {number} */ bytes) => made(bytes, 'base64url');
const header = () => `eyJ${b64url(18)}`;

/** What a person could leave behind, by the rule that must find it. @type {[string, string][]} */
const REAL = [
  ['private key', `-----BEGIN PRIVATE ${'KEY'}-----\n${made(48, 'base64')}\n-----END`],
  ['cloud key', `AKIA${made(8, 'hex').toUpperCase()}`],
  ['token of a code host', `ghp_${made(18, 'hex')}`],
  ['token of a service', `xoxb-${made(12, 'hex')}`],
  ['API key of this software', `omni_${made(6, 'hex')}_${made(24, 'hex')}0`],
  ['signed token', `${header()}.${b64url(30)}.${b64url(32)}`],
  ['encrypted token', `${header()}..${b64url(16)}.${b64url(40)}.${b64url(16)}`],
  ['password in an address', `postgres://omni:${made(9, 'hex')}@db.internal/omni`],
  ['key with its id', `k1:${made(32, 'base64')}`],
  ['value of a secret', `TEMU_APP_SECRET=${made(20, 'hex')}`],
  ['value of a secret', `"accessToken": "${made(24, 'hex')}"`],
  ['value of a secret', `- app secret: ${made(20, 'hex')}`.replace('app secret', 'app_secret')],
];

/** @param {string} folder */
function repository(folder) {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  git('init', '--quiet', '--initial-branch=main');
  return {
    git,
    commit: (/** @type {Record<string, string | null>} */ files, message = 'a change') => {
      for (const [name, text] of Object.entries(files)) {
        if (text === null) fs.rmSync(path.join(folder, name));
        else fs.writeFileSync(path.join(folder, name), text);
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', message);
    },
  };
}

describe('secrets in the repository', () => {
  test('peer failure 22: neither the files nor any commit of this repository hold one', async () => {
    const { findings, texts } = await scanRepository(ROOT);
    assert.deepEqual(findings, []);
    assert.ok(texts > 300, `only ${texts} texts were looked through`);
  });

  for (const [index, [rule, text]] of REAL.entries()) {
    test(`peer failure 22: found, and not repeated: ${rule}, case ${index + 1}`, () => {
      const [finding, ...more] = findSecrets('notes.md', `one\ntwo\n${text}\n`);
      assert.deepEqual([finding?.rule, finding?.line, more.length], [rule, 3, 0]);
      assert.ok((finding?.hint.length ?? 0) < 30);
    });
  }

  test('peer failure 22: what says that it is invented, names and references pass', () => {
    for (const text of [
      "appSecret: 'sbxSecret0123456789abcdef'",
      "const accessToken = 'marked-access-token-77aa';",
      `postgres://user:$${'{password}'}@host/db`,
      'secret: process.env.AUTH_SESSION_SECRET_V2',
      'appSecret: readBootstrapSecretOfApp2(entry)',
      'CREDENTIAL_LEASE_KEY=$(openssl rand -base64 32)',
      '| `ORDER_ADDRESS_KEYS` | `id:base64 of 32 bytes` |',
      "page_token: 'aGVsbG8/d29ybGQ+Zm9v/w=='",
      "GetAccessToken: '/api/v2/token/get'",
    ])
      assert.deepEqual(findSecrets('file.ts', text), [], text);
  });

  test('peer failure 22: deleted since, on another branch, in a message, not committed yet: found', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'secret-scan-'));
    try {
      const { git, commit } = repository(folder);
      const leak = () => `APP_SECRET=${made(20, 'hex')}`;
      commit({ 'notes.md': `hello\n${leak()}\n`, 'ignored.env': 'nothing', '.gitignore': '*.local\n' });
      commit({ 'notes.md': null });
      git('checkout', '--quiet', '-b', 'aside');
      commit({ 'aside.md': leak() });
      git('checkout', '--quiet', 'main');
      commit({}, `set up\n\nused ${leak()}`);
      fs.writeFileSync(path.join(folder, 'new.md'), leak());
      fs.writeFileSync(path.join(folder, 'mine.local'), leak());
      const { findings, commits } = await scanRepository(folder);
      assert.equal(commits, 4);
      assert.deepEqual(
        findings.map(({ where, line }) => `${where.replace(/ \(.*| [0-9a-f]{12}$/, '')}:${line}`).sort(),
        ['aside.md:1', 'message of commit:3', 'new.md:1', 'notes.md:2'],
      );
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
