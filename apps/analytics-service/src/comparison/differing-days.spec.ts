import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareDays } from './differing-days.js';

const day = (utcDay: string, orders: number, versionSum: number) => ({ utcDay, orders, versionSum });

describe('comparison of days', () => {
  test('equal days are no difference; count and sum of versions both matter', () => {
    const owners = [day('2026-11-01', 3, 5), day('2026-11-02', 2, 2), day('2026-11-03', 2, 4)];
    const ours = [day('2026-11-01', 3, 5), day('2026-11-02', 1, 2), day('2026-11-03', 2, 3)];
    const { differing, missing } = compareDays(owners, ours, {}, 0);
    assert.deepEqual(Object.keys(differing), ['2026-11-02', '2026-11-03']);
    assert.deepEqual(missing, [], 'what differs for the first time may be on its way');
  });

  test('a day that still differs and has not moved here is asked for, one that moves is not', () => {
    const owners = [day('2026-11-01', 9, 9), day('2026-11-02', 9, 9)];
    const before = compareDays(owners, [day('2026-11-02', 3, 3)], {}, 0);
    const after = compareDays(owners, [day('2026-11-02', 4, 4)], before.differing, 5_000);
    assert.deepEqual(after.missing, ['2026-11-01']);
  });

  test('a day that moves for ever is asked for after five minutes', () => {
    const owners = [day('2026-11-01', 9, 9)];
    let previous = compareDays(owners, [day('2026-11-01', 1, 1)], {}, 0).differing;
    previous = compareDays(owners, [day('2026-11-01', 2, 2)], previous, 200_000).differing;
    assert.deepEqual(compareDays(owners, [day('2026-11-01', 3, 3)], previous, 300_000).missing, [
      '2026-11-01',
    ]);
  });

  test('a day that agrees again is forgotten', () => {
    const previous = { '2026-11-01': { orders: 0, versionSum: 0, sinceMs: 0 } };
    const { differing, missing } = compareDays(
      [day('2026-11-01', 1, 1)],
      [day('2026-11-01', 1, 1)],
      previous,
      9,
    );
    assert.deepEqual([differing, missing], [{}, []]);
  });
});
