import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoted } from '#contracts';
import type { ListPage } from '#marketplace';
import {
  afterPages,
  endPass,
  judgeMissing,
  type ListReading,
  nextPages,
  openList,
  passAgain,
} from './list-reading.js';

interface Row {
  readonly id: string;
}

const idOf = ({ id }: Row): string => id;

/** Page `number` of a list of `total` rows at rest, newest first. */
function page(number: number, total: number, nameless = 0): ListPage<Row> {
  const rows = Math.max(0, Math.min(100, total - (number - 1) * 100));
  return {
    total,
    records: Array.from({ length: rows - nameless }, (_, row) => ({ id: `${(number - 1) * 100 + row}` })),
    unreadable: Array.from({ length: nameless }, (_, row) => ({
      platformId: null,
      reason: quoted(''),
      raw: `${row}`,
    })),
    platformTime: new Date(0),
    requestStartedAt: new Date(0),
  };
}

/** Reads a pass to its end; every answer tells the total that `totalAt` gives for its page. */
function readPass(
  list: ListReading,
  totalAt: (page: number) => number,
): { list: ListReading; read: number[] } {
  const read: number[] = [];
  let reading = list;
  for (let numbers = nextPages(reading); numbers.length > 0; numbers = nextPages(reading)) {
    read.push(...numbers);
    reading = afterPages(
      reading,
      numbers.map((number) => ({ number, page: page(number, totalAt(number)) })),
    );
  }
  return { list: reading, read };
}

const open = (total: number): ListReading => openList(page(1, total), idOf);

describe('reading a list', () => {
  test('page 1, then from the last page down to page 2, five at a time', () => {
    const opened = open(1_234);
    assert.deepEqual(nextPages(opened), [13, 12, 11, 10, 9]);
    assert.deepEqual(readPass(opened, () => 1_234).read, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  for (const total of [0, 1, 100]) {
    test(`${total} rows cost one call`, () => {
      assert.deepEqual(nextPages(open(total)), []);
      assert.equal(endPass(open(total), total).end, 'whole');
    });
  }

  test('a list at rest is whole after one pass', () => {
    assert.equal(endPass(readPass(open(250), () => 250).list, 250).end, 'whole');
  });

  test('rows that were counted and not met: the whole list again, page 1 included, three times in all', () => {
    let reading = readPass(open(250), () => 250).list;
    const ends: unknown[] = [];
    const read: number[][] = [];
    while (reading.end === null) {
      reading = endPass(reading, 100);
      ends.push(reading.end);
      const pass = readPass(reading, () => 250);
      read.push(pass.read);
      reading = pass.list;
    }
    assert.deepEqual(ends, [null, null, 'incomplete']);
    assert.deepEqual(read, [[3, 2, 1], [3, 2, 1], []]);
    assert.equal(reading.met, 100);
  });

  test('one that came while page 1 was read already is met by the second pass', () => {
    const { list } = readPass(open(300), (number) => (number === 2 ? 301 : 300));
    const again = endPass(list, 300);
    assert.equal(again.end, null);
    const second = readPass(again, () => 301);
    assert.deepEqual(second.read, [4, 3, 2, 1]);
    assert.equal(endPass(second.list, 301).end, 'whole');
  });

  test('what left between two passes is not missed by the second', () => {
    const again = endPass(readPass(open(300), () => 300).list, 299);
    const second = readPass(again, () => 290);
    assert.equal(endPass(second.list, 290).end, 'whole');
  });

  test('a list that never rests is incomplete', () => {
    let reading = open(100);
    let total = 100;
    while (reading.end === null) {
      reading = endPass(readPass(reading, () => ++total).list, 90);
    }
    assert.equal(reading.end, 'incomplete');
  });

  test('a page with more rows than its total has room for proves nothing', () => {
    const lying = openList({ ...page(1, 100), total: 50 }, idOf);
    assert.equal(endPass(lying, 100).end, null);
  });
});

describe('what a whole list does not show', () => {
  test('nothing is missing: one reading is enough', () => {
    assert.equal(judgeMissing(0, true, false), 'none');
  });

  test('something is missing: gone only when a second reading has not shown it either', () => {
    assert.equal(judgeMissing(1, false, false), 'again');
    assert.deepEqual(nextPages(passAgain(endPass(open(3), 3))), [1], 'page 1 is asked for again');
    assert.equal(judgeMissing(1, false, true), 'gone');
  });

  test('a row without a readable id may be the one that is missing', () => {
    const nameless = openList(page(1, 3, 1), idOf);
    assert.equal(endPass(nameless, 3).end, 'whole');
    assert.equal(nameless.hasNameless, true);
    assert.equal(judgeMissing(1, true, true), 'untold');
  });
});
