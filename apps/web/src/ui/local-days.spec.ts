import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDay, monthOf, startOfDay, todayIn, todaysIn } from './local-days';

describe('the start of a local day', () => {
  test('is midnight in the zone of the shop', () => {
    assert.equal(startOfDay('2026-11-19', 'Asia/Tokyo'), '2026-11-18T15:00:00.000Z');
  });

  test('on either side of a day on which clocks go back', () => {
    assert.equal(startOfDay('2026-11-01', 'America/Los_Angeles'), '2026-11-01T07:00:00.000Z');
    assert.equal(startOfDay('2026-11-02', 'America/Los_Angeles'), '2026-11-02T08:00:00.000Z');
  });
});

describe('the calendar', () => {
  test('what is no day is known as such', () => {
    assert.deepEqual(['2026-11-20', 'yesterday', '2026-13-45', undefined].map(isDay), [
      true,
      false,
      false,
      false,
    ]);
  });

  test('today is another day elsewhere', () => {
    const now = Date.parse('2026-11-21T02:00:00Z');
    assert.equal(todayIn('America/Los_Angeles', now), '2026-11-20');
    assert.equal(todayIn('Asia/Shanghai', now), '2026-11-21');
  });

  test('today is two days where midnight lies between the shops', () => {
    const now = Date.parse('2026-11-21T02:00:00Z');
    const zones = ['Asia/Shanghai', 'America/Los_Angeles', 'Europe/London'];
    assert.deepEqual(todaysIn(zones, now), { first: '2026-11-20', last: '2026-11-21' });
    assert.deepEqual(todaysIn(['Asia/Tokyo'], now), { first: '2026-11-21', last: '2026-11-21' });
  });

  test('a month ends on its own last day', () => {
    assert.deepEqual(monthOf('2026-02-17'), { first: '2026-02-01', last: '2026-02-28' });
    assert.deepEqual(monthOf('2026-12-31'), { first: '2026-12-01', last: '2026-12-31' });
  });
});
