import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { listFiles } from './lib/files.mjs';
import { ROOT } from './lib/paths.mjs';
import { SERVICE_NAMES, SERVICES } from './lib/services.mjs';

/** What docs/conventions.md says and a machine can see. */
const files = ['apps', 'libs', 'tools'].flatMap((folder) =>
  listFiles(path.join(ROOT, folder), (name) => name !== 'node_modules' && name !== 'dist')
    .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
    .filter((file) => file.endsWith('.ts') && !file.startsWith('apps/web/')),
);
const text = (/** @type {string} */ file) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const isTest = (/** @type {string} */ file) =>
  /\.(int-)?spec\.ts$|\.fixture\.ts$|^apps\/[^/]+\/test\//.test(file);

const SUFFIXES = [
  ...['controller', 'rpc', 'rpcs', 'events', 'module', 'kind', 'step', 'store', 'settings'],
  ...['pipe', 'guard', 'filter', 'decorator', 'fixture', 'd'],
];

describe('conventions', () => {
  test('a suffix says a role, and is one of those that are known', () => {
    const odd = files.filter((file) => {
      const [, , suffix] = /([^/.]+)\.(.+)\.ts$/.exec(file) ?? [];
      const role = suffix?.replace(/\.?(int-)?spec$/, '') ?? '';
      return role !== '' && !SUFFIXES.includes(role);
    });
    assert.deepEqual(odd, []);
  });

  test('calls are declared in *.rpcs.ts of contracts and answered in *.rpc.ts of a service', () => {
    const odd = files.filter(
      (file) =>
        (file.endsWith('.rpcs.ts') && !file.startsWith('libs/contracts/')) ||
        (file.endsWith('.rpc.ts') && !/@Handle(Rpc|Broadcast)\(/.test(text(file))),
    );
    assert.deepEqual(odd, []);
  });

  test('what is injected is named by its type; only a token, which has no class, by @Inject', () => {
    const odd = files.flatMap((file) =>
      [...text(file).matchAll(/@Inject\((?![A-Z][A-Z0-9_]*\))[^)]*\)/g)].map(
        ([found]) => `${file}: ${found}`,
      ),
    );
    assert.deepEqual(odd, []);
  });

  test('a row that is stored has each value beside its column: no two lists that must agree by order', () => {
    /** How many names may be written out: before values one, before a query the key that its rows have. */
    const MOST = /** @type {Record<string, number>} */ ({ VALUES: 1, SELECT: 3 });
    const odd = files
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        [...text(file).matchAll(/INSERT INTO [\w.]+(?: AS \w+)?\s*\(([^()]*)\)\s*(VALUES|SELECT)/g)].flatMap(
          ([found, names = '', clause = '']) => {
            const written = names
              .replace(/\$\{[^}]*\}/g, '')
              .split(',')
              .filter((name) => name.trim() !== '');
            return written.length > (MOST[clause] ?? 0) ? [`${file}: ${found}`] : [];
          },
        ),
      );
    assert.deepEqual(odd, []);
  });

  test('which members of a vocabulary are meant is said by a table of all of them, not by a list of some', () => {
    const LISTED = [
      /\bIN \('[a-z_]+'/g,
      /: (?:readonly [A-Z]\w+(?:\['\w+'\])?\[\]|ReadonlySet<[A-Z]\w+>) = (?:new Set(?:<\w+>)?\()?\[\s*'/g,
    ];
    // Error codes are no vocabulary that others choose from: each endpoint names its own.
    const odd = files
      .filter((file) => !isTest(file) && !/^apps\/sandbox\/|\/migrations\//.test(file))
      .flatMap((file) =>
        LISTED.flatMap((form) => [...text(file).matchAll(form)])
          .filter(([found]) => !found.includes('ErrorCode'))
          .map(([found]) => `${file}: ${found}`),
      );
    assert.deepEqual(odd, []);
  });

  test('what is asked and told is declared in contracts, in the folder of its owner', () => {
    const odd = files
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        [...text(file).matchAll(/define(?:Rpc|Event|Broadcast)\(\s*'([a-z]+)'/g)]
          .filter(
            ([, owner]) => !file.startsWith(`libs/contracts/src/${owner}/`) && !file.includes('/kernel/'),
          )
          .map(([found]) => `${file}: ${found}`),
      );
    assert.deepEqual(odd, []);
  });

  test('a program declares its settings in src/config.ts', () => {
    const missing = SERVICE_NAMES.map((name) => `apps/${SERVICES[name].folder}/src/config.ts`).filter(
      (file) => !files.includes(file),
    );
    const elsewhere = files.filter(
      (file) =>
        /^\s*@Env\(/m.test(text(file)) && !isTest(file) && !/\/(config|(.+\.)?settings)\.ts$/.test(file),
    );
    assert.deepEqual([...missing, ...elsewhere], []);
  });

  test('migrations lie in database/migrations, named by when and what, and all are listed', () => {
    const migrations = files.filter(
      (file) => /implements MigrationInterface/.test(text(file)) && !isTest(file),
    );
    assert.ok(migrations.length > 10);
    for (const file of migrations) {
      const [, folder, name] =
        /^(apps\/[^/]+\/src\/database\/migrations\/)(\d{13}-[a-z-]+)\.ts$/.exec(file) ?? [];
      assert.ok(name, `${file}: database/migrations/<milliseconds>-<what>.ts`);
      assert.ok(text(`${folder}index.ts`).includes(`'./${name}.js'`), `${file} is not in index.ts`);
      assert.match(
        text(file),
        new RegExp(`class \\w+${name.slice(0, 13)} `),
        `${file}: its class ends in the same time`,
      );
    }
  });

  test('TypeORM is known to the database of runtime and to migrations (ADR 0012)', () => {
    const odd = files.filter(
      (file) =>
        /from 'typeorm'/.test(text(file)) &&
        !isTest(file) &&
        file !== 'libs/runtime/src/database.ts' &&
        !file.includes('/database/migrations/'),
    );
    assert.deepEqual(odd, []);
  });

  test('what runs by the clock has a name; a cron does not overtake itself', () => {
    const odd = files.filter(
      (file) =>
        !isTest(file) &&
        (/@Interval\((?!')/.test(text(file)) ||
          [...text(file).matchAll(/@Cron\(([^)]*)\)/g)].some(
            ([, options = '']) => !/name: '.*waitForCompletion: true/.test(options),
          )),
    );
    assert.deepEqual(odd, []);
  });

  test('what runs after the build is TypeScript in tools/; scripts load it through lib/tool.mjs only', () => {
    const scripts = ['scripts', 'deploy'].flatMap((folder) =>
      listFiles(path.join(ROOT, folder)).map((file) => `${folder}/${file.split(path.sep).join('/')}`),
    );
    const odd = scripts.filter(
      (file) =>
        /\.mjs$/.test(file) &&
        !/\.spec\.mjs$|^scripts\/lib\/(tool|command-line)\.mjs$/.test(file) &&
        /import\(pathToFileURL|process\.argv\.slice/.test(text(file)),
    );
    assert.deepEqual(odd, []);
  });
});
