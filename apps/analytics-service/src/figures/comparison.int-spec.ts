import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { OrderState } from '#contracts';
import type { TestDatabase } from '#testing';
import {
  connectShop,
  createAnalyticsDatabase,
  everyShop,
  storeAndSettle,
} from '../../test/figures-harness.js';
import { aLine, anOrder } from '../../test/orders.js';
import { readOverview } from './overview.js';
import { readSalesRank } from './sales-rank.js';
import { readTrend } from './trend.js';

/** The 21st in UTC and in Berlin, still the 20th in Los Angeles, the 21st in Tokyo. */
const NOW = new Date('2026-11-21T06:00:00Z');

let own: TestDatabase;
before(async () => {
  own = await createAnalyticsDatabase();
});
after(() => own.drop());

/** One order at noon of each day in the shop's own zone, of as many units as the day's number. */
function daily(first: string, last: string, hour = 12): OrderState[] {
  const orders: OrderState[] = [];
  for (let at = Date.parse(`${first}T00:00:00Z`); at <= Date.parse(`${last}T00:00:00Z`); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    orders.push(
      anOrder({
        orderNumber: day,
        orderedAt: new Date(at + hour * 3_600_000).toISOString(),
        lines: [aLine({ lineId: day, orderedQuantity: Number(day.slice(8)) })],
      }),
    );
  }
  return orders;
}

const sum = (from: number, to: number) => ((from + to) * (to - from + 1)) / 2;

describe('a part of a day is never compared with whole ones (issue 7.4)', () => {
  test('"7 days incl. today": six whole days against the six before, and the figures still hold today', async () => {
    const { shopId } = await connectShop(own.database);
    await storeAndSettle(own.database, shopId, daily('2026-11-01', '2026-11-21', 3));
    const query = { shopId, span: '7d', includeToday: true } as const;
    const overview = await readOverview(own.database, query, everyShop, NOW);
    assert.equal(overview.orders.units, sum(15, 21));
    assert.equal(overview.comparedOrders.units, sum(15, 20));
    assert.equal(overview.previousOrders.units, sum(9, 14));
    const comparison = {
      days: 6,
      from: '2026-11-15',
      to: '2026-11-21',
      previousFrom: '2026-11-09',
      previousTo: '2026-11-15',
      isWithoutToday: true,
    };
    assert.deepEqual([overview.comparison, overview.applied[0]?.comparison], [comparison, comparison]);
    assert.deepEqual(
      [
        overview.amounts[0]?.coverage.known,
        overview.comparedAmounts[0]?.coverage.known,
        overview.previousAmounts[0]?.coverage.known,
      ],
      [7, 6, 6],
    );
    const rank = await readSalesRank(own.database, query, everyShop, NOW);
    assert.deepEqual(rank.comparison, comparison);
    const [row] = rank.rows;
    assert.deepEqual(
      [row?.units, row?.comparedUnits, row?.previousUnits, row?.growth],
      [sum(15, 21), sum(15, 20), sum(9, 14), (sum(15, 20) - sum(9, 14)) / sum(9, 14)],
    );
    const { days } = await readTrend(own.database, query, everyShop, NOW);
    assert.deepEqual(
      days.filter(({ isRunning }) => isRunning).map(({ day }) => day),
      ['2026-11-21'],
    );
  });

  test('whole days are all compared, and nothing is running', async () => {
    const { shopId } = await connectShop(own.database);
    await storeAndSettle(own.database, shopId, daily('2026-11-01', '2026-11-21', 3));
    const query = { shopId, span: '7d' } as const;
    const overview = await readOverview(own.database, query, everyShop, NOW);
    assert.deepEqual(
      [overview.orders.units, overview.comparedOrders.units, overview.previousOrders.units],
      [sum(14, 20), sum(14, 20), sum(7, 13)],
    );
    assert.deepEqual(overview.comparedAmounts, overview.amounts);
    assert.equal(overview.comparison?.isWithoutToday, false);
    const { days } = await readTrend(own.database, query, everyShop, NOW);
    assert.ok(days.every(({ isRunning }) => !isRunning));
  });

  test('days from to: as far as they are over, in each shop’s own zone', async () => {
    const [pacific, tokyo] = [
      await connectShop(own.database, { timeZone: 'America/Los_Angeles' }),
      await connectShop(own.database, { timeZone: 'Asia/Tokyo' }),
    ];
    await storeAndSettle(own.database, pacific.shopId, daily('2026-11-01', '2026-11-19', 20));
    await storeAndSettle(own.database, tokyo.shopId, daily('2026-11-01', '2026-11-21', 3));
    const caller = { ...everyShop, shopIds: [pacific.shopId, tokyo.shopId] };
    const query = { from: '2026-11-18', to: '2026-12-01' };
    const overview = await readOverview(own.database, query, caller, NOW);
    const daysOf = (shopId: string) =>
      overview.applied.find((each) => each.shopId === shopId)?.comparison?.days;
    assert.deepEqual([daysOf(pacific.shopId), daysOf(tokyo.shopId)], [2, 3]);
    assert.equal(overview.comparedOrders.units, sum(18, 19) + sum(18, 20));
    assert.equal(overview.previousOrders.units, sum(16, 17) + sum(15, 17));
    assert.equal(overview.orders.units, sum(18, 19) + sum(18, 21));
    assert.deepEqual(overview.comparison, {
      days: 3,
      from: '2026-11-18',
      to: '2026-11-21',
      previousFrom: '2026-11-15',
      previousTo: '2026-11-18',
      isWithoutToday: true,
    });
    const { days } = await readTrend(own.database, query, caller, NOW);
    assert.equal(days.find(({ isRunning }) => isRunning)?.day, '2026-11-20', 'running in Los Angeles');
  });

  test('today alone, or days to come: nothing is compared', async () => {
    const { shopId } = await connectShop(own.database);
    await storeAndSettle(own.database, shopId, daily('2026-11-01', '2026-11-21', 3));
    for (const [from, to, units] of [
      ['2026-11-21', '2026-11-22', 21],
      ['2026-12-01', '2026-12-08', 0],
    ] as const) {
      const overview = await readOverview(own.database, { shopId, from, to }, everyShop, NOW);
      assert.deepEqual([overview.comparison, overview.applied[0]?.comparison], [null, null]);
      assert.deepEqual(
        [overview.orders.units, overview.comparedOrders.units, overview.previousOrders.units],
        [units, 0, 0],
      );
      assert.deepEqual(overview.previousAmounts, []);
    }
    const rank = await readSalesRank(
      own.database,
      { shopId, from: '2026-11-21', to: '2026-11-22' },
      everyShop,
      NOW,
    );
    assert.deepEqual(
      rank.rows.map((row) => [row.units, row.comparedUnits, row.previousUnits, row.growth]),
      [[21, 0, 0, null]],
    );
  });
});

