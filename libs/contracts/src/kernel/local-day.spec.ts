import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLocalDay } from './local-day.js';

describe('a day of a filter', () => {
  test('is a day of the calendar', () => {
    for (const day of ['2026-11-27', '2024-02-29', '2000-01-01']) assert.equal(isLocalDay(day), true, day);
  });

  test('is neither one that the calendar lacks nor an instant nor a list', () => {
    for (const day of [
      '2026-02-31',
      '2025-02-29',
      '0001-01-01',
      '2026-11-27T12Z',
      '20261127',
      '',
      ['2026-11-27'],
    ]) {
      assert.equal(isLocalDay(day), false, String(day));
    }
  });
});
