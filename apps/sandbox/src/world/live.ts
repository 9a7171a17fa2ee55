import type { SandboxClock } from '../clock.js';
import { makeOrder } from './generate-orders.js';
import { cancel, changeProduct, nextStatus, refund, setStatus } from './operations.js';
import { Prng } from './prng.js';
import type { ShopState } from './shop-state.js';
import type { World } from './world.js';

type Step = 'order' | 'progress' | 'cancel' | 'refund' | 'stock';

const STEPS: readonly (readonly [Step, number])[] = [
  ['order', 0.45],
  ['progress', 0.3],
  ['cancel', 0.04],
  ['refund', 0.08],
  ['stock', 0.13],
];

const CANDIDATES_LOOKED_AT = 400;

/** One thing happens somewhere, bigger shops more often. */
export function liveStep(world: World, clock: SandboxClock, prng: Prng): void {
  const shops = world.shops().filter((state) => state.demand.size > 0);
  if (shops.length === 0) return;
  const shop = prng.weighted(shops.map((state) => [state, state.counts.orders + 1] as const));
  play(prng.weighted(STEPS), shop, world, clock, prng);
}

function play(step: Step, shop: ShopState, world: World, clock: SandboxClock, prng: Prng): void {
  const now = clock.nowSeconds();
  const recent = shop.ordersByCreate.all().slice(0, CANDIDATES_LOOKED_AT);
  switch (step) {
    case 'order': {
      const order = makeOrder(prng, shop.shop, shop.demand, now);
      if (order !== undefined) world.saveOrders(shop, [order]);
      return;
    }
    case 'progress': {
      const open = recent.filter((order) => order.status !== 3 && order.status !== 5);
      if (open.length === 0) return;
      const order = prng.pick(open);
      const status = nextStatus(order, prng);
      if (status !== undefined) setStatus(world, shop, order, status, now);
      return;
    }
    case 'cancel': {
      const open = recent.filter((order) => order.status === 1 || order.status === 2);
      if (open.length > 0) cancel(world, shop, prng.pick(open), undefined, now);
      return;
    }
    case 'refund': {
      const delivered = recent.filter(
        (order) => order.status === 5 && shop.afterSalesOfOrder(order.parentOrderSn) === undefined,
      );
      if (delivered.length > 0) refund(world, shop, prng.pick(delivered), {}, now);
      return;
    }
    case 'stock': {
      const entry = shop.demand.pick(prng, now);
      if (entry === undefined) return;
      const stock = Math.max(0, entry.sku.stock + prng.int(-12, 8));
      changeProduct(world, shop, entry.product, { skuId: entry.sku.skuId, stock }, clock.nowMs());
      return;
    }
  }
}

/** A change every two to three seconds until stopped. */
export function startLive(world: World, clock: SandboxClock): () => void {
  const prng = new Prng(`${world.seed}/live/${clock.nowMs()}`);
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    timer = setTimeout(
      () => {
        try {
          liveStep(world, clock, prng);
        } catch (error) {
          console.error('sandbox: a live change failed', error);
        }
        plan();
      },
      prng.int(2000, 3000),
    );
    timer.unref();
  };
  plan();
  return () => clearTimeout(timer);
}
