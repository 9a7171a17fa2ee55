import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { CurrencyFigures, OrderState, ShopState } from '#contracts';
import { AppError } from '#runtime';
import type { TestDatabase } from '#testing';
import { expectedFigures, localDay } from '../../test/expected-figures.js';
import {
  connectShop,
  createAnalyticsDatabase,
  everyShop,
  settle,
  storeAndSettle,
} from '../../test/figures-harness.js';
import { aLine, anOrder, randomOrder } from '../../test/orders.js';
import { SeededRandom } from '../../test/seeded-random.js';
import { storeOrderFacts } from '../facts/store-order-facts.js';
import { readOverview } from './overview.js';
import { readSalesRank } from './sales-rank.js';
import { addDays } from './spans.js';
import { readTrend } from './trend.js';

const NOW = new Date('2026-11-21T06:00:00Z');
const ZONES = ['America/Los_Angeles', 'Europe/Berlin', 'Asia/Tokyo', 'Australia/Lord_Howe'];

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
        parentOrderSn: 'three-lines',
        refundsTotalMinor: 300,
        lines: [
          aLine({
            orderSn: 'a',
            orderedQuantity: 4,
            soldFactor: 6,
            retailMinor: 4_000,
            basePriceMinor: 2_000,
          }),
          aLine({
            orderSn: 'b',
            skuId: 'B',
            orderedQuantity: 3,
            cancelledBeforeShipment: 1,
            retailMinor: 900,
            basePriceMinor: 600,
          }),
          aLine({
            orderSn: 'c',
            skuId: 'C',
            orderedQuantity: 1,
            cancelledBeforeShipment: 1,
            retailMinor: 500,
            basePriceMinor: 250,
          }),
        ],
      }),
      anOrder({ parentOrderSn: 'pending', status: 'pending' }),
      anOrder({ parentOrderSn: 'cancelled', status: 'cancelled', refundsTotalMinor: 1_299 }),
      anOrder({ parentOrderSn: 'cancelled-later', status: 'cancelled', shippedAt: '2026-11-11T00:00:00Z' }),
      anOrder({
        parentOrderSn: 'all-units-cancelled',
        lines: [aLine({ orderedQuantity: 2, cancelledBeforeShipment: 2 })],
      }),
      anOrder({
        parentOrderSn: 'amounts-not-known',
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
    assert.deepEqual(overview.amounts, [
      {
        currency: 'USD',
        coverage: { known: 1, of: 2 },
        gmvMinor: 5_400,
        supplyRevenueMinor: 2_400,
        refundsTotalMinor: 300,
        netRevenueMinor: 2_100,
        averageOrderValueMinor: 2_400,
      },
    ]);
    assert.deepEqual(overview.coverage, { known: 1, of: 2 });
    assert.deepEqual(overview.previousAmounts, []);
    assert.deepEqual(overview.applied, [{ shopId, timeZone: 'UTC', from: '2026-10-22', to: '2026-11-21' }]);
  });

  test('two currencies are never added, yen have no decimals (failure 24)', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    const worth = (sn: string, currency: string | null, minor: number | null) =>
      anOrder({
        parentOrderSn: sn,
        currency,
        lines: [aLine({ orderSn: sn, retailMinor: minor, basePriceMinor: minor })],
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
    assert.deepEqual(coverage, { known: 3, of: 4 });
    const { rows } = await readSalesRank(database, { shopId }, everyShop, NOW);
    assert.deepEqual(
      rows.map(({ units, currency, supplyRevenueMinor }) => [units, currency, supplyRevenueMinor]),
      [[4, null, null]],
    );
  });

  test('a million times 10 cents is exact (failure 29)', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    await database.query(
      `INSERT INTO order_facts (shop_id, parent_order_sn, version, status, ordered_at, local_day, currency)
       SELECT $1, 'order', 1, 'shipped', '2026-11-10T00:00:00Z', '2026-11-10', 'USD'`,
      [shopId],
    );
    await database.query(
      `INSERT INTO line_facts SELECT $1, 'order', n::text, 'shipped', 'sku', 1, 0, 1, 10, 10 FROM generate_series(1, 1000000) n`,
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
        own.map(([, orderedAt], index) => anOrder({ parentOrderSn: `${index}`, orderedAt })),
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
      sn: string,
      orderedAt: string,
      skuId: string | null,
      orderedQuantity: number,
      basePriceMinor: number | null,
    ) =>
      anOrder({
        parentOrderSn: sn,
        orderedAt,
        currency: basePriceMinor === null ? null : 'USD',
        lines: [
          aLine({
            orderSn: sn,
            skuId,
            goodsName: `name in ${sn}`,
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
        row.goodsName,
        row.units,
        row.orders,
        row.supplyRevenueMinor,
        row.previousUnits,
        row.growth,
      ]),
      [
        [1, 'B', 'name in 3', 5, 2, 1_000, 0, null],
        [2, 'A', 'name in 1', 5, 1, 100, 4, 0.25],
        [3, null, '', 1, 1, null, 0, null],
        [4, 'C', 'name in 6', 1, 1, null, 0, null],
      ],
    );
    assert.equal(totalUnits, 12);
    assert.deepEqual(coverage, { known: 3, of: 5 });
    const short = await readSalesRank(database, { shopId, span: '7d', limit: 1 }, everyShop, NOW);
    assert.deepEqual([short.rows.length, short.totalUnits], [1, 12]);
  });
});

