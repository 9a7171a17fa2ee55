import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.join(import.meta.dirname, '../../../../..');

test('every statement that queues runs leaves out what is out of reach', () => {
  const queueing = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/node_modules|\.fixture\.ts|spec\.ts|\/test\//.test(file))
      .flatMap((file) => {
        const statements = readFileSync(path.join(ROOT, folder, file), 'utf8').split('INSERT INTO sync_runs');
        return statements
          .slice(1)
          .map((statement) => [`${folder}/${file}`, statement.split('ON CONFLICT')[0] ?? '']);
      }),
  );
  // `WITH nights AS (…)` stands before its INSERT.
  const before = (file: string) =>
    readFileSync(path.join(ROOT, file), 'utf8').split('INSERT INTO sync_runs')[0] ?? '';
  const asks = /isOutOfReach\(|isNotAvailable\(/;
  assert.ok(queueing.length >= 5);
  assert.deepEqual(
    queueing.filter(
      ([file = '', statement = '']) => !asks.test(statement) && !asks.test(before(file).slice(-1_500)),
    ),
    [],
  );
});
