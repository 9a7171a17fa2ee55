import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '#runtime';
import { fieldsOfApp } from './fields-of-app.js';

const WANTED = [
  { name: 'serviceId', words: { en: 'Service ID', zh: '服务 ID' }, example: '7400000000000000001' },
];

const refusedWith =
  (pattern: RegExp) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === 'app.fields_refused' && pattern.test(error.message);

describe('the fields of an app', () => {
  test('exactly those that the marketplace names', () => {
    const given = [{ name: 'serviceId', value: '7400000000000000001' }];
    assert.deepEqual(fieldsOfApp('temu', given, WANTED), { serviceId: '7400000000000000001' });
    assert.deepEqual(fieldsOfApp('temu', [], []), {});
  });

  test('a missing one and a foreign one are named', () => {
    assert.throws(() => fieldsOfApp('temu', undefined, WANTED), refusedWith(/serviceId is missing/));
    const foreign = [{ name: 'service_id', value: '1' }];
    assert.throws(
      () => fieldsOfApp('temu', foreign, WANTED),
      refusedWith(/serviceId is missing; service_id is none/),
    );
    assert.throws(() => fieldsOfApp('temu', foreign, []), refusedWith(/has no fields/));
  });
});