describe('who sees what', () => {
  test('a foreign or unknown shop is not found; none gives zeros, never all (failure 37)', async () => {
    const { database } = test_;
    const { shopId } = await connectShop(database);
    await storeAndSettle(database, shopId, [anOrder()]);
    const other = await connectShop(database);
    const onlyOther = { ...everyShop, shopIds: [other.shopId] };
    const isNotFound = (error: unknown) => error instanceof AppError && error.code === 'shop.not_found';
    for (const read of [readOverview, readTrend, readSalesRank]) {
      await assert.rejects(read(database, { shopId }, onlyOther, NOW), isNotFound);
      await assert.rejects(read(database, { shopId: randomUUID() }, everyShop, NOW), isNotFound);
    }
    for (const caller of [onlyOther, { ...everyShop, shopIds: [] }]) {
      const overview = await readOverview(database, {}, caller, NOW);
      assert.equal(overview.orders.placedOrders, 0);
      assert.deepEqual([overview.amounts, overview.coverage], [[], { known: 0, of: 0 }]);
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
      anOrder({ parentOrderSn: '2', orderedAt: '2026-10-01T00:00:00Z' }),
    ]);
    const { lastChangeAt, staleDays } = await read();
    assert.equal(staleDays, 2);
    assert.ok(lastChangeAt !== null && Math.abs(Date.parse(lastChangeAt) - Date.now()) < 60_000);
    await settle(database);
    assert.deepEqual(await read(), { lastChangeAt, staleDays: 0 });
  });
});

interface World {
  test: TestDatabase;
  shops: ShopState[];
  newest: { shopId: string; order: OrderState }[];
}

