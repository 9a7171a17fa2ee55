import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type {
  Caller,
  CurrencyFigures,
  FigureQuery,
  OrderState,
  RevenueCheckPage,
  ShopState,
  SkuAmounts,
} from '#contracts';
import type { Database } from '#runtime';
import type { TestDatabase } from '#testing';
import {
  expectedFigures,
  KNOWS_ALL,
  localDay,
  moneyFigures,
  type OrderOfShop,
} from '../../test/expected-figures.js';
import { connectShop, createAnalyticsDatabase, everyShop, settle } from '../../test/figures-harness.js';
import { randomOrder } from '../../test/orders.js';
import { moneyOf } from '../../test/recount.js';
import { SeededRandom } from '../../test/seeded-random.js';
import { storeOrderFacts } from '../facts/store-order-facts.js';
import { readOverview } from './overview.js';
import { readRevenueCheck } from './revenue-check.js';
import { readSalesRank } from './sales-rank.js';
import { addDays } from './spans.js';
import { readTrend } from './trend.js';

const NOW = new Date('2026-11-21T06:00:00Z');
const NOT_KNOWN = { isKnown: false, knownFrom: null };
const ZONES = ['America/Los_Angeles', 'Europe/Berlin', 'Asia/Tokyo', 'Australia/Lord_Howe'];

interface World {
  test: TestDatabase;
  shops: ShopState[];
  newest: OrderOfShop[];
}

/** The fourth shop's after-sales are not known at all, the third's from a day within the span on. */
const AFTER_SALES = [
  KNOWS_ALL,
  KNOWS_ALL,
  { isKnown: true, knownFrom: '2026-10-15T07:30:00.000Z' },
  NOT_KNOWN,
];
const CURRENCIES = [['USD'], ['EUR', 'GBP', 'JPY'], ['CAD', 'EUR', 'JPY'], ['GBP', 'MXN']];

async function buildWorld(
  seed: number,
  arrivalSeed: number,
  prepare?: (test: TestDatabase) => Promise<void>,
): Promise<World> {
  const own = await createAnalyticsDatabase();
  await prepare?.(own);
  const shopIds = ZONES.map((_, index) => `00000000-0000-4000-8000-00000000000${index}`);
  return fillWorld(own, shopIds, 120, new SeededRandom(seed), new SeededRandom(arrivalSeed));
}

/** Several shops in several zones; each order in one to three versions, in any sequence, some of them twice. */
async function fillWorld(
  test: TestDatabase,
  shopIds: readonly string[],
  ordersOfShop: number,
  random: SeededRandom,
  arrival: SeededRandom,
): Promise<World> {
  const { database } = test;
  const shops: ShopState[] = [];
  const newest: World['newest'] = [];
  for (const [index, timeZone] of ZONES.entries()) {
    const shopId = shopIds[index] ?? '';
    const afterSales = AFTER_SALES[index] ?? KNOWS_ALL;
    shops.push(await connectShop(database, { shopId, timeZone }, afterSales));
    const currencies = CURRENCIES[index] ?? [];
    const states: OrderState[] = [];
    for (let number = 0; number < ordersOfShop; number += 1) {
      const versions = random.int(1, 3);
      for (let version = 1; version <= versions; version += 1) {
        states.push(
          randomOrder(random, `PO-${number}`, version, currencies, Date.parse('2026-09-15'), NOW.getTime()),
        );
      }
      const last = states.at(-1);
      if (last !== undefined) newest.push({ shopId, order: last, afterSales });
    }
    const twice = states.filter(() => arrival.chance(0.2));
    const arriving = arrival.shuffle([...states, ...twice]);
    for (let at = 0; at < arriving.length; ) {
      const size = arrival.int(1, 60);
      await storeOrderFacts(database, shopId, arriving.slice(at, at + size));
      if (arrival.chance(0.3)) await settle(database);
      at += size;
    }
  }
  await settle(database);
  return { test, shops, newest };
}

async function everyAnswer({ test: { database } }: World): Promise<unknown> {
  const answers: unknown[] = [];
  for (const query of [
    { span: '7d' },
    { span: '30d', includeToday: true },
    { from: '2026-10-01', to: '2026-11-05' },
  ] as const) {
    const { freshness: _, ...overview } = await readOverview(database, query, everyShop, NOW);
    const { freshness: _f, ...trend } = await readTrend(database, query, everyShop, NOW);
    const { freshness: _g, ...rank } = await readSalesRank(
      database,
      { ...query, limit: 100 },
      everyShop,
      NOW,
    );
    const { freshness: _h, ...check } = await readRevenueCheck(
      database,
      { ...query, limit: 100 },
      everyShop,
      NOW,
    );
    answers.push({ overview, trend, rank, check });
  }
  return answers;
}

