import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type TestDatabase, waitFor } from '#testing';
import {
  aShop,
  connectShop,
  createAnalyticsDatabase,
  everyShop,
  settle,
  storeAndSettle,
} from '../../test/figures-harness.js';
import { aLine, anOrder } from '../../test/orders.js';
import { readOverview } from '../figures/overview.js';
import { readTrend } from '../figures/trend.js';
import { markDays } from '../roll-ups/mark-days.js';
import { recomputeDirtyDays } from '../roll-ups/recompute-days.js';
import { storeShop } from '../shops/store-shops.js';
import { storeOrderFacts } from './store-order-facts.js';

const NOW = new Date('2026-11-21T06:00:00Z');

let own: TestDatabase;
before(async () => {
  own = await createAnalyticsDatabase();
});
after(() => own.drop());

async function dirtyDays(shopId: string): Promise<string[]> {
  const rows = await own.database.query<{ day: string }>(
    'SELECT local_day AS day FROM dirty_days WHERE shop_id = $1 ORDER BY 1',
    [shopId],
  );
  return rows.map(({ day }) => day);
}

async function placedByDay(shopId: string): Promise<Record<string, number>> {
  const { days } = await readTrend(
    own.database,
    { shopId, from: '2026-11-01', to: '2026-11-21' },
    everyShop,
    NOW,
  );
  return Object.fromEntries(
    days.filter(({ orders }) => orders.placedOrders > 0).map(({ day, orders }) => [day, orders.placedOrders]),
  );
}

describe('order facts', () => {
  test('peer failure 14: older never overwrites newer; the same twice changes nothing and marks nothing (law 4)', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    const newer = anOrder({ version: 2, status: 'shipped', lines: [aLine({ orderedQuantity: 7 })] });
    await storeAndSettle(database, shopId, [newer]);
    await storeOrderFacts(database, shopId, [anOrder({ version: 1, status: 'cancelled' }), newer]);
    assert.deepEqual(await dirtyDays(shopId), []);
    const { orders } = await readOverview(database, { shopId }, everyShop, NOW);
    assert.deepEqual([orders.validOrders, orders.units], [1, 7]);
  });

  test('of two states of one order in a batch the newer counts', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    await storeAndSettle(database, shopId, [
      anOrder({ version: 3, lines: [aLine({ orderedQuantity: 3 })] }),
      anOrder({ version: 2, lines: [aLine({ orderedQuantity: 9 })] }),
    ]);
    assert.equal((await readOverview(database, { shopId }, everyShop, NOW)).orders.units, 3);
  });

  test('lines that are gone are gone, and both the old and the new day are marked', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    await storeAndSettle(database, shopId, [
      anOrder({ lines: [aLine(), aLine({ lineId: 'second', orderedQuantity: 5 })] }),
    ]);
    await storeOrderFacts(database, shopId, [anOrder({ version: 2, orderedAt: '2026-11-12T00:00:00Z' })]);
    assert.deepEqual(await dirtyDays(shopId), ['2026-11-10', '2026-11-12']);
    await settle(database);
    assert.deepEqual(await placedByDay(shopId), { '2026-11-12': 1 });
    assert.equal((await readOverview(database, { shopId }, everyShop, NOW)).orders.units, 1);
  });

  test('peer failure 11: two shops may have the same order number', async () => {
    const { database } = own;
    const [first, second] = [await connectShop(database), await connectShop(database)];
    await storeAndSettle(database, first.shopId, [anOrder()]);
    await storeAndSettle(database, second.shopId, [anOrder({ status: 'cancelled' })]);
    assert.equal(
      (await readOverview(database, { shopId: first.shopId }, everyShop, NOW)).orders.validOrders,
      1,
    );
    assert.equal(
      (await readOverview(database, { shopId: second.shopId }, everyShop, NOW)).orders.validOrders,
      0,
    );
  });

  test('a batch of an unknown shop stores nothing and says so', async () => {
    const { shopId } = aShop();
    assert.equal(await storeOrderFacts(own.database, shopId, [anOrder()]), false);
    assert.deepEqual(await dirtyDays(shopId), []);
  });

  test('peer failure 13: statements do not grow with the batch', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    const countStatements = async (count: number, version: number) => {
      const orders = Array.from({ length: count }, (_, n) => anOrder({ orderNumber: `many-${n}`, version }));
      let statements = 0;
      const counting = {
        transaction: (work: Parameters<typeof database.transaction>[0]) =>
          database.transaction((tx) =>
            work({
              client: tx.client,
              query: (sql, params) => {
                statements += 1;
                return tx.query(sql, params);
              },
            }),
          ),
      };
      await storeOrderFacts(counting as typeof database, shopId, orders);
      return statements;
    };
    await countStatements(1, 1);
    assert.equal(await countStatements(500, 2), await countStatements(1, 3));
  });
});