describe('sales rank of several currencies (issue 7.3)', () => {
  test('revenue stands for each currency; a tie goes by the first currency, there by revenue, then shop and SKU', async () => {
    const { shopId } = await connectShop(own.database);
    let number = 0;
    const sold = (skuId: string, units: number, currency: string | null, unitBase: number) => {
      number += 1;
      return anOrder({
        orderNumber: `PO-${number}`,
        currency,
        lines: [
          aLine({
            lineId: `${number}`,
            skuId,
            orderedQuantity: units,
            unitRetailMinor: currency === null ? null : unitBase * 2,
            unitBasePriceMinor: currency === null ? null : unitBase,
            retailMinor: null,
            basePriceMinor: null,
          }),
        ],
      });
    };
    await storeAndSettle(own.database, shopId, [
      sold('both', 3, 'USD', 100),
      sold('both', 2, 'EUR', 10),
      sold('both', 1, null, 0),
      sold('dollars-9', 6, 'USD', 9),
      sold('dollars-900', 6, 'USD', 900),
      sold('dollars-90', 6, 'USD', 90),
      sold('euros-11', 6, 'EUR', 11),
      sold('unknown-b', 6, null, 0),
      sold('unknown-a', 6, null, 0),
      sold('first', 7, 'USD', 1),
    ]);
    const { rows } = await readSalesRank(own.database, { shopId }, everyShop, NOW);
    assert.deepEqual(
      rows.map(({ rank, skuId, units, orders }) => [rank, skuId, units, orders]),
      [
        [1, 'first', 7, 1],
        [2, 'euros-11', 6, 1],
        [3, 'both', 6, 3],
        [4, 'dollars-900', 6, 1],
        [5, 'dollars-90', 6, 1],
        [6, 'dollars-9', 6, 1],
        [7, 'unknown-a', 6, 1],
        [8, 'unknown-b', 6, 1],
      ],
    );
    assert.deepEqual(rows[2]?.amounts, [
      { currency: 'EUR', gmvMinor: 40, supplyRevenueMinor: 20 },
      { currency: 'USD', gmvMinor: 600, supplyRevenueMinor: 300 },
    ]);
    assert.deepEqual(rows[6]?.amounts, []);
  });
});
