import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantsOfDays, monthOf, todayIn } from './local-days';

describe('the instants of local days', () => {
  test('both named days are included, in the zone of the shop', () => {
    assert.deepEqual(instantsOfDays('2026-11-19', '2026-11-20', 'Asia/Tokyo'), {
      from: '2026-11-18T15:00:00.000Z',
      to: '2026-11-20T15:00:00.000Z',
    });
  });

  test('a day on which clocks go back has 25 hours', () => {
    assert.deepEqual(instantsOfDays('2026-11-01', '2026-11-01', 'America/Los_Angeles'), {
      from: '2026-11-01T07:00:00.000Z',
      to: '2026-11-02T08:00:00.000Z',
    });
  });

  test('one end may be open', () => {
    assert.deepEqual(instantsOfDays(undefined, '2026-12-31', 'UTC'), {
      from: undefined,
      to: '2027-01-01T00:00:00.000Z',
    });
  });

  test('what is no day is left out', () => {
    assert.deepEqual(instantsOfDays('yesterday', '2026-13-45', 'UTC'), {
      from: undefined,
      to: undefined,
    });
  });
});

describe('the calendar', () => {
  test('today is another day elsewhere', () => {
    const now = Date.parse('2026-11-21T02:00:00Z');
    assert.equal(todayIn('America/Los_Angeles', now), '2026-11-20');
    assert.equal(todayIn('Asia/Shanghai', now), '2026-11-21');
  });

  test('a month ends on its own last day', () => {
    assert.deepEqual(monthOf('2026-02-17'), { first: '2026-02-01', last: '2026-02-28' });
    assert.deepEqual(monthOf('2026-12-31'), { first: '2026-12-01', last: '2026-12-31' });
  });
});