/** Several shops in several zones; each order in one to three versions, in any sequence, some of them twice. */
async function buildWorld(
  seed: number,
  arrivalSeed: number,
  prepare?: (test: TestDatabase) => Promise<void>,
): Promise<World> {
  const random = new SeededRandom(seed);
  const arrival = new SeededRandom(arrivalSeed);
  const world = await createAnalyticsDatabase();
  await prepare?.(world);
  const { database } = world;
  const shops: ShopState[] = [];
  const newest: World['newest'] = [];
  for (const [index, timeZone] of ZONES.entries()) {
    const shopId = `00000000-0000-4000-8000-00000000000${index}`;
    shops.push(await connectShop(database, { shopId, timeZone }));
    const currencies = index === 0 ? ['USD'] : ['EUR', 'GBP', 'JPY'];
    const states: OrderState[] = [];
    for (let number = 0; number < 120; number += 1) {
      const versions = random.int(1, 3);
      for (let version = 1; version <= versions; version += 1) {
        states.push(
          randomOrder(random, `PO-${number}`, version, currencies, Date.parse('2026-09-15'), NOW.getTime()),
        );
      }
      const last = states.at(-1);
      if (last !== undefined) newest.push({ shopId, order: last });
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
  return { test: world, shops, newest };
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
    answers.push({ overview, trend, rank });
  }
  return answers;
}

/** What a second server would answer: the whole road again in a process whose zone is another. */
async function answerInZone(url: string, zone: string): Promise<unknown> {
  const script = `
    const { openAnalyticsDatabase } = await import(${JSON.stringify(new URL('../database/open-database.js', import.meta.url).href)});
    const { readOverview } = await import(${JSON.stringify(new URL('./overview.js', import.meta.url).href)});
    const database = await openAnalyticsDatabase(process.env.URL_UNDER_TEST);
    const caller = { userId: null, userName: 'test', shopIds: null, correlationId: 'test' };
    const { freshness, ...overview } = await readOverview(database, { span: '7d' }, caller, new Date('${NOW.toISOString()}'));
    await database.close();
    process.stdout.write(JSON.stringify(overview));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TZ: zone, URL_UNDER_TEST: url },
  });
  return JSON.parse(stdout);
}

describe('invariants on random data', () => {
  for (const seed of [1, 2026, 77]) {
    describe(`seed ${seed}`, () => {
      let world: World;
      before(async () => {
        world = await buildWorld(seed, seed);
      });
      after(() => world.test.drop());

      test('overview and rank say what the definitions say of the newest states (5.3)', async () => {
        const { database } = world.test;
        for (const shopId of [undefined, ...world.shops.map((shop) => shop.shopId)]) {
          const query = { ...(shopId === undefined ? {} : { shopId }), from: '2026-10-01', to: '2026-11-05' };
          const inSpan = world.newest.filter(({ shopId: own, order }) => {
            const zone = world.shops.find((shop) => shop.shopId === own)?.timeZone ?? '';
            const day = localDay(order.orderedAt, zone);
            return (shopId === undefined || own === shopId) && day >= query.from && day < query.to;
          });
          const expected = expectedFigures(inSpan);
          const overview = await readOverview(database, query, everyShop, NOW);
          assert.deepEqual(overview.orders, expected.orders);
          assert.deepEqual(overview.coverage, { known: expected.known, of: expected.orders.validOrders });
          for (const {
            currency,
            coverage,
            gmvMinor,
            supplyRevenueMinor,
            refundedMinor,
          } of overview.amounts) {
            const sums = expected.amounts.get(currency) ?? { known: 0, gmv: 0n, supply: 0n, refunded: 0n };
            assert.deepEqual(
              [coverage.known, BigInt(gmvMinor), BigInt(supplyRevenueMinor), BigInt(refundedMinor)],
              [sums.known, sums.gmv, sums.supply, sums.refunded],
              currency,
            );
          }
          for (const currency of expected.amounts.keys()) {
            assert.ok(
              overview.amounts.some((entry) => entry.currency === currency),
              currency,
            );
          }
          const rank = await readSalesRank(database, { ...query, limit: 100 }, everyShop, NOW);
          const units = new Map(rank.rows.map((row) => [`${row.shopId} ${row.skuId ?? ''}`, row.units]));
          assert.deepEqual(
            units,
            new Map(
              rank.rows.map((row) => {
                const key = `${row.shopId} ${row.skuId ?? ''}`;
                return [key, expected.unitsOfSku.get(key) ?? -1];
              }),
            ),
          );
          assert.equal(units.size, expected.unitsOfSku.size);
        }
      });

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
        for (const { currency, ...amounts } of total.amounts) {
          for (const name of [
            'gmvMinor',
            'supplyRevenueMinor',
            'refundedMinor',
            'netRevenueMinor',
          ] as const) {
            const of = (entries: CurrencyFigures[]) =>
              sum(entries.filter((entry) => entry.currency === currency).map((entry) => entry[name]));
            assert.equal(sum(shops.map((shop) => of(shop.amounts))), amounts[name], `${currency} ${name}`);
            assert.equal(sum(trend.days.map((day) => of(day.amounts))), amounts[name], `${currency} ${name}`);
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
