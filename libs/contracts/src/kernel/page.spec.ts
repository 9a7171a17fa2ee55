import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeCursor } from './cursor.js';
import { PAGE_BYTES, pageOf, withinBytes } from './page.js';

interface Row {
  readonly n: number;
  readonly text: string;
}

const rowsOf = (...sizes: number[]): Row[] => sizes.map((size, n) => ({ n, text: 'x'.repeat(size) }));
const page = (rows: Row[], limit: number) =>
  pageOf(
    rows,
    limit,
    ({ text }) => text,
    ({ n }) => [n, 'id'],
  );
const cursorOf = (rows: Row[], limit: number) => {
  const { nextCursor } = page(rows, limit);
  return nextCursor === null ? null : decodeCursor(nextCursor, ['whole', 'text']);
};

describe('pageOf', () => {
  test('one row more than the limit: the page is full and goes on after its last row', () => {
    assert.deepEqual(page(rowsOf(1, 2, 3), 2).rows, ['x', 'xx']);
    assert.deepEqual(cursorOf(rowsOf(1, 2, 3), 2), [1, 'id']);
  });

  test('as many as the limit, fewer or none: the last page', () => {
    assert.deepEqual(page(rowsOf(1, 2), 2), { rows: ['x', 'xx'], nextCursor: null });
    assert.deepEqual(page(rowsOf(1), 2), { rows: ['x'], nextCursor: null });
    assert.deepEqual(page([], 2), { rows: [], nextCursor: null });
  });

  test('rows that are too large together: the page ends early and goes on after what it holds', () => {
    const third = PAGE_BYTES / 3;
    const rows = rowsOf(third, third, third, 1);
    assert.equal(page(rows, 4).rows.length, 2);
    assert.deepEqual(cursorOf(rows, 4), [1, 'id']);
  });

  test('a row that alone is too large is a page of its own, first or last', () => {
    const rows = rowsOf(PAGE_BYTES + 1, 1, PAGE_BYTES + 1);
    assert.equal(page(rows, 3).rows.length, 1);
    assert.deepEqual(cursorOf(rows, 3), [0, 'id']);
    assert.equal(page(rows.slice(1), 3).rows.length, 1);
    assert.deepEqual(cursorOf(rows.slice(1), 3), [1, 'id']);
    assert.deepEqual(page(rows.slice(2), 3).nextCursor, null);
  });

  test('following the cursors meets every row once', () => {
    const all = rowsOf(...Array.from({ length: 300 }, (_, n) => (n % 7 === 0 ? 1_500_000 : 10)));
    const met: number[] = [];
    for (let from = 0; ; ) {
      const { rows, nextCursor } = page(all.slice(from, from + 51), 50);
      met.push(...rows.map((_, index) => from + index));
      if (nextCursor === null) break;
      from = Number(decodeCursor(nextCursor, ['whole', 'text'])?.[0]) + 1;
    }
    assert.deepEqual(
      met,
      all.map(({ n }) => n),
    );
  });
});

describe('withinBytes', () => {
  test('counts bytes, quotes included, not letters', () => {
    assert.deepEqual(withinBytes(['杯', '杯', '杯'], 10), ['杯', '杯']);
    assert.deepEqual(withinBytes(['杯', '杯', '杯'], 9), ['杯']);
    assert.deepEqual(withinBytes(['杯'], 4), []);
    assert.deepEqual(withinBytes([], 0), []);
  });
});
