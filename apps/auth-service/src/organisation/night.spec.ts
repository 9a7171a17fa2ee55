import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dueUntil, nextNight } from './night.js';

const night = (zone: string, now: string): string => nextNight(zone, new Date(now)).toISOString();

describe('the night of the organisation', () => {
  test('begins at 0:00 there, on days of 23 and 25 hours too', () => {
    assert.equal(night('Asia/Shanghai', '2026-11-28T15:59:59Z'), '2026-11-28T16:00:00.000Z');
    assert.equal(night('Asia/Shanghai', '2026-11-28T16:00:00Z'), '2026-11-29T16:00:00.000Z');
    // Put forward on 2026-03-29 and back on 2026-10-25, both at 1:00 UTC.
    assert.equal(night('Europe/Madrid', '2026-03-28T22:59:00Z'), '2026-03-28T23:00:00.000Z');
    assert.equal(night('Europe/Madrid', '2026-03-28T23:00:00Z'), '2026-03-29T22:00:00.000Z');
    assert.equal(night('Europe/Madrid', '2026-10-24T22:00:00Z'), '2026-10-25T23:00:00.000Z');
  });

  test('begins at 1:00 where that midnight is left out', () => {
    // Egypt puts its clocks forward at 0:00 of the last Friday of April: 2026-04-24.
    assert.equal(night('Africa/Cairo', '2026-04-23T12:00:00Z'), '2026-04-23T22:00:00.000Z');
    assert.equal(night('Africa/Cairo', '2026-04-23T22:00:00Z'), '2026-04-24T21:00:00.000Z');
  });

  test('begins at the second where 0:00 is there twice, and then a day on', () => {
    // Cuba puts its clocks back at 1:00 of 2026-11-01 to 0:00.
    assert.equal(night('America/Havana', '2026-10-31T12:00:00Z'), '2026-11-01T05:00:00.000Z');
    assert.equal(night('America/Havana', '2026-11-01T05:00:00Z'), '2026-11-02T05:00:00.000Z');
  });
});

describe('until when renewals are done now', () => {
  const at = (text: string): Date => new Date(text);
  const zone = 'Europe/Madrid';

  test('at start, until the next night; then until now, until that night', () => {
    const start = dueUntil(undefined, zone, at('2026-03-28T12:00:00Z'));
    assert.deepEqual(start.until, at('2026-03-28T23:00:00Z'));
    const byDay = dueUntil(start.awaited, zone, at('2026-03-28T22:59:59Z'));
    assert.deepEqual(byDay, { until: at('2026-03-28T22:59:59Z'), awaited: start.awaited });
    const atNight = dueUntil(byDay.awaited, zone, at('2026-03-28T23:00:30Z'));
    assert.deepEqual(atNight.until, at('2026-03-29T22:00:00Z'));
    assert.deepEqual(
      dueUntil(atNight.awaited, zone, at('2026-03-28T23:01:30Z')).until,
      at('2026-03-28T23:01:30Z'),
    );
  });

  test('a night that was slept through is made good at once', () => {
    const { awaited } = dueUntil(undefined, zone, at('2026-03-28T12:00:00Z'));
    assert.deepEqual(dueUntil(awaited, zone, at('2026-03-31T08:00:00Z')).until, at('2026-03-31T22:00:00Z'));
  });

  test('a new zone is no night; its own is awaited', () => {
    const { awaited } = dueUntil(undefined, zone, at('2026-03-28T12:00:00Z'));
    const moved = dueUntil(awaited, 'Asia/Shanghai', at('2026-03-28T23:30:00Z'));
    assert.deepEqual(moved.until, at('2026-03-28T23:30:00Z'));
    assert.deepEqual(moved.awaited, { timeZone: 'Asia/Shanghai', beginsAt: at('2026-03-29T16:00:00Z') });
  });
});
