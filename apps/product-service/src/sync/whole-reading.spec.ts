import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beginReading, endReading, type Reading, readingAfter } from './whole-reading.js';

const page = (total: number, ids: readonly (string | null)[] = []) => ({
  total,
  unreadable: ids.map((platformId) => ({ platformId })),
});

describe('whether a list was read whole', () => {
  test('nothing is missing: one reading is enough', () => {
    const reading = beginReading(page(3));
    assert.equal(endReading(reading, 3, 0).outcome, 'whole');
  });

  test('something is missing: gone only when a second reading has not shown it either', () => {
    const second = endReading(beginReading(page(3)), 3, 1);
    assert.equal(second.outcome, 'again');
    assert.equal(second.reading.isConfirming, true);
    assert.equal(second.reading.pass.nextPage, 1, 'page 1 is asked for again');
    const read = readingAfter(second.reading, [page(3)]);
    assert.equal(endReading(read, 3, 1).outcome, 'whole');
    assert.equal(endReading(read, 4, 0).outcome, 'whole', 'the second reading has shown it');
  });

  test('a list that never rests is partial, however often it was read', () => {
    let reading: Reading = beginReading(page(3));
    const outcomes: string[] = [];
    for (let total = 4; outcomes.at(-1) !== 'partial'; total += 1) {
      reading = readingAfter(reading, [page(total)]);
      const end = endReading(reading, total, 1);
      outcomes.push(end.outcome);
      reading = end.reading;
    }
    assert.deepEqual(outcomes, ['again', 'again', 'partial']);
  });

  test('rows that were counted and never met make it partial', () => {
    const second = endReading(beginReading(page(3)), 2, 1);
    assert.equal(second.outcome, 'again');
    assert.equal(endReading(readingAfter(second.reading, [page(3)]), 2, 1).outcome, 'partial');
  });

  test('a row without a readable id may be the one that is missing', () => {
    const reading = beginReading(page(3, [null]));
    assert.equal(endReading(reading, 2, 1).outcome, 'partial');
    assert.equal(endReading(reading, 2, 0).outcome, 'whole');
    assert.equal(
      endReading(beginReading(page(3, ['17'])), 2, 1).outcome,
      'again',
      'its id tells which it is',
    );
  });
});
