import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantsOfDays } from './local-days';

describe('the instants of local days', () => {
  test('both named days are included, in the zone of the shop', () => {
    assert.deepEqual(instantsOfDays('2026-11-19', '2026-11-20', 'Asia/Tokyo'), {
      orderedFrom: '2026-11-18T15:00:00.000Z',
      orderedTo: '2026-11-20T15:00:00.000Z',
    });
  });

  test('a day on which clocks go back has 25 hours', () => {
    assert.deepEqual(instantsOfDays('2026-11-01', '2026-11-01', 'America/Los_Angeles'), {
      orderedFrom: '2026-11-01T07:00:00.000Z',
      orderedTo: '2026-11-02T08:00:00.000Z',
    });
  });

  test('one end may be open', () => {
    assert.deepEqual(instantsOfDays(undefined, '2026-12-31', 'UTC'), {
      orderedFrom: undefined,
      orderedTo: '2027-01-01T00:00:00.000Z',
    });
  });

  test('what is no day is left out', () => {
    assert.deepEqual(instantsOfDays('yesterday', '2026-13-45', 'UTC'), {
      orderedFrom: undefined,
      orderedTo: undefined,
    });
  });
});
