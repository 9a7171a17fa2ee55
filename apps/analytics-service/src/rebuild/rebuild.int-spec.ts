import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { NatsConnection } from '@nats-io/transport-node';
import { Figures, type OrderState, Rebuilds, type ShopState } from '#contracts';
import { connectNats, RpcClient } from '#messaging';
import type { Database } from '#runtime';
import {
  CALLER_PUBLIC_KEYS,
  createEmptyTestDatabase,
  rpcAs,
  startTestNats,
  type TestNats,
  waitFor,
} from '#testing';
import { aShop, everyShop } from '../../test/figures-harness.js';
import { OrderOwner } from '../../test/order-owner.js';
import { randomOrder } from '../../test/orders.js';
import { figuresOf, recount, SPAN, untilEqualsRecount } from '../../test/recount.js';
import { SeededRandom } from '../../test/seeded-random.js';
import { openAnalyticsDatabase } from '../database/open-database.js';
import { removeDiscarded } from './finish-rebuild.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const FIRST_MS = Date.parse('2026-10-01T00:00:00Z');
const LAST_MS = Date.parse('2026-11-19T00:00:00Z');
const random = new SeededRandom(48);

function statesOf(count: number, version: number, prefix = 'PO'): OrderState[] {
  return Array.from({ length: count }, (_, n) =>
    randomOrder(random, `${prefix}-${n}`, version, ['USD', 'EUR'], FIRST_MS, LAST_MS),
  );
}

