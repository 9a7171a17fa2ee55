import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ShopState } from '#contracts';
import type { Ability } from '#marketplaces';
import { registerLacking, type TestDatabase } from '#testing';
import {
  connectShop,
  createAnalyticsDatabase,
  everyShop,
  storeAndSettle,
} from '../../test/figures-harness.js';
import { aLine, anOrder } from '../../test/orders.js';
import { metricDefinitions } from './metric-registry.js';
import { readOverview } from './overview.js';
import { readRevenueCheck } from './revenue-check.js';
import { readSalesRank } from './sales-rank.js';
import { readTrend } from './trend.js';

const NOW = new Date('2026-11-21T06:00:00Z');
const MONEY = [
  'gmv',
  'supply_revenue',
  'average_order_gmv',
  'average_order_supply_revenue',
  'amount_coverage',
];
const OF_REFUNDS = [
  'refunds_to_buyers',
  'refunds_at_supply',
  'net_revenue',
  'revenue_difference',
  'refund_coverage',
];

/** Which figures a marketplace without the ability has none of. A new ability does not compile until it stands here. */
const WITHOUT: Readonly<Record<Ability, readonly string[]>> = {
  orders: metricDefinitions().map(({ id }) => id),
  order_counts: [],
  amounts: [...MONEY, ...OF_REFUNDS],
  addresses: [],
  after_sales: OF_REFUNDS,
  products: [],
  promotions: [],
  pushes: [],
};

let test_: TestDatabase;
before(async () => {
  test_ = await createAnalyticsDatabase();
});
after(() => test_.drop());

/** Two orders, of which one is refunded by a quarter: 2 × 4,000 retail, 2 × 2,000 supply, 1,000 and 500 given back. */
async function sell({ shopId }: ShopState, hasAmounts = true): Promise<void> {
  const prices = hasAmounts ? {} : { retailMinor: null, basePriceMinor: null };
  const line = { orderedQuantity: 4, retailMinor: 4_000, basePriceMinor: 2_000 };
  const order = hasAmounts ? {} : { currency: null, refundsTotalMinor: null };
  await storeAndSettle(test_.database, shopId, [
    anOrder({
      ...order,
      orderNumber: 'a',
      lines: [aLine({ ...line, refundedUnits: 1, refundedMinor: 1_000, ...prices })],
    }),
    anOrder({ ...order, orderNumber: 'b', lines: [aLine({ ...line, ...prices })] }),
  ]);
}

async function shops() {
  const { database } = test_;
  const unknown = { isKnown: false, knownFrom: null };
  const whole = await connectShop(database);
  const noAmounts = await connectShop(database, { marketplace: registerLacking('amounts') });
  const noCases = await connectShop(database, { marketplace: registerLacking('after_sales') }, unknown);
  await sell(whole);
  await sell(noAmounts, false);
  await sell(noCases);
  const of = (...some: ShopState[]) => ({ ...everyShop, shopIds: some.map(({ shopId }) => shopId) });
  return { whole, noAmounts, noCases, of };
}

test('each figure says what a marketplace must give for it', () => {
  for (const [ability, ids] of Object.entries(WITHOUT)) {
    const needing = metricDefinitions().filter(({ needs }) => needs.some((each) => each === ability));
    assert.deepEqual(needing.map(({ id }) => id).sort(), [...ids].sort(), ability);
  }
});

test('shops without amounts are in no sum of money, lack nowhere, and are named', async () => {
  const { whole, noAmounts, of } = await shops();
  const overview = await readOverview(test_.database, {}, of(whole, noAmounts), NOW);
  const alone = await readOverview(test_.database, {}, of(whole), NOW);
  const withOthers = alone.amounts.map((each) => ({
    ...each,
    coverage: { ...each.coverage, notAvailable: 2 },
  }));
  assert.deepEqual(overview.amounts, withOthers, 'no amount is made unknown by them');
  assert.equal(overview.orders.validOrders, 4);
  assert.deepEqual(overview.coverage, { known: 2, of: 2, notAvailable: 2 });
  assert.deepEqual(lacksOf(overview), { [whole.shopId]: [], [noAmounts.shopId]: ['amounts'] });
  const only = await readOverview(test_.database, {}, of(noAmounts), NOW);
  assert.deepEqual([only.amounts, only.coverage], [[], { known: 0, of: 0, notAvailable: 2 }]);
  const trend = await readTrend(test_.database, {}, of(noAmounts), NOW);
  assert.ok(trend.days.every(({ amounts }) => amounts.length === 0));
  const rank = await readSalesRank(test_.database, {}, of(whole, noAmounts), NOW);
  assert.deepEqual([rank.rows.length, rank.coverage], [2, { known: 2, of: 2, notAvailable: 2 }]);
  assert.deepEqual(lacksOf(await readRevenueCheck(test_.database, {}, of(noAmounts), NOW)), {
    [noAmounts.shopId]: ['amounts'],
  });
});