describe('zone of a shop', () => {
  test('a new zone rebuilds the shop’s days; an older version of the shop does not (law 12)', async () => {
    const { database } = own;
    const shop = await connectShop(database, { timeZone: 'UTC', version: 2 });
    const { shopId } = shop;
    await storeAndSettle(database, shopId, [
      anOrder({ orderNumber: 'night', orderedAt: '2026-11-10T02:00:00Z' }),
      anOrder({ orderNumber: 'noon', orderedAt: '2026-11-10T20:00:00Z' }),
    ]);
    assert.deepEqual(await placedByDay(shopId), { '2026-11-10': 2 });
    await storeShop(database, { ...shop, version: 3, timeZone: 'America/Los_Angeles' });
    await settle(database);
    assert.deepEqual(await placedByDay(shopId), { '2026-11-09': 1, '2026-11-10': 1 });
    await storeShop(database, { ...shop, version: 2, timeZone: 'Asia/Tokyo' });
    await settle(database);
    assert.deepEqual(await placedByDay(shopId), { '2026-11-09': 1, '2026-11-10': 1 });
  });

  test('an unknown zone is refused so that the event is tried again', async () => {
    await assert.rejects(storeShop(own.database, aShop({ timeZone: 'Mars/Olympus' })), {
      kind: 'unavailable',
      code: 'shop.zone_unknown',
    });
  });
});

describe('marks', () => {
  test('a change that commits while its day is being summed is summed afterwards', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    await storeOrderFacts(database, shopId, [anOrder({ orderNumber: 'first' })]);
    // A worker stops after clearing the mark and before summing: the sums' table is held by someone else.
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE daily_sales IN ACCESS EXCLUSIVE MODE');
    const working = recomputeDirtyDays(database, 0);
    await waitFor('the worker to wait for the table', async () => {
      const rows = await database.query(
        `SELECT 1 FROM pg_locks WHERE relation = 'daily_sales'::regclass AND NOT granted`,
      );
      return rows.length > 0;
    });
    const storing = storeOrderFacts(database, shopId, [anOrder({ orderNumber: 'second' })]);
    await waitFor('the writer to wait for the mark', async () => {
      const rows = await database.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted`,
      );
      return rows.length > 0;
    });
    await holder.query('COMMIT');
    holder.release();
    assert.equal(await working, 1);
    await storing;
    assert.deepEqual(await dirtyDays(shopId), ['2026-11-10']);
    await settle(database);
    assert.deepEqual(await placedByDay(shopId), { '2026-11-10': 2 });
  });

  test('a change that has marked an already marked day and is not committed yet keeps the workers off', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    await storeOrderFacts(database, shopId, [anOrder({ orderNumber: 'first' })]);
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO order_facts (shop_id, order_number, version, status, ordered_at, local_day)
         VALUES ($1, 'second', 1, 'shipped', '2026-11-10T00:00:00Z', '2026-11-10')`,
        [shopId],
      );
      await markDays(tx, { shopId, build: 0 }, ['2026-11-10']);
      assert.equal(
        await recomputeDirtyDays(database, 0),
        0,
        'the old mark must not be cleared under the change',
      );
    });
    await settle(database);
    assert.deepEqual(await placedByDay(shopId), { '2026-11-10': 2 });
  });

  test('a worker that fails leaves the marks', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    await storeOrderFacts(database, shopId, [anOrder()]);
    await database.query('ALTER TABLE daily_sku_sales RENAME TO hidden');
    await assert.rejects(recomputeDirtyDays(database, 0));
    await database.query('ALTER TABLE hidden RENAME TO daily_sku_sales');
    assert.deepEqual(await dirtyDays(shopId), ['2026-11-10']);
    await settle(database);
    assert.deepEqual(await placedByDay(shopId), { '2026-11-10': 1 });
  });

  test('many writers and many workers at once lose nothing', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    const total = 300;
    const orders = Array.from({ length: total }, (_, n) =>
      anOrder({
        orderNumber: `race-${n}`,
        orderedAt: `2026-11-${String(10 + (n % 5)).padStart(2, '0')}T12:00:00Z`,
      }),
    );
    let isWriting = true;
    const worker = async () => {
      while (isWriting) await recomputeDirtyDays(database, 0);
    };
    const writer = async (first: number) => {
      for (let at = first * 75; at < (first + 1) * 75; at += 5)
        await storeOrderFacts(database, shopId, orders.slice(at, at + 5));
    };
    const workers = [worker(), worker(), worker()];
    await Promise.all([writer(0), writer(1), writer(2), writer(3)]);
    isWriting = false;
    await Promise.all(workers);
    await settle(database);
    const { orders: sums } = await readOverview(database, { shopId }, everyShop, NOW);
    assert.equal(sums.placedOrders, total);
  });

  test('a mark rests until it is old enough, and repeated marks do not make it younger', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database);
    await storeOrderFacts(database, shopId, [anOrder()]);
    assert.equal(await recomputeDirtyDays(database, 3_600_000), 0);
    await database.query(`UPDATE dirty_days SET marked_at = now() - interval '2 hours' WHERE shop_id = $1`, [
      shopId,
    ]);
    await storeOrderFacts(database, shopId, [anOrder({ version: 2 })]);
    assert.equal(await recomputeDirtyDays(database, 3_600_000), 1);
  });
});
