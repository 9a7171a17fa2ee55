import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { cruise } from 'dependency-cruiser';
import { RUNS } from '../.dependency-cruiser.mjs';
import { ROOT } from './lib/paths.mjs';

/** A checkout of which every file is named with what it holds; `#contracts` and its like as in ours. */
function checkout(/** @type {Record<string, string>} */ files) {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'omni-boundaries-'));
  folders.push(root);
  const { imports, type } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const lib = (/** @type {string} */ name) => ({ [`libs/${name}/src/index.ts`]: 'export type It = 1;\n' });
  const all = {
    'package.json': JSON.stringify({ name: 'example', type, imports }),
    ...lib('contracts'),
    ...lib('marketplace'),
    ...lib('runtime'),
    ...lib('messaging'),
    ...lib('sync'),
    ...lib('testing'),
    'libs/contracts/src/said/index.ts': 'export type It = 1;\n',
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    fs.mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
  return root;
}

/** @type {string[]} */
const folders = [];
after(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true });
});

/** @param {Record<string, string>} files @returns {Promise<string[]>} `rule: from → to` */
async function broken(files) {
  const root = checkout(files);
  /** @type {Set<string>} */
  const found = new Set();
  for (const { folders: wanted, options } of RUNS) {
    const there = wanted.filter((folder) => fs.existsSync(path.join(root, folder)));
    const { output } = await cruise(there, { ...options, baseDir: root, outputType: 'json' });
    const { violations } = JSON.parse(String(output)).summary;
    for (const { rule, from, to } of violations) found.add(`${rule.name}: ${from} → ${to}`);
  }
  return [...found].sort();
}

const CONTRACTS = "import type { It } from '#contracts';\nexport type Own = It;\n";
const take = (/** @type {string} */ from) => `import type { It } from '${from}';\nexport type Own = It;\n`;
const IT = 'export type It = 1;\n';

