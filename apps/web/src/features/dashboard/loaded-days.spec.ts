import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AppliedSpan } from '../../api/types';
import { arePreviousDaysLoaded, type Loaded } from './loaded-days';

function applied(shopId: string, previousFrom: string): AppliedSpan {
  return {
    shopId,
    notAvailable: [],
    timeZone: 'America/New_York',
    from: '2026-11-14',
    to: '2026-11-21',
    comparison: {
      days: 7,
      from: '2026-11-14',
      to: '2026-11-21',
      previousFrom,
      previousTo: '2026-11-14',
      isWithoutToday: false,
    },
  };
}

const ledgers = (loadedFrom: string | null): Loaded[] => [{ shopId: 'a', loadedFrom }];

describe('growth against days that were never loaded', () => {
  test('is none where a shop’s orders are loaded from a later time than the span before begins, in its own days', () => {
    const spans = [applied('a', '2026-11-07')];
    // Midnight in New York is 05:00 in UTC.
    assert.equal(arePreviousDaysLoaded(spans, ledgers('2026-11-07T05:00:00.000Z')), true);
    assert.equal(arePreviousDaysLoaded(spans, ledgers('2026-11-07T05:00:00.001Z')), false);
    assert.equal(arePreviousDaysLoaded(spans, ledgers('2025-11-07T00:00:00.000Z')), true);
  });

  test('is none before the first load has ended, and for all shops where it is none for one', () => {
    assert.equal(arePreviousDaysLoaded([applied('a', '2026-11-07')], ledgers(null)), false);
    const late = [
      { shopId: 'a', loadedFrom: '2026-01-01T00:00:00.000Z' },
      { shopId: 'b', loadedFrom: '2026-11-10T00:00:00.000Z' },
    ];
    assert.equal(
      arePreviousDaysLoaded([applied('a', '2026-11-07'), applied('b', '2026-11-07')], late),
      false,
    );
    assert.equal(arePreviousDaysLoaded([applied('a', '2026-11-07')], late), true);
  });

  test('nothing compared, or nothing known of a shop: nothing is held against it', () => {
    const none = { ...applied('a', '2026-11-07'), comparison: null };
    assert.equal(arePreviousDaysLoaded([none], ledgers(null)), true);
    assert.equal(arePreviousDaysLoaded([applied('b', '2026-11-07')], ledgers(null)), true);
  });
});
