import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { AppError } from '#runtime';
import type { TestDatabase } from '#testing';
import {
  connectShop,
  createAnalyticsDatabase,
  everyShop,
  settle,
  storeAndSettle,
} from '../../test/figures-harness.js';
import { aLine, anOrder } from '../../test/orders.js';
import { storeOrderFacts } from '../facts/store-order-facts.js';
import { readOverview } from './overview.js';
import { readRevenueCheck } from './revenue-check.js';
import { readSalesRank } from './sales-rank.js';
import { readTrend } from './trend.js';

const NOW = new Date('2026-11-21T06:00:00Z');

let test_: TestDatabase;
before(async () => {
  test_ = await createAnalyticsDatabase();
});
after(() => test_.drop());

describe('figures on one small shop', () => {
  test('each row of 5.3 on orders written down by hand', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    await storeAndSettle(database, shopId, [
      anOrder({
        orderNumber: 'three-lines',
        refundsTotalMinor: 300,
        lines: [
          aLine({
            lineId: 'a',
            orderedQuantity: 4,
            soldFactor: 6,
            retailMinor: 4_000,
            basePriceMinor: 2_000,
            refundedUnits: 1,
            refundedMinor: 1_000,
          }),
          aLine({
            lineId: 'b',
            skuId: 'B',
            orderedQuantity: 3,
            cancelledBeforeShipment: 1,
            retailMinor: 900,
            basePriceMinor: 600,
          }),
          aLine({
            lineId: 'c',
            skuId: 'C',
            orderedQuantity: 1,
            cancelledBeforeShipment: 1,
            retailMinor: 500,
            basePriceMinor: 250,
          }),
        ],
      }),
      anOrder({ orderNumber: 'pending', status: 'pending' }),
      anOrder({ orderNumber: 'cancelled', status: 'cancelled', refundsTotalMinor: 1_299 }),
      anOrder({ orderNumber: 'cancelled-later', status: 'cancelled', shippedAt: '2026-11-11T00:00:00Z' }),
      anOrder({
        orderNumber: 'all-units-cancelled',
        lines: [aLine({ orderedQuantity: 2, cancelledBeforeShipment: 2 })],
      }),
      anOrder({
        orderNumber: 'amounts-not-known',
        currency: null,
        refundsTotalMinor: null,
        lines: [aLine({ orderedQuantity: 2, retailMinor: null, basePriceMinor: null })],
      }),
    ]);
    const overview = await readOverview(database, { shopId, span: '30d' }, everyShop, NOW);
    assert.deepEqual(overview.orders, {
      placedOrders: 6,
      validOrders: 2,
      cancelledOrders: 3,
      pendingOrders: 1,
      cancelRate: 2 / 6,
      units: 4 + 2 + 0 + 2,
      pieces: 24 + 2 + 0 + 2,
    });
    // 4,000 + 900 × 2 ÷ 3 + 0; 2,000 + 600 × 2 ÷ 3 + 0; refunds: base × 1 of 4 units.
    assert.deepEqual(overview.amounts, [
      {
        currency: 'USD',
        coverage: { known: 1, of: 2, notAvailable: 0 },
        refundCoverage: { knownOrders: 1, of: 1, unknownShops: 0, shops: 1, notAvailableShops: 0 },
        gmvMinor: 4_600,
        supplyRevenueMinor: 2_400,
        refundsToBuyersMinor: 1_000,
        derivedRefundsToBuyersMinor: 0,
        refundsAtSupplyMinor: 500,
        derivedRefundsAtSupplyMinor: 0,
        netRevenueMinor: 1_900,
        averageGmvMinor: 4_600,
        averageSupplyRevenueMinor: 2_400,
        revenueCheck: {
          orders: 1,
          differingOrders: 1,
          netRevenueMinor: 1_900,
          platformNetRevenueMinor: 700,
          differenceMinor: -1_200,
        },
      },
    ]);
    assert.deepEqual(overview.coverage, { known: 1, of: 2, notAvailable: 0 });
    assert.deepEqual(overview.previousAmounts, []);
    assert.deepEqual(overview.applied, [
      {
        shopId,
        timeZone: 'UTC',
        notAvailable: [],
        from: '2026-10-22',
        to: '2026-11-21',
        comparison: {
          days: 30,
          from: '2026-10-22',
          to: '2026-11-21',
          previousFrom: '2026-09-22',
          previousTo: '2026-10-22',
          isWithoutToday: false,
        },
      },
    ]);
  });

  test('two currencies are never added, yen have no decimals (failure 24)', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    const worth = (number: string, currency: string | null, minor: number | null) =>
      anOrder({
        orderNumber: number,
        currency,
        lines: [aLine({ lineId: number, retailMinor: minor, basePriceMinor: minor })],
      });
    await storeAndSettle(database, shopId, [
      worth('usd', 'USD', 1_050),
      worth('jpy', 'JPY', 1_050),
      worth('jpy-2', 'JPY', 1),
      worth('unknown', null, null),
    ]);
    const { amounts, coverage } = await readOverview(database, { shopId }, everyShop, NOW);
    assert.deepEqual(
      amounts.map(({ currency, gmvMinor, coverage }) => [currency, gmvMinor, coverage.known, coverage.of]),
      [
        ['JPY', 1_051, 2, 2],
        ['USD', 1_050, 1, 1],
      ],
      'an order of unknown currency belongs to neither',
    );
    assert.deepEqual(coverage, { known: 3, of: 4, notAvailable: 0 });
    const { rows } = await readSalesRank(database, { shopId }, everyShop, NOW);
    assert.deepEqual(
      rows.map(({ units, amounts }) => [units, amounts]),
      [
        [
          4,
          [
            { currency: 'JPY', gmvMinor: 1_051, supplyRevenueMinor: 1_051 },
            { currency: 'USD', gmvMinor: 1_050, supplyRevenueMinor: 1_050 },
          ],
        ],
      ],
    );
  });

  test('a million times 10 cents is exact (failure 29)', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    await database.query(
      `INSERT INTO order_facts (shop_id, order_number, version, status, ordered_at, local_day, currency)
       SELECT $1, 'order', 1, 'shipped', '2026-11-10T00:00:00Z', '2026-11-10', 'USD'`,
      [shopId],
    );
    await database.query(
      `INSERT INTO line_facts (shop_id, order_number, line_id, status, sku_id, ordered_quantity,
         cancelled_before_shipment, net_quantity, sold_factor, unit_retail_minor, unit_base_price_minor, refunded_units,
         refunded_minor, uncounted_refund_minor, is_refund_derived)
       SELECT $1, 'order', n::text, 'shipped', 'sku', 1, 0, 1, 1, 10, 10, 0, 0, 0, false FROM generate_series(1, 1000000) n`,
      [shopId],
    );
    await database.query(`INSERT INTO dirty_days (shop_id, local_day) VALUES ($1, '2026-11-10')`, [shopId]);
    await settle(database);
    const { amounts, orders } = await readOverview(database, { shopId }, everyShop, NOW);
    assert.equal(amounts[0]?.gmvMinor, 10_000_000);
    assert.equal(amounts[0]?.supplyRevenueMinor, 10_000_000);
    assert.equal(orders.units, 1_000_000);
  });

  test('first and last second of a day, year’s end, summer time, in three zones (failure 33)', async () => {
    const { database } = test_;
    const edges: [zone: string, orderedAt: string, day: string][] = [
      ['America/New_York', '2026-11-01T03:59:59Z', '2026-10-31'],
      ['America/New_York', '2026-11-01T04:00:00Z', '2026-11-01'],
      ['America/New_York', '2026-11-02T04:59:59Z', '2026-11-01'],
      ['America/New_York', '2026-11-02T05:00:00Z', '2026-11-02'],
      ['America/New_York', '2026-03-08T04:59:59Z', '2026-03-07'],
      ['America/New_York', '2026-03-09T03:59:59Z', '2026-03-08'],
      ['America/New_York', '2026-03-09T04:00:00Z', '2026-03-09'],
      ['America/New_York', '2026-01-01T04:59:59Z', '2025-12-31'],
      ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29'],
      ['Europe/Berlin', '2026-03-29T21:59:59Z', '2026-03-29'],
      ['Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-30'],
      ['Europe/Berlin', '2026-10-25T22:59:59Z', '2026-10-25'],
      ['Europe/Berlin', '2025-12-31T23:00:00Z', '2026-01-01'],
      ['Asia/Shanghai', '2026-11-09T15:59:59Z', '2026-11-09'],
      ['Asia/Shanghai', '2026-11-09T16:00:00Z', '2026-11-10'],
      ['Asia/Shanghai', '2025-12-31T16:00:00Z', '2026-01-01'],
    ];
    for (const zone of new Set(edges.map(([name]) => name))) {
      const own = edges.filter(([name]) => name === zone);
      const { shopId } = await connectShop(database, { timeZone: zone });
      await storeAndSettle(
        database,
        shopId,
        own.map(([, orderedAt], index) => anOrder({ orderNumber: `${index}`, orderedAt })),
      );
      const { days } = await readTrend(
        database,
        { shopId, from: '2025-12-01', to: '2026-12-01' },
        everyShop,
        NOW,
      );
      const counted = days.filter(({ orders }) => orders.placedOrders > 0);
      const expected = new Map<string, number>();
      for (const [, , day] of own) expected.set(day, (expected.get(day) ?? 0) + 1);
      assert.deepEqual(
        counted.map(({ day, orders }) => [day, orders.placedOrders]),
        [...expected].sort(([a], [b]) => a.localeCompare(b)),
        zone,
      );
    }
  });

  test('rank: units over all lines, a tie by revenue, growth against the span before, new without one', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    const sold = (
      number: string,
      orderedAt: string,
      skuId: string | null,
      orderedQuantity: number,
      basePriceMinor: number | null,
    ) =>
      anOrder({
        orderNumber: number,
        orderedAt,
        currency: basePriceMinor === null ? null : 'USD',
        lines: [
          aLine({
            lineId: number,
            skuId,
            productName: `name in ${number}`,
            orderedQuantity,
            basePriceMinor,
            retailMinor: basePriceMinor,
          }),
        ],
      });
    await storeAndSettle(database, shopId, [
      sold('1', '2026-11-15T00:00:00Z', 'A', 5, 100),
      sold('2', '2026-11-16T00:00:00Z', 'B', 3, 900),
      sold('3', '2026-11-20T23:59:59Z', 'B', 2, 100),
      sold('4', '2026-11-13T23:59:59Z', 'A', 4, 100),
      sold('5', '2026-11-12T00:00:00Z', 'Gone', 9, 100),
      sold('6', '2026-11-17T00:00:00Z', 'C', 1, null),
      sold('7', '2026-11-17T00:00:00Z', null, 1, null),
    ]);
    const { rows, totalUnits, coverage } = await readSalesRank(
      database,
      { shopId, span: '7d' },
      everyShop,
      NOW,
    );
    assert.deepEqual(
      rows.map((row) => [
        row.rank,
        row.skuId,
        row.productName,
        row.units,
        row.orders,
        row.amounts.map(({ supplyRevenueMinor }) => supplyRevenueMinor),
        row.previousUnits,
        row.growth,
      ]),
      [
        [1, 'B', 'name in 3', 5, 2, [1_000], 0, null],
        [2, 'A', 'name in 1', 5, 1, [100], 4, 0.25],
        [3, null, '', 1, 1, [], 0, null],
        [4, 'C', 'name in 6', 1, 1, [], 0, null],
      ],
    );
    assert.equal(totalUnits, 12);
    assert.deepEqual(coverage, { known: 3, of: 5, notAvailable: 0 });
    const short = await readSalesRank(database, { shopId, span: '7d', limit: 1 }, everyShop, NOW);
    assert.deepEqual([short.rows.length, short.totalUnits], [1, 12]);
  });
});