/** What a second server would answer: the whole road again in a process whose zone is another. */
async function answerInZone(url: string, zone: string): Promise<unknown> {
  const script = `
    const { openAnalyticsDatabase } = await import(${JSON.stringify(new URL('../database/open-database.js', import.meta.url).href)});
    const { readOverview } = await import(${JSON.stringify(new URL('./overview.js', import.meta.url).href)});
    const database = await openAnalyticsDatabase(process.env.URL_UNDER_TEST);
    const caller = { userId: null, userName: 'test', shopIds: null, fields: { 'amounts.read': null }, correlationId: 'test' };
    const { freshness, ...overview } = await readOverview(database, { span: '7d' }, caller, new Date('${NOW.toISOString()}'));
    await database.close();
    process.stdout.write(JSON.stringify(overview));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TZ: zone, URL_UNDER_TEST: url },
  });
  return JSON.parse(stdout);
}

const revenueOf = ({ currency, gmvMinor, supplyRevenueMinor }: SkuAmounts) =>
  [currency, { gmv: BigInt(gmvMinor), supply: BigInt(supplyRevenueMinor) }] as const;

/** The list of orders that differ, page after page; it must begin with the largest. */
async function everyDifference(
  database: Database,
  query: FigureQuery,
  caller: Caller,
): Promise<Map<string, bigint>> {
  const found = new Map<string, bigint>();
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page: RevenueCheckPage = await readRevenueCheck(
      database,
      { ...query, limit: 40, ...(cursor === undefined ? {} : { cursor }) },
      caller,
      NOW,
    );
    for (const row of page.rows) {
      found.set(`${row.shopId} ${row.orderNumber}`, BigInt(row.differenceMinor));
      sizes.push(Math.abs(row.differenceMinor));
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  assert.equal(sizes.length, found.size, 'no order stands twice');
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => b - a),
  );
  return found;
}

/** No order of the currency is known: no money figure is a number, unless no order could be of it. */
function assertNothingIsKnown({ coverage, currency, ...amounts }: CurrencyFigures): void {
  assert.equal(coverage.known, 0, currency);
  const figures = [amounts.gmvMinor, amounts.supplyRevenueMinor, amounts.refundsAtSupplyMinor];
  assert.equal(
    new Set([...figures, amounts.refundsToBuyersMinor, amounts.netRevenueMinor]).size,
    1,
    currency,
  );
  if (coverage.of > 0) assert.equal(amounts.netRevenueMinor, null, currency);
}

async function assertSaysWhatTheDefinitionsSay(world: World): Promise<void> {
  const { database } = world.test;
  const caller = { ...everyShop, shopIds: world.shops.map((shop) => shop.shopId) };
  for (const shopId of [undefined, ...world.shops.map((shop) => shop.shopId)]) {
    const query = { ...(shopId === undefined ? {} : { shopId }), from: '2026-10-01', to: '2026-11-05' };
    const inSpan = world.newest.filter(({ shopId: own, order }) => {
      const zone = world.shops.find((shop) => shop.shopId === own)?.timeZone ?? '';
      const day = localDay(order.orderedAt, zone);
      return (shopId === undefined || own === shopId) && day >= query.from && day < query.to;
    });
    const expected = expectedFigures(inSpan);
    const overview = await readOverview(database, query, caller, NOW);
    assert.deepEqual(overview.orders, expected.orders);
    assert.deepEqual(overview.coverage, {
      known: expected.known,
      of: expected.orders.validOrders,
      notAvailable: 0,
    });
    for (const amounts of overview.amounts) {
      const sums = expected.amounts.get(amounts.currency);
      if (sums === undefined) assertNothingIsKnown(amounts);
      else assert.deepEqual(moneyOf(amounts), moneyFigures(sums), amounts.currency);
    }
    for (const currency of expected.amounts.keys()) {
      assert.ok(
        overview.amounts.some((entry) => entry.currency === currency),
        currency,
      );
    }
    const rank = await readSalesRank(database, { ...query, limit: 100 }, caller, NOW);
    assert.deepEqual(
      new Map(
        rank.rows.map((row) => [
          `${row.shopId} ${row.skuId ?? ''}`,
          { units: row.units, revenues: new Map(row.amounts.map(revenueOf)) },
        ]),
      ),
      expected.skus,
    );
    assert.deepEqual(await everyDifference(database, query, caller), expected.differing);
  }
}

describe('invariants on random data', () => {
  for (const seed of [1, 2026, 77]) {
    describe(`seed ${seed}`, () => {
      let world: World;
      before(async () => {
        world = await buildWorld(seed, seed);
      });
      after(() => world.test.drop());

      test('overview, rank and check say what the definitions say of the newest states (5.3)', () =>
        assertSaysWhatTheDefinitionsSay(world));

      test('Σ over shops = total; Σ over days = span; pages agree (failures 32, 36)', async () => {
        const { database } = world.test;
        const query = { span: '30d', includeToday: true } as const;
        const total = await readOverview(database, query, everyShop, NOW);
        const trend = await readTrend(database, query, everyShop, NOW);
        const rank = await readSalesRank(database, { ...query, limit: 100 }, everyShop, NOW);
        const shops = await Promise.all(
          world.shops.map(({ shopId }) => readOverview(database, { ...query, shopId }, everyShop, NOW)),
        );
        const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
        for (const name of [
          'placedOrders',
          'validOrders',
          'cancelledOrders',
          'pendingOrders',
          'units',
          'pieces',
        ] as const) {
          assert.equal(sum(shops.map(({ orders }) => orders[name])), total.orders[name], name);
          assert.equal(sum(trend.days.map(({ orders }) => orders[name])), total.orders[name], name);
        }
        const { placedOrders, validOrders, cancelledOrders, pendingOrders } = total.orders;
        assert.ok(placedOrders > 0);
        assert.equal(validOrders + cancelledOrders + pendingOrders, placedOrders);
        /** Of which one is unknown, the sum is; what has no known order is no part of it. */
        const sumOrUnknown = (numbers: (number | null)[]) =>
          numbers.includes(null) ? null : sum(numbers.map((number) => number ?? 0));
        for (const { currency, ...amounts } of total.amounts) {
          if (amounts.coverage.known === 0) continue;
          for (const name of [
            'gmvMinor',
            'supplyRevenueMinor',
            'refundsToBuyersMinor',
            'refundsAtSupplyMinor',
            'netRevenueMinor',
          ] as const) {
            const of = (entries: CurrencyFigures[]) =>
              sumOrUnknown(
                entries
                  .filter((entry) => entry.currency === currency && entry.coverage.known > 0)
                  .map((entry) => entry[name]),
              );
            const what = `${currency} ${name}`;
            assert.equal(sumOrUnknown(shops.map((shop) => of(shop.amounts))), amounts[name], what);
            assert.equal(sumOrUnknown(trend.days.map((day) => of(day.amounts))), amounts[name], what);
          }
        }
        assert.equal(rank.totalUnits, total.orders.units);
        assert.equal(sum(rank.rows.map((row) => row.units)), total.orders.units);
        const top3 = await readSalesRank(database, { ...query, limit: 3 }, everyShop, NOW);
        assert.deepEqual(top3.rows, rank.rows.slice(0, 3));
        assert.deepEqual(rank.coverage, total.coverage);
        const days = trend.days.map(({ day }) => day);
        for (const [index, day] of days.slice(1).entries()) assert.equal(day, addDays(days[index] ?? '', 1));
      });

      test('the previous span is the same span asked for by itself', async () => {
        const { database } = world.test;
        const { previousOrders, previousAmounts } = await readOverview(
          database,
          { from: '2026-10-20', to: '2026-11-05' },
          everyShop,
          NOW,
        );
        const before_ = await readOverview(
          database,
          { from: '2026-10-04', to: '2026-10-20' },
          everyShop,
          NOW,
        );
        assert.deepEqual([previousOrders, previousAmounts], [before_.orders, before_.amounts]);
      });

      test('sequence of arrival, duplicates and the database server’s zone do not matter', async () => {
        const other = await buildWorld(seed, seed + 1, async ({ database, url }) => {
          await database.query(
            `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone = 'Pacific/Kiritimati'`,
          );
          await database.query(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
          );
          await database.query(`SET timezone = 'Pacific/Kiritimati'`);
        });
        try {
          assert.deepEqual(await everyAnswer(other), await everyAnswer(world));
        } finally {
          await other.test.drop();
        }
      });

      test('running twice gives the same', async () => {
        const first = await everyAnswer(world);
        await world.test.database.query(
          'INSERT INTO dirty_days (shop_id, local_day) SELECT DISTINCT shop_id, local_day FROM order_facts',
        );
        await settle(world.test.database);
        assert.deepEqual(await everyAnswer(world), first);
      });
    });
  }

  test('many small worlds say what the definitions say (5.3)', async () => {
    const own = await createAnalyticsDatabase();
    try {
      for (let seed = 4_242; seed < 4_248; seed += 1) {
        const shopIds = ZONES.map(() => randomUUID());
        const world = await fillWorld(own, shopIds, 30, new SeededRandom(seed), new SeededRandom(seed));
        await assertSaysWhatTheDefinitionsSay(world).catch((error: unknown) => {
          throw new Error(`seed ${seed}`, { cause: error });
        });
      }
    } finally {
      await own.drop();
    }
  });

  test('the zone of the process does not matter', async () => {
    const world = await buildWorld(5, 5);
    try {
      const { freshness: _, ...here } = await readOverview(
        world.test.database,
        { span: '7d' },
        everyShop,
        NOW,
      );
      for (const zone of ['Pacific/Kiritimati', 'America/Anchorage']) {
        assert.deepEqual(await answerInZone(world.test.url, zone), JSON.parse(JSON.stringify(here)), zone);
      }
    } finally {
      await world.test.drop();
    }
  });
});
