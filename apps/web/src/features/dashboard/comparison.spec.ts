import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CurrencyFigures, OrderFigures } from '../../api/types';
import { amountBefore, changeOf, isComparable, possibleCoverage, type SpanMoney } from './comparison';

function orders(validOrders: number): OrderFigures {
  return {
    placedOrders: validOrders,
    validOrders,
    cancelledOrders: 0,
    pendingOrders: 0,
    cancelRate: null,
    units: validOrders,
    pieces: validOrders,
  };
}

/** Without amounts known, the sums are unknown. */
function amounts(currency: string, known: number, of = known): CurrencyFigures {
  const sum = known === 0 && of > 0 ? null : known * 100;
  const average = known === 0 ? null : 100;
  return {
    currency,
    coverage: { known, of, notAvailable: 0 },
    refundCoverage: { knownOrders: known, of: known, unknownShops: 0, shops: 1, notAvailableShops: 0 },
    gmvMinor: sum,
    supplyRevenueMinor: sum,
    refundsToBuyersMinor: sum,
    derivedRefundsToBuyersMinor: sum,
    refundsAtSupplyMinor: sum,
    derivedRefundsAtSupplyMinor: sum,
    netRevenueMinor: sum,
    averageGmvMinor: average,
    averageSupplyRevenueMinor: average,
    revenueCheck: {
      orders: 0,
      differingOrders: 0,
      netRevenueMinor: 0,
      platformNetRevenueMinor: 0,
      differenceMinor: 0,
    },
  };
}

const span = (validOrders: number, ...own: CurrencyFigures[]): SpanMoney => ({
  orders: orders(validOrders),
  amounts: own,
});

describe('comparing amounts of two spans', () => {
  test('is left out while many amounts of either are missing', () => {
    const all = { known: 100, of: 100, notAvailable: 0 };
    assert.equal(isComparable(all, { known: 99, of: 100, notAvailable: 0 }), true);
    assert.equal(isComparable(all, { known: 40, of: 100, notAvailable: 0 }), false);
    assert.equal(isComparable({ known: 40, of: 100, notAvailable: 0 }, all), false);
  });

  test('is left out where orders of unknown amounts count for no currency: each may be of this one', () => {
    const whole = span(150, amounts('USD', 100), amounts('EUR', 50));
    const partly = span(150, amounts('USD', 40), amounts('EUR', 20));
    const nearly = span(151, amounts('USD', 100), amounts('EUR', 50));
    const comparable = (now: SpanMoney, before: SpanMoney) =>
      isComparable(possibleCoverage(now, 'USD'), possibleCoverage(before, 'USD'));
    assert.deepEqual(possibleCoverage(partly, 'USD'), { known: 40, of: 130, notAvailable: 0 });
    assert.deepEqual(possibleCoverage(whole, 'USD'), { known: 100, of: 100, notAvailable: 0 });
    assert.equal(comparable(whole, whole), true);
    assert.equal(comparable(whole, partly), false);
    assert.equal(comparable(partly, whole), false);
    assert.equal(comparable(whole, nearly), true);
    assert.equal(
      comparable(whole, span(100, amounts('EUR', 100))),
      true,
      'nothing was sold in it, which is known',
    );
    assert.equal(comparable(whole, span(100, amounts('EUR', 50))), false, 'it may have been sold in');
  });
});

describe('the change of a figure', () => {
  test('from nothing has no rate; from or to what is not known is not known', () => {
    assert.deepEqual(changeOf(5, 0), { kind: 'nothing-before' });
    assert.deepEqual(changeOf(5, null), { kind: 'unknown' });
    assert.deepEqual(changeOf(null, 4), { kind: 'unknown' });
    assert.deepEqual(changeOf(5, 4), { kind: 'rate', rate: 0.25, previous: 4 });
    assert.deepEqual(changeOf(-2, -4), { kind: 'rate', rate: 0.5, previous: -4 });
  });

  test('a currency without orders earned nothing before; one of unknown amounts earned what is not known', () => {
    for (const field of ['netRevenueMinor', 'averageGmvMinor'] as const) {
      assert.equal(amountBefore(span(3, amounts('EUR', 3)), 'USD', field), 0, field);
      assert.equal(amountBefore(span(3, amounts('EUR', 3), amounts('USD', 0)), 'USD', field), 0, field);
      assert.equal(amountBefore(span(4, amounts('EUR', 3)), 'USD', field), null, field);
      assert.equal(amountBefore(span(4, amounts('USD', 0, 4)), 'USD', field), null, field);
      assert.equal(amountBefore(span(1, amounts('USD', 1)), 'USD', field), 100, field);
    }
  });
});