describe('who sees what', () => {
  test('figures are of the shops whose amounts the caller may see; without any they are refused', async () => {
    const { database } = test_;
    const [seen, hidden] = [await connectShop(database), await connectShop(database)];
    for (const { shopId } of [seen, hidden]) await storeAndSettle(database, shopId, [anOrder()]);
    const shopIds = [seen.shopId, hidden.shopId];
    const some = { ...everyShop, shopIds, fields: { 'amounts.read': [seen.shopId] } };
    const overview = await readOverview(database, {}, some, NOW);
    assert.equal(overview.orders.placedOrders, 1);
    for (const read of [readOverview, readTrend, readSalesRank, readRevenueCheck]) {
      await assert.rejects(read(database, { shopId: hidden.shopId }, some, NOW), { code: 'shop.not_found' });
      for (const fields of [{}, { 'amounts.read': [] }]) {
        await assert.rejects(read(database, {}, { ...everyShop, shopIds, fields }, NOW), {
          code: 'right.missing',
        });
      }
    }
  });

  test('a foreign or unknown shop is not found; none gives zeros, never all (failure 37)', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    await storeAndSettle(database, shopId, [anOrder()]);
    const other = await connectShop(database);
    const onlyOther = { ...everyShop, shopIds: [other.shopId] };
    const isNotFound = (error: unknown) => error instanceof AppError && error.code === 'shop.not_found';
    for (const read of [readOverview, readTrend, readSalesRank, readRevenueCheck]) {
      await assert.rejects(read(database, { shopId }, onlyOther, NOW), isNotFound);
      await assert.rejects(read(database, { shopId: randomUUID() }, everyShop, NOW), isNotFound);
    }
    for (const caller of [onlyOther, { ...everyShop, shopIds: [] }]) {
      const overview = await readOverview(database, {}, caller, NOW);
      assert.equal(overview.orders.placedOrders, 0);
      assert.deepEqual([overview.amounts, overview.coverage], [[], { known: 0, of: 0, notAvailable: 0 }]);
      const trend = await readTrend(database, { span: '7d' }, caller, NOW);
      assert.equal(trend.days.length, 7);
      assert.ok(trend.days.every(({ orders }) => orders.placedOrders === 0));
      const rank = await readSalesRank(database, {}, caller, NOW);
      assert.deepEqual([rank.rows, rank.totalUnits], [[], 0]);
    }
    const own = await readOverview(database, { shopId: shopId.toUpperCase() }, everyShop, NOW);
    assert.equal(own.orders.placedOrders, 1);
  });

  test('freshness: when the last change came and how many days wait', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    const read = async () => (await readOverview(database, { shopId }, everyShop, NOW)).freshness;
    assert.deepEqual(await read(), { lastChangeAt: null, staleDays: 0 });
    await storeOrderFacts(database, shopId, [
      anOrder(),
      anOrder({ orderNumber: '2', orderedAt: '2026-10-01T00:00:00Z' }),
    ]);
    const { lastChangeAt, staleDays } = await read();
    assert.equal(staleDays, 2);
    assert.ok(lastChangeAt !== null && Math.abs(Date.parse(lastChangeAt) - Date.now()) < 60_000);
    await settle(database);
    assert.deepEqual(await read(), { lastChangeAt, staleDays: 0 });
  });
});