describe('boundaries: what breaks a rule is found, by a type alone too', () => {
  /** @type {[string, Record<string, string>, string[]][]} */
  const cases = [
    [
      'an app that is new imports another',
      { 'apps/stock/src/a.ts': take('../../order-service/src/b.js'), 'apps/order-service/src/b.ts': IT },
      ['an app never imports another: apps/stock/src/a.ts → apps/order-service/src/b.ts'],
    ],
    [
      'a test of one app imports another',
      { 'apps/stock/test/a.spec.ts': take('../../sandbox/src/b.js'), 'apps/sandbox/src/b.ts': IT },
      ['an app never imports another: apps/stock/test/a.spec.ts → apps/sandbox/src/b.ts'],
    ],
    [
      'a lib imports an app',
      { 'libs/runtime/src/a.ts': take('../../../apps/gateway/src/b.js'), 'apps/gateway/src/b.ts': IT },
      ['a lib never imports an app: libs/runtime/src/a.ts → apps/gateway/src/b.ts'],
    ],
    [
      'a lib imports one above it',
      { 'libs/runtime/src/a.ts': CONTRACTS },
      ['layers: runtime: libs/runtime/src/a.ts → libs/contracts/src/index.ts'],
    ],
    [
      'a connector imports what is ours',
      { 'libs/marketplace/src/shein/a.ts': CONTRACTS },
      ['layers: marketplace: libs/marketplace/src/shein/a.ts → libs/contracts/src/index.ts'],
    ],
    [
      'a lib without a place',
      { 'libs/actions/src/index.ts': CONTRACTS },
      ['layers: a lib that is not named: libs/actions/src/index.ts → libs/contracts/src/index.ts'],
    ],
    [
      'sandbox and page import of ours',
      { 'apps/sandbox/src/a.ts': CONTRACTS, 'apps/web/src/a.tsx': take('#said') },
      [
        'sandbox and page stand alone: apps/sandbox/src/a.ts → libs/contracts/src/index.ts',
        'sandbox and page stand alone: apps/web/src/a.tsx → libs/contracts/src/said/index.ts',
      ],
    ],
    [
      'past the door of a lib',
      { 'apps/gateway/src/a.ts': take('../../../libs/runtime/src/b.js'), 'libs/runtime/src/b.ts': IT },
      ['a lib has one door: apps/gateway/src/a.ts → libs/runtime/src/b.ts'],
    ],
    [
      'a new marketplace is known outside its folder',
      {
        'libs/marketplace/src/reading/a.ts': take('../shein/b.js'),
        'libs/marketplace/src/shein/b.ts': take('../call/c.js'),
        'libs/marketplace/src/call/c.ts': IT,
      },
      [
        'a marketplace stays in its folder: libs/marketplace/src/reading/a.ts → libs/marketplace/src/shein/b.ts',
      ],
    ],
    [
      'a descriptor imports what stands above contracts; what it loads later may',
      {
        'libs/marketplace/src/shein/descriptor.ts': `${take('#runtime')}export const load = () => import('./b.js');\n`,
        'libs/marketplace/src/shein/b.ts': take('#runtime'),
      },
      ['a descriptor is data: libs/marketplace/src/shein/descriptor.ts → libs/runtime/src/index.ts'],
    ],
    [
      'one marketplace imports another',
      {
        'libs/marketplace/src/shein/a.ts': take('../temu/b.js'),
        'libs/marketplace/src/temu/b.ts': IT,
      },
      [
        'a marketplace never imports another: libs/marketplace/src/shein/a.ts → libs/marketplace/src/temu/b.ts',
      ],
    ],
    [
      'what is delivered imports what is for tests',
      {
        'apps/gateway/src/a.ts': take('#testing'),
        'apps/gateway/src/b.ts': take('./c.fixture.js'),
        'apps/gateway/src/c.fixture.ts': IT,
      },
      [
        'what is for tests stays with tests: apps/gateway/src/a.ts → libs/testing/src/index.ts',
        'what is for tests stays with tests: apps/gateway/src/b.ts → apps/gateway/src/c.fixture.ts',
      ],
    ],
    [
      'a script imports what is not built yet',
      { 'scripts/a.mjs': "import '#contracts';\n" },
      ['scripts run before anything is built: scripts/a.mjs → libs/contracts/src/index.ts'],
    ],
    [
      'two folders import each other',
      {
        'apps/stock/src/levels/a.ts': take('../counts/a.js'),
        'apps/stock/src/levels/b.ts': IT,
        'apps/stock/src/counts/a.ts': IT,
        'apps/stock/src/counts/b.ts': take('../levels/b.js'),
      },
      [
        'no circle of folders: apps/stock/src/counts → apps/stock/src/levels',
        'no circle of folders: apps/stock/src/levels → apps/stock/src/counts',
      ],
    ],
    [
      'an import that leads nowhere',
      { 'apps/gateway/src/a.ts': take('#nowhere') },
      ['every import leads somewhere: apps/gateway/src/a.ts → #nowhere'],
    ],
  ];
  for (const [name, files, expected] of cases) {
    test(name, async () => assert.deepEqual(await broken(files), expected));
  }
});

test('boundaries: what is allowed is not found', async () => {
  const found = await broken({
    'apps/gateway/src/a.ts': `${CONTRACTS}export * from '#runtime';\n`,
    'apps/gateway/src/a.spec.ts': take('#testing'),
    'apps/gateway/test/b.ts': take('../src/a.js'),
    'libs/runtime/src/a.ts': take('#said'),
    'libs/sync/src/a.ts': take('#messaging'),
    'libs/marketplace/src/descriptors.ts': "export * from './temu/a.js';\nexport type It = 1;\n",
    'libs/contracts/src/a.ts': take('#marketplaces'),
    'libs/marketplace/src/temu/a.ts': 'export type Own = 1;\n',
    // A test reaches anywhere in its app and makes no circle.
    'apps/stock/src/levels/a.spec.ts': take('../counts/a.js'),
    'apps/stock/src/counts/a.ts': take('../levels/b.js'),
    'apps/stock/src/levels/b.ts': IT,
  });
  assert.deepEqual(found, []);
});
