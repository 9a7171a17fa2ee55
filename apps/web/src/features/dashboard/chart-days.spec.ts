import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CurrencyFigures, OrderFigures, Trend } from '../../api/types';
import { chartDays, currenciesOf } from './chart-days';

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

function amounts(currency: string, known: number, of: number): CurrencyFigures {
  return {
    currency,
    coverage: { known, of, notAvailable: 0 },
    gmvMinor: known === 0 && of > 0 ? null : known * 200,
    supplyRevenueMinor: known === 0 && of > 0 ? null : known * 100,
    refundCoverage: { knownOrders: known, of: known, unknownShops: 0, shops: 1, notAvailableShops: 0 },
    refundsToBuyersMinor: 0,
    derivedRefundsToBuyersMinor: 0,
    refundsAtSupplyMinor: 0,
    derivedRefundsAtSupplyMinor: 0,
    netRevenueMinor: known * 100,
    averageGmvMinor: known === 0 ? null : 200,
    averageSupplyRevenueMinor: known === 0 ? null : 100,
    revenueCheck: {
      orders: known,
      differingOrders: 0,
      netRevenueMinor: known * 100,
      platformNetRevenueMinor: known * 100,
      differenceMinor: 0,
    },
  };
}

const TREND: Trend = {
  applied: [],
  freshness: { lastChangeAt: null, staleDays: 0 },
  days: [
    { day: '2026-11-18', isRunning: false, orders: orders(3), amounts: [amounts('USD', 3, 3)] },
    { day: '2026-11-19', isRunning: false, orders: orders(4), amounts: [] },
    { day: '2026-11-20', isRunning: false, orders: orders(0), amounts: [] },
    { day: '2026-11-21', isRunning: false, orders: orders(9), amounts: [amounts('EUR', 5, 9)] },
  ],
};

describe('the days of the chart', () => {
  test('revenue that is not known is a gap, revenue of no orders is zero', () => {
    assert.deepEqual(
      chartDays(TREND, 'USD').map(({ revenueMinor }) => revenueMinor),
      [300, null, 0, null],
    );
  });

  test('of a currency in which orders without amounts may be, nothing is drawn; of another than theirs, zero', () => {
    const none = { ...amounts('USD', 0, 0), supplyRevenueMinor: null };
    const days = [
      { day: '2026-11-18', isRunning: false, orders: orders(4), amounts: [amounts('USD', 0, 4)] },
      { day: '2026-11-19', isRunning: false, orders: orders(4), amounts: [none, amounts('EUR', 3, 3)] },
      {
        day: '2026-11-20',
        isRunning: false,
        orders: orders(3),
        amounts: [amounts('USD', 0, 0), amounts('EUR', 3, 3)],
      },
    ];
    assert.deepEqual(
      chartDays({ ...TREND, days }, 'USD').map(({ revenueMinor, isPartial }) => [revenueMinor, isPartial]),
      [
        [null, false],
        [null, false],
        [0, false],
      ],
    );
  });

  test('a day is partial while an amount is missing, also one that no currency claims', () => {
    assert.deepEqual(
      chartDays(TREND, 'EUR').map(({ isPartial }) => isPartial),
      [false, false, false, true],
    );
    const days = [
      { day: '2026-11-18', isRunning: false, orders: orders(4), amounts: [amounts('USD', 3, 3)] },
    ];
    assert.equal(chartDays({ ...TREND, days }, 'USD')[0]?.isPartial, true);
  });

  test('a day that is not over is partial, also when nothing is missing of it', () => {
    const days = [
      { day: '2026-11-20', isRunning: false, orders: orders(3), amounts: [amounts('USD', 3, 3)] },
      { day: '2026-11-21', isRunning: true, orders: orders(3), amounts: [amounts('USD', 3, 3)] },
    ];
    assert.deepEqual(
      chartDays({ ...TREND, days }, 'USD').map(({ isPartial, isRunning }) => [isPartial, isRunning]),
      [
        [false, false],
        [true, true],
      ],
    );
  });

  test('the currency that most is known of comes first', () => {
    assert.deepEqual(currenciesOf(TREND), ['EUR', 'USD']);
  });
});