describe('figures built again while they answer', { concurrency: false }, () => {
  let nats: TestNats;
  let empty: { url: string; drop: () => Promise<void> };
  /** A look into the service's tables. */
  let tables: Database;
  let owner: OrderOwner;
  let connection: NatsConnection;
  let rpc: RpcClient;
  let operator: RpcClient;
  let service: ChildProcess | undefined;

  before(async () => {
    nats = await startTestNats();
    empty = await createEmptyTestDatabase();
    tables = await openAnalyticsDatabase(empty.url);
    connection = await connectNats(nats.url, 'test');
    rpc = rpcAs('gateway', connection);
    operator = rpcAs('admin', connection);
    owner = await OrderOwner.start(nats.url);
    await startService();
  });
  afterEach(async () => {
    if ((await operator.call(Rebuilds.get, {}, everyShop))?.status === 'filling')
      await operator.call(Rebuilds.abandon, {}, everyShop);
  });
  after(async () => {
    await killService();
    await connection?.close();
    await owner?.close();
    await tables?.close();
    await nats?.close();
    await empty?.drop();
  });

  /** A process of its own, so that it can be killed as the machine would. */
  async function startService(): Promise<void> {
    const child = fork(MAIN, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        PATH: process.env.PATH,
        OMNI_ENV_FILE: '',
        LOG_LEVEL: 'fatal',
        ANALYTICS_DATABASE_URL: empty.url,
        ANALYTICS_NATS_URL: nats.url,
        CALLER_PUBLIC_KEYS,
        ANALYTICS_COMPARE_SECONDS: '5',
      },
    });
    const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    assert.notEqual(typeof said, 'number', 'the service ended at once');
    service = child;
  }

  async function killService(): Promise<void> {
    const child = service;
    if (child === undefined) return;
    service = undefined;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async function filledShop(orders: number): Promise<ShopState> {
    const shop = aShop({ timeZone: 'America/Los_Angeles' });
    owner.shops.push(shop);
    await owner.change(shop.shopId, statesOf(orders, 1));
    await untilEqualsRecount(rpc, owner, shop);
    return shop;
  }

  const newest = async () => {
    const rebuild = await operator.call(Rebuilds.get, {}, everyShop).catch(() => null);
    assert.ok(rebuild === null || rebuild.status !== 'abandoned');
    return rebuild;
  };
  const untilFinished = (id: number) =>
    waitFor(
      'the rebuild to finish',
      async () => {
        const rebuild = await newest();
        return rebuild?.id === id && rebuild.status === 'finished' && rebuild;
      },
      60_000,
    );
  const gathered = async (id: number) => {
    const [row] = await tables.query<{ orders: number }>(
      'SELECT count(*) AS orders FROM order_facts WHERE build = $1',
      [id],
    );
    return row?.orders ?? 0;
  };

  test('what the comparison cannot see is right afterwards; the other shops too', async () => {
    const [shop, other] = [await filledShop(300), await filledShop(100)];
    // The versions are the owner's, the facts are not: as after a fault of ours.
    await tables.query(
      `UPDATE line_facts SET retail_minor = retail_minor + 1, ordered_quantity = ordered_quantity + 1,
         net_quantity = net_quantity + 1 WHERE shop_id = $1`,
      [shop.shopId],
    );
    await tables.query(`UPDATE shops SET name = 'damaged', time_zone = 'Asia/Tokyo' WHERE shop_id = $1`, [
      shop.shopId,
    ]);
    await tables.query(
      'INSERT INTO dirty_days (shop_id, local_day) SELECT DISTINCT shop_id, local_day FROM order_facts',
    );
    await waitFor('the damage to show', async () => {
      const expected = await recount(owner, shop);
      return JSON.stringify(await figuresOf(rpc, shop.shopId)) !== JSON.stringify(expected);
    });
    const started = await operator.call(Rebuilds.start, {}, everyShop);
    assert.deepEqual([started.status, started.startedBy, started.shops], ['filling', 'test', 2]);
    const ended = await untilFinished(started.id);
    assert.deepEqual([ended.orders, ended.ownersOrders, ended.shopsEqual, ended.daysToSum], [400, 400, 2, 0]);
    assert.ok((ended.days ?? 0) > 40);
    for (const each of [shop, other])
      assert.deepEqual(await figuresOf(rpc, each.shopId), await recount(owner, each));
    const names = await tables.query<{ name: string }>('SELECT name FROM shops WHERE shop_id = $1', [
      shop.shopId,
    ]);
    assert.deepEqual(names, [{ name: shop.name }]);
  });

  test('while it runs, killed in the middle and orders arriving, no figure dips or mixes', async () => {
    const shop = await filledShop(12_000);
    let isOver = false;
    const seen: number[] = [];
    const watching = (async () => {
      while (!isOver) {
        const overview = await rpc
          .call(Figures.overview, { shopId: shop.shopId, ...SPAN }, everyShop)
          .catch(() => undefined); // killed just now
        if (overview !== undefined) seen.push(overview.orders.placedOrders);
      }
    })();
    const { id } = await operator.call(Rebuilds.start, { shopId: shop.shopId }, everyShop);
    await waitFor('a part to be gathered', async () => (await gathered(id)) > 0);
    await killService();
    const part = await gathered(id);
    assert.ok(part > 0 && part < 12_000, `killed in the middle: ${part}`);
    await owner.change(shop.shopId, statesOf(200, 1, 'live-1'));
    await startService();
    for (let n = 2; n <= 6; n += 1) await owner.change(shop.shopId, statesOf(50, 1, `live-${n}`));
    await untilFinished(id);
    await untilEqualsRecount(rpc, owner, shop);
    isOver = true;
    await watching;
    assert.equal(seen.at(-1), 12_450);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
      'orders are only added: no answer may show fewer than the one before',
    );
    assert.ok(Math.min(...seen) >= 12_000);
  });

  test('one at a time; given up, it leaves nothing and the figures as they were', async () => {
    const shop = await filledShop(200);
    const before_ = await figuresOf(rpc, shop.shopId);
    const tries = await Promise.allSettled(
      [1, 2, 3].map(() => operator.call(Rebuilds.start, { shopId: shop.shopId }, everyShop)),
    );
    assert.deepEqual(tries.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    for (const each of tries)
      if (each.status === 'rejected') assert.equal((each.reason as { code?: string }).code, 'rebuild.open');
    const { id, status } = await operator.call(Rebuilds.abandon, {}, everyShop);
    assert.equal(status, 'abandoned');
    await assert.rejects(operator.call(Rebuilds.abandon, {}, everyShop), { code: 'rebuild.none_open' });
    // An answer that is being made may still read what was replaced; here nobody asks.
    while (await removeDiscarded(tables, 0));
    for (const table of [
      'order_facts',
      'line_facts',
      'skus',
      'dirty_days',
      'daily_sales',
      'daily_sku_sales',
      'order_checks',
      'comparisons',
    ])
      assert.deepEqual(await tables.query(`SELECT 1 FROM ${table} WHERE build = $1`, [id]), [], table);
    assert.deepEqual(await figuresOf(rpc, shop.shopId), before_);
    const next = await operator.call(Rebuilds.start, { shopId: shop.shopId }, everyShop);
    await waitFor(
      'the next one to finish',
      async () => {
        const rebuild = await operator.call(Rebuilds.get, {}, everyShop);
        return rebuild?.id === next.id && rebuild.status === 'finished';
      },
      60_000,
    );
    await untilEqualsRecount(rpc, owner, shop);
    while (await removeDiscarded(tables, 0));
    const builds = await tables.query(
      `SELECT DISTINCT f.build FROM order_facts f JOIN shops s USING (shop_id) WHERE f.build <> s.build`,
    );
    assert.deepEqual(builds, [], 'what was replaced is removed');
  });

  test('an unknown shop is refused and nothing is left open', async () => {
    await assert.rejects(operator.call(Rebuilds.start, { shopId: aShop().shopId }, everyShop), {
      code: 'shop.not_found',
    });
    assert.notEqual((await operator.call(Rebuilds.get, {}, everyShop))?.status, 'filling');
  });
});
