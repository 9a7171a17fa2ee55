import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { indentJson } from './indent-json';

describe('JSON laid out for reading', () => {
  test('is what JSON.stringify makes of it', () => {
    const value = { a: [1, { b: 'x, {y}: "z\\' }], empty: {}, none: [], deep: { c: null } };
    assert.equal(indentJson(JSON.stringify(value)), JSON.stringify(value, null, 2));
    assert.equal(indentJson(JSON.stringify(value, null, 7)), JSON.stringify(value, null, 2));
  });

  test('keeps every digit of a long number', () =>
    assert.equal(indentJson('{"id":1234567890123456789}'), '{\n  "id": 1234567890123456789\n}'));

  test('text that ends in the middle does no harm', () =>
    assert.equal(indentJson('{"a":"b\\'), '{\n  "a": "b\\'));
});
