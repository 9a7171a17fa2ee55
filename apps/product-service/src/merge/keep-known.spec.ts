import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CopyValue } from '#runtime';
import { type Field, isEmpty, keepKnown } from './keep-known.js';

interface Row {
  readonly title: string | null;
  readonly stock: number | null;
}

const FIELDS: readonly Field<Row>[] = [
  { name: 'title', columns: { title: ['text', ({ title }) => title] }, isDated: true },
  { name: 'stock', columns: { stock: ['bigint', ({ stock }) => stock] }, isDated: false },
];

const merge = (answered: CopyValue[], known: CopyValue[], hasChanged = false) =>
  keepKnown(
    FIELDS,
    answered.map((value) => [value]),
    known.map((value) => [value]),
    hasChanged,
  );

describe('an answer that knows less', () => {
  for (const nothing of [null, '']) {
    test(`${JSON.stringify(nothing)} keeps what was known and is named`, () => {
      assert.deepEqual(merge([nothing, null], ['Mug', 5]), {
        values: [['Mug'], [5]],
        emptied: ['title', 'stock'],
      });
    });
  }

  test('a value is an answer, zero too', () => {
    assert.deepEqual(merge(['Cup', 0], ['Mug', 5]), { values: [['Cup'], [0]], emptied: [] });
  });

  test('what was never known cannot be kept', () => {
    assert.deepEqual(merge(['', null], ['', null]), { values: [[''], [null]], emptied: [] });
  });

  test('the marketplace says that it has changed: believed where its time speaks of the field, and only there', () => {
    assert.deepEqual(merge(['', null], ['Mug', 5], true), { values: [[''], [5]], emptied: ['stock'] });
  });

  test('empty: nothing, an empty text, an empty list, half a price; neither zero nor false', () => {
    const empty: CopyValue[][] = [[null], [''], [[]], [100, null]];
    const told: CopyValue[][] = [[0], [false], ['x'], [['1']], [0, 'USD']];
    assert.deepEqual(empty.map(isEmpty), [true, true, true, true]);
    assert.deepEqual(told.map(isEmpty), [false, false, false, false, false]);
  });
});
