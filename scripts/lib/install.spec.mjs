import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { removeOutdated } from './build.mjs';
import { requireNode, whyInstall } from './install.mjs';
import { explain, LaunchError } from './launch-error.mjs';

let root = '';
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-install-'));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** @param {string} file @param {string} text */
function write(file, text) {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

describe('whether packages must be installed', () => {
  const lock = (/** @type {Record<string, object>} */ packages) =>
    JSON.stringify({ packages: { '': { name: 'x' }, ...packages } });
  const wanted = {
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b-darwin': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  };

  test('nothing to do when npm has installed what the lock file says', () => {
    write('package-lock.json', lock(wanted));
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': wanted['node_modules/a'] } }),
    );
    write('node_modules/a/package.json', '{}');
    assert.equal(whyInstall(root), null);
    fs.rmSync(path.join(root, 'node_modules/a'), { recursive: true });
    assert.match(whyInstall(root) ?? '', /a is gone/);
  });

  test('a fresh clone, an interrupted install, another version', () => {
    write('package-lock.json', lock(wanted));
    assert.match(whyInstall(root) ?? '', /nothing is installed/);
    write('node_modules/a/package.json', '{}');
    assert.match(whyInstall(root) ?? '', /incomplete/);
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } } }),
    );
    assert.match(whyInstall(root) ?? '', /a 1\.0\.0 is present as 0\.9\.0/);
  });

  test('a missing lock file is a sentence', () => {
    assert.throws(() => whyInstall(root), LaunchError);
  });
});

test('an old Node is refused with the version that is needed', () => {
  assert.throws(() => requireNode('20.18.3'), /Node 20\.19 or newer is needed, this is 20\.18\.3/);
  assert.throws(() => requireNode('18.20.0'), LaunchError);
  for (const good of ['20.19.0', '20.20.2', '22.1.0', '24.0.0']) requireNode(good);
});

test('compiled files whose source is gone are removed, others stay', () => {
  write('libs/a/src/kept.ts', '');
  write('apps/web/src/view.tsx', '');
  for (const file of [
    'libs/a/src/kept.js',
    'libs/a/src/kept.js.map',
    'apps/web/src/view.js',
    'libs/a/src/gone.spec.js',
    'libs/a/src/gone.spec.js.map',
    'web/index.js',
  ])
    write(`dist/${file}`, '');
  assert.equal(removeOutdated(root, path.join(root, 'dist')), 2);
  assert.ok(fs.existsSync(path.join(root, 'dist/libs/a/src/kept.js.map')));
  assert.ok(fs.existsSync(path.join(root, 'dist/web/index.js')));
  assert.ok(!fs.existsSync(path.join(root, 'dist/libs/a/src/gone.spec.js')));
});

describe('errors become one sentence', () => {
  test('a full disk, whoever met it', () => {
    const own = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      path: '/x/y',
    });
    assert.match(explain(own).sentence, /^The disk is full \(while writing \/x\/y\)/);
    const postgres = new LaunchError('Postgres ended', {
      details: 'FATAL: could not write: No space left on device',
    });
    assert.match(explain(postgres).sentence, /^The disk is full/);
  });

  test('missing rights name the file', () => {
    assert.match(
      explain(Object.assign(new Error('x'), { code: 'EACCES', path: '/data' })).sentence,
      /\/data \(EACCES\)/,
    );
  });
});
