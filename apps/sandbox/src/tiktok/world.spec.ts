import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Prng } from '../world/prng.js';
import { builtInShops } from './world/built-in.js';
import { liveStep } from './world/live-steps.js';
import { decimal, moneyOf, refundsOf, salePriceOf } from './world/money.js';
import { statusOf } from './world/order-status.js';
import { ShopState } from './world/shop-state.js';
import {
  CANCEL_STATUSES,
  ORDER_STATUSES,
  type Order,
  PRODUCT_STATUSES,
  RETURN_STATUSES,
} from './world/types.js';
import { TikTokWorld } from './world/world.js';

const ANCHOR = 1_790_000_000;
const SHOPS = builtInShops('temu-omni', ANCHOR).map((shop) => new ShopState(shop));
const ALL = SHOPS.flatMap((state) => state.orders.all());

function checkMoney(order: Order): void {
  const money = moneyOf(order);
  assert.equal(money.subTotal, money.original - money.sellerDiscount - money.platformDiscount);
  assert.equal(money.total, money.subTotal + money.shipping + money.tax);
  for (const amount of Object.values(money)) assert.ok(Number.isSafeInteger(amount) && amount >= 0, order.id);
  for (const line of order.lines) assert.ok(salePriceOf(line) >= 0);
}

/** What nobody may do to an order, whatever happens. */
function checkOrder(order: Order): void {
  checkMoney(order);
  const status = statusOf(order);
  assert.equal(status === 'UNPAID', order.paidTime === null && status !== 'CANCELLED', order.id);
  assert.ok(order.updateTime >= order.createTime);
  for (const line of order.lines) {
    assert.equal(line.status === 'CANCELLED', line.cancelReason !== null);
    if (line.deliveredAt !== null) assert.ok((line.collectedAt ?? Infinity) <= line.deliveredAt);
    if (line.collectedAt !== null) assert.ok((line.shippedAt ?? Infinity) <= line.collectedAt);
    assert.equal(line.packageId === null, line.shippedAt === null);
  }
}

describe('the world of TikTok Shop', () => {
  test('as many orders and products as each shop says, settled a quarter of an hour before the anchor', () => {
    for (const state of SHOPS) {
      assert.equal(state.orders.size, state.shop.orders);
      assert.equal(state.products.size, state.shop.products);
      for (const order of state.orders.all()) assert.ok(order.updateTime <= ANCHOR - 900, order.id);
    }
  });

  test('the same seed makes the same world, another seed another', () => {
    const [first] = builtInShops('temu-omni', ANCHOR);
    const [other] = builtInShops('another', ANCHOR);
    assert.ok(first !== undefined && other !== undefined);
    assert.deepEqual(new ShopState(first).orders.all(), SHOPS[0]?.orders.all());
    assert.notDeepEqual(new ShopState(other).orders.all(), SHOPS[0]?.orders.all());
  });

  test('every status of orders, products, returns and cancellations occurs', () => {
    assert.deepEqual(new Set(ALL.map(statusOf)), new Set(ORDER_STATUSES));
    const products = SHOPS.flatMap((state) => state.products.all());
    assert.deepEqual(new Set(products.map(({ status }) => status)), new Set(PRODUCT_STATUSES));
    const returns = SHOPS.flatMap((state) => state.returns.all());
    assert.deepEqual(new Set(returns.map(({ status }) => status)), new Set(RETURN_STATUSES));
    const cancellations = SHOPS.flatMap((state) => state.cancellations.all());
    assert.deepEqual(new Set(cancellations.map(({ status }) => status)), new Set(CANCEL_STATUSES));
  });

  test('units of one SKU are lines of their own; gifts, samples and part cancellations occur', () => {
    const isSeveral = ({ lines }: Order): boolean =>
      new Set(lines.map(({ skuId }) => skuId)).size < lines.length;
    assert.ok(ALL.some(isSeveral));
    assert.ok(ALL.some(({ lines }) => lines.some(({ isGift }) => isGift)));
    const samples = ALL.filter(({ isSample }) => isSample);
    assert.ok(samples.length > 0);
    for (const order of samples) assert.equal(moneyOf(order).total, 0);
    assert.ok(
      ALL.some(
        (order) =>
          statusOf(order) !== 'CANCELLED' && order.lines.some(({ status }) => status === 'CANCELLED'),
      ),
    );
  });

  test('ids are unique texts of at most 19 digits; buyers come back', () => {
    const ids = [...ALL.map(({ id }) => id), ...ALL.flatMap(({ lines }) => lines.map(({ id }) => id))];
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^\d{19}$/);
    assert.ok(new Set(ALL.map(({ userId }) => userId)).size < ALL.length * 0.9);
  });

  test('every order is sound, and taxed only in the United States', () => {
    for (const state of SHOPS) {
      for (const order of state.orders.all()) {
        checkOrder(order);
        if (state.shop.market !== 'US') assert.equal(moneyOf(order).tax, 0);
      }
    }
    const american = SHOPS.find(({ shop }) => shop.market === 'US')?.orders.all() ?? [];
    assert.ok(american.some((order) => moneyOf(order).tax > 0));
  });

  test('what is given back is never more than what was paid', () => {
    for (const state of SHOPS) {
      for (const order of state.orders.all()) {
        const cases = [...state.returnsOf(order.id), ...state.cancellations.all()].filter(
          ({ orderId, status }) => orderId === order.id && !/REJECT|CANCEL(LED)?$/.test(status),
        );
        const lineIds = cases.flatMap(({ lines }) => lines.map(({ lineId }) => lineId));
        assert.equal(new Set(lineIds).size, lineIds.length, order.id);
        const back = refundsOf(order, lineIds).reduce((sum, { total }) => sum + total, 0);
        assert.ok(back <= moneyOf(order).total, order.id);
      }
    }
  });

  test('money as text: two decimals, none in yen', () => {
    assert.equal(decimal(4887, 2), '48.87');
    assert.equal(decimal(5, 2), '0.05');
    assert.equal(decimal(0, 2), '0.00');
    assert.equal(decimal(1980, 0), '1980');
  });

  test('a living world: every step happens, each change is told once, orders stay sound', () => {
    const entries: unknown[] = [];
    const world = new TikTokWorld((...more) => entries.push(...more), 'temu-omni', ANCHOR);
    let told = 0;
    world.onChange(() => {
      told += 1;
    });
    const prng = new Prng('live');
    const counts = new Map<string, number>();
    let now = ANCHOR;
    for (let index = 0; index < 1500; index += 1) {
      now += prng.int(1, 900);
      const step = liveStep(world, prng, now, undefined);
      if (step !== undefined) counts.set(step, (counts.get(step) ?? 0) + 1);
    }
    assert.equal(counts.size, 11, JSON.stringify([...counts]));
    assert.equal(told, entries.length);
    for (const { id } of world.shops())
      for (const order of world.shop(id)?.orders.all() ?? []) checkOrder(order);

    // The journal alone makes the same world again.
    const again = new TikTokWorld(() => {}, 'temu-omni', ANCHOR);
    for (const entry of entries) again.restore(structuredClone(entry) as Parameters<typeof again.restore>[0]);
    for (const { id } of world.shops()) {
      for (const kind of ['orders', 'products', 'returns', 'cancellations'] as const) {
        const [left, right] = [world.shop(id)?.[kind].all(), again.shop(id)?.[kind].all()];
        assert.deepEqual(right?.toSorted(byId), left?.toSorted(byId), kind);
      }
    }
  });
});

function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : 1;
}
