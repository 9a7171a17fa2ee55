import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { afterPages, endPass, type ListPass, nextPages, openList } from './list-pass.js';

const page = (total: number, unreadable = 0) => ({ total, unreadable: Array(unreadable).fill('row') });

/** Reads a pass to its end; every answer tells the total that `totalAt` gives for its page. */
function readPass(list: ListPass, totalAt: (page: number) => number): { list: ListPass; read: number[] } {
  const read: number[] = [];
  let reading = list;
  for (let numbers = nextPages(reading); numbers.length > 0; numbers = nextPages(reading)) {
    read.push(...numbers);
    reading = afterPages(
      reading,
      numbers.map((number) => page(totalAt(number))),
    );
  }
  return { list: reading, read };
}

describe('reading a list', () => {
  test('page 1, then from the last page down to page 2, five at a time', () => {
    const opened = openList(page(1_234));
    assert.deepEqual(nextPages(opened), [13, 12, 11, 10, 9]);
    const { read } = readPass(opened, () => 1_234);
    assert.deepEqual(read, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  for (const total of [0, 1, 100]) {
    test(`${total} rows cost one call`, () => {
      assert.deepEqual(nextPages(openList(page(total))), []);
    });
  }

  test('a list at rest is settled after one pass', () => {
    const { list } = readPass(openList(page(250)), () => 250);
    assert.deepEqual(endPass(list, 250).outcome, 'settled');
  });

  test('unreadable rows are rows', () => {
    const { list } = readPass(openList(page(250, 2)), () => 250);
    assert.equal(endPass(list, 248).outcome, 'settled');
    assert.equal(endPass(list, 247).outcome, 'again');
  });

  test('a changed total sends us through the whole list again, page 1 included', () => {
    const { list } = readPass(openList(page(300)), (number) => (number === 2 ? 301 : 300));
    const end = endPass(list, 301);
    assert.equal(end.outcome, 'again');
    assert.deepEqual(readPass(end.list, () => 301).read, [4, 3, 2, 1]);
  });

  test('one came and one went: the total is as it was, the count tells', () => {
    const { list } = readPass(openList(page(300)), () => 300);
    assert.equal(endPass(list, 299).outcome, 'again');
  });

  test('a list that never rests is left after three passes, one whose count never fits after two', () => {
    const moving = { ...openList(page(100)), hasMoved: true };
    assert.equal(endPass({ ...moving, pass: 2 }, 100).outcome, 'again');
    assert.equal(endPass({ ...moving, pass: 3 }, 100).outcome, 'unsettled');
    const short = openList(page(100));
    assert.equal(endPass({ ...short, pass: 1 }, 90).outcome, 'again');
    assert.equal(endPass({ ...short, pass: 2 }, 90).outcome, 'unsettled');
  });

  test('a list that became empty still asks for page 1 again', () => {
    const { list } = readPass(openList(page(150)), () => 0);
    const end = endPass(list, 100);
    assert.equal(end.outcome, 'again');
    assert.deepEqual(nextPages(end.list), [1]);
  });
});
