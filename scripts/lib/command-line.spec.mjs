import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ROOT } from './paths.mjs';

/** Of a checkout whose packages nobody has installed, and whose lock file is gone: installing stops at once. */
let root = '';
before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-commands-'));
  for (const folder of ['scripts', 'deploy'])
    fs.cpSync(path.join(ROOT, folder), path.join(root, folder), { recursive: true });
  fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(root, 'package.json'));
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

/** @param {string} file @param {string[]} args */
function run(file, ...args) {
  const env = { PATH: process.env.PATH, HOME: root, OMNI_DATA_DIR: path.join(root, 'data') };
  return spawnSync(process.execPath, [path.join(root, file), ...args], { cwd: root, env, encoding: 'utf8' });
}

const npmScripts = Object.values(
  JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts,
).flatMap((command) => /node (scripts\/\S+\.mjs)$/.exec(String(command))?.[1] ?? []);
const others = [
  'scripts/check-secrets.mjs',
  'scripts/check-generated.mjs',
  'deploy/make-env.mjs',
  'deploy/generate.mjs',
];

describe('every script, without any package', () => {
  for (const file of [...npmScripts, ...others]) {
    test(`${file}: --help helps, and what is not known is refused with what is`, () => {
      const help = run(file, '--help');
      assert.equal(help.status, 0, help.stderr);
      assert.match(help.stdout, /--help +shows this/);
      assert.equal(run(file, '-h').stdout, help.stdout);
      const options = [...help.stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name]) => name ?? '');
      const refused = run(file, '--no-such-option');
      assert.notEqual(refused.status, 0);
      const said = refused.stdout + refused.stderr;
      assert.match(said, /--no-such-option is not known/);
      for (const option of options) assert.ok(said.includes(option), option);
    });
  }
  assert.ok(npmScripts.length >= 10);
});

test('what needs packages installs them first, or says that they are missing', () => {
  /** @type {Record<string, string[]>} */
  const args = {
    'scripts/mutate.mjs': ['scripts'],
    'scripts/sync.mjs': ['--shop', 'all', '--kind', 'all'],
  };
  for (const file of npmScripts) {
    const { status, stdout, stderr } = run(file, ...(args[file] ?? []));
    assert.notEqual(status, 0, file);
    assert.doesNotMatch(stdout + stderr, /ERR_MODULE_NOT_FOUND|Cannot find (package|module)/, file);
    assert.match(stdout + stderr, /package-lock\.json is missing/, file);
  }
});

test('a value for an option that takes none is refused, and nothing is written', () => {
  assert.match(run('deploy/make-env.mjs', '--live=1').stderr, /--live=1 is not known/);
  assert.match(run('deploy/make-env.mjs', 'live').stderr, /live is not known/);
  assert.equal(fs.existsSync(path.join(root, '.env')), false);
});
