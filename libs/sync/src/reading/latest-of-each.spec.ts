import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { latestOfEach } from './latest-of-each.js';

const read = (id: string, changedAt: number, readAt: number) => ({
  id,
  changedAt: new Date(changedAt),
  readAt: new Date(readAt),
});

describe('the latest of each', () => {
  const idOf = ({ id }: { id: string }) => id;

  test('the one that changed last, also where another was read after it', () => {
    const [later, earlier] = [read('a', 2, 1), read('a', 1, 9)];
    for (const reads of [
      [later, earlier],
      [earlier, later],
    ])
      assert.deepEqual(
        latestOfEach(reads, idOf, ({ changedAt }) => changedAt),
        [later],
      );
  });

  test('of equal changes, or where no change has a time, the one that was read last; each in its place', () => {
    const [first, other, second] = [read('a', 1, 1), read('b', 1, 1), read('a', 1, 2)];
    assert.deepEqual(latestOfEach([first, other, second], idOf), [second, other]);
    assert.deepEqual(latestOfEach([second, other, first], idOf), [second, other]);
  });
});
