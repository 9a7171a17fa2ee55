import { DECIDE_WITHIN_SECONDS, decideCancel } from './cancel-requests.js';
import { changed } from './order-change.js';
import { labelByDeadline, nextDeadline } from './order-labels.js';
import type { ShopState } from './shop-state.js';
import type { World } from './world.js';

/** When the shop next changes by nothing but the time, in UNIX seconds; Infinity when it does not. */
export function nextDue(shop: ShopState): number {
  const deadlines = shop.ordersByCreate.all().map((order) => nextDeadline(order)?.at ?? Infinity);
  const requests = shop.cancelsByCreate
    .all()
    .map(({ status, createAt }) => (status === 1 ? createAt + DECIDE_WITHIN_SECONDS : Infinity));
  return [...deadlines, ...requests].reduce((least, at) => Math.min(least, at), Infinity);
}

/**
 * What the time alone does, dated to now: orders come near their deadline and pass it, and requests to cancel that
 * nobody has decided within a day are approved.
 */
export function passTime(world: World, nowSeconds: number): void {
  for (const shop of world.shops()) {
    if (shop.nextDue > nowSeconds) continue;
    for (const { status, createAt, parentOrderSn } of [...shop.cancelsByCreate.all()]) {
      const order = shop.order(parentOrderSn);
      if (status !== 1 || createAt + DECIDE_WITHIN_SECONDS > nowSeconds || order === undefined) continue;
      decideCancel(world, shop, order, 5, nowSeconds);
    }
    const due = shop.ordersByCreate
      .all()
      .filter((order) => (nextDeadline(order)?.at ?? Infinity) <= nowSeconds)
      .map((order) => changed(order, nowSeconds));
    for (const order of due) labelByDeadline(order, nowSeconds);
    if (due.length > 0) world.saveOrders(shop, due);
  }
}