test('amounts that are not known yet stay unknown beside those that are not available', async () => {
  const { noAmounts, of } = await shops();
  const waiting = await connectShop(test_.database);
  await sell(waiting, false);
  const overview = await readOverview(test_.database, {}, of(waiting, noAmounts), NOW);
  assert.deepEqual(overview.coverage, { known: 0, of: 2, notAvailable: 2 });
});

test('net revenue without after-sales is never 0, also while no amounts are known', async () => {
  const { database } = test_;
  const noCases = await connectShop(
    database,
    { marketplace: registerLacking('after_sales') },
    { isKnown: false, knownFrom: null },
  );
  await sell(noCases, false);
  // Of long ago: it only tells the currency.
  await storeAndSettle(database, noCases.shopId, [
    anOrder({ orderNumber: 'old', orderedAt: '2026-01-05T12:00:00.000Z' }),
  ]);
  const { amounts } = await readOverview(database, {}, { ...everyShop, shopIds: [noCases.shopId] }, NOW);
  assert.deepEqual(
    amounts.map(({ coverage, netRevenueMinor }) => [coverage.of, netRevenueMinor]),
    [[2, null]],
  );
});

test('shops without after-sales count in revenue, in no refund and in no net revenue, and lack nowhere', async () => {
  const { whole, noCases, of } = await shops();
  for (const read of [
    async (...some: ShopState[]) => (await readOverview(test_.database, {}, of(...some), NOW)).amounts[0],
    async (...some: ShopState[]) =>
      (await readTrend(test_.database, {}, of(...some), NOW)).days.find(
        ({ orders }) => orders.placedOrders > 0,
      )?.amounts[0],
  ]) {
    const both = await read(whole, noCases);
    assert.deepEqual(
      [both?.gmvMinor, both?.supplyRevenueMinor, both?.refundsToBuyersMinor, both?.refundsAtSupplyMinor],
      [16_000, 8_000, 1_000, 500],
    );
    assert.equal(both?.netRevenueMinor, 3_500, 'of the shop whose refunds are given');
    assert.deepEqual(both?.refundCoverage, {
      knownOrders: 2,
      of: 2,
      unknownShops: 0,
      shops: 1,
      notAvailableShops: 1,
    });
    const alone = await read(noCases);
    assert.deepEqual(
      [
        alone?.supplyRevenueMinor,
        alone?.netRevenueMinor,
        alone?.refundsToBuyersMinor,
        alone?.refundsAtSupplyMinor,
      ],
      [4_000, null, null, null],
    );
    assert.deepEqual(alone?.refundCoverage, {
      knownOrders: 0,
      of: 0,
      unknownShops: 0,
      shops: 0,
      notAvailableShops: 1,
    });
  }
});

test('after-sales that are not known yet still make the sum unknown, whoever else has none', async () => {
  const { noCases, of } = await shops();
  const unread = await connectShop(test_.database, {}, { isKnown: false, knownFrom: null });
  await sell(unread);
  const { amounts } = await readOverview(test_.database, {}, of(unread, noCases), NOW);
  assert.deepEqual(
    [
      amounts[0]?.netRevenueMinor,
      amounts[0]?.refundCoverage.unknownShops,
      amounts[0]?.refundCoverage.notAvailableShops,
    ],
    [null, 1, 1],
  );
});

function lacksOf({ applied }: { applied: readonly { shopId: string; notAvailable: Ability[] }[] }) {
  return Object.fromEntries(applied.map(({ shopId, notAvailable }) => [shopId, notAvailable]));
}
