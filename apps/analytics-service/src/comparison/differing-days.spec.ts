import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareDays, type DifferingDays } from './differing-days.js';

const day = (utcDay: string, orders: number, versionSum: number) => ({ utcDay, orders, versionSum });
const state = (previous: DifferingDays | null, nowMs = 0, isDrained = true) => ({
  previous,
  isDrained,
  nowMs,
  askAgainMs: 60_000,
});

describe('comparison of days', () => {
  test('equal days are no difference; count and sum of versions both matter', () => {
    const owners = [day('2026-11-01', 3, 5), day('2026-11-02', 2, 2), day('2026-11-03', 2, 4)];
    const ours = [day('2026-11-01', 3, 5), day('2026-11-02', 1, 2), day('2026-11-03', 2, 3)];
    const { differing, missing } = compareDays(owners, ours, state({}));
    assert.deepEqual(Object.keys(differing), ['2026-11-02', '2026-11-03']);
    assert.deepEqual(missing, [], 'what differs for the first time may be on its way');
  });

  test('a day that still differs and has not moved here is asked for, one that moves is not', () => {
    const owners = [day('2026-11-01', 9, 9), day('2026-11-02', 9, 9)];
    const before = compareDays(owners, [day('2026-11-02', 3, 3)], state({}));
    const after = compareDays(owners, [day('2026-11-02', 4, 4)], state(before.differing, 5_000));
    assert.deepEqual(after.missing, ['2026-11-01']);
  });

  test('nothing is asked for while the bus still holds events for us', () => {
    const owners = [day('2026-11-01', 9, 9)];
    const { differing } = compareDays(owners, [], state({}));
    assert.deepEqual(compareDays(owners, [], state(differing, 3_600_000, false)).missing, []);
    assert.deepEqual(compareDays(owners, [], state(differing, 3_600_000)).missing, ['2026-11-01']);
  });

  test('a day that was asked for is given time before it is asked for again', () => {
    const owners = [day('2026-11-01', 9, 9)];
    const asked = compareDays(owners, [], state(null, 1_000));
    assert.deepEqual(
      asked.missing,
      ['2026-11-01'],
      'of a build that was never compared nothing is on its way',
    );
    const awaited = compareDays(owners, [], state(asked.differing, 60_999));
    assert.deepEqual(awaited.missing, []);
    assert.deepEqual(compareDays(owners, [], state(awaited.differing, 61_000)).missing, ['2026-11-01']);
  });

  test('so many days are asked for at once that live events need not queue behind them', () => {
    const owners = Array.from({ length: 9 }, (_, index) => day(`2026-11-0${index + 1}`, 4_000, 4_000));
    const first = compareDays(owners, [], state(null));
    assert.deepEqual(first.missing, ['2026-11-01', '2026-11-02', '2026-11-03']);
    const second = compareDays(owners, owners.slice(0, 3), state(first.differing, 1_000));
    assert.deepEqual(second.missing, ['2026-11-04', '2026-11-05', '2026-11-06']);
  });

  test('a day that moves for ever is asked for after five minutes', () => {
    const owners = [day('2026-11-01', 9, 9)];
    let previous = compareDays(owners, [day('2026-11-01', 1, 1)], state({})).differing;
    previous = compareDays(owners, [day('2026-11-01', 2, 2)], state(previous, 200_000)).differing;
    const asked = compareDays(owners, [day('2026-11-01', 3, 3)], state(previous, 300_000));
    assert.deepEqual(asked.missing, ['2026-11-01']);
    const later = compareDays(owners, [day('2026-11-01', 4, 4)], state(asked.differing, 400_000));
    assert.deepEqual(later.missing, [], 'and again only after five minutes');
  });

  test('a day that agrees again is forgotten', () => {
    const previous = { '2026-11-01': { orders: 0, versionSum: 0, sinceMs: 0 } };
    const { differing, missing } = compareDays(
      [day('2026-11-01', 1, 1)],
      [day('2026-11-01', 1, 1)],
      state(previous, 9),
    );
    assert.deepEqual([differing, missing], [{}, []]);
  });
});
