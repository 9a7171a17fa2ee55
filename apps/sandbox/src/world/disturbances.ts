import { makeLine, makeOrder } from './generate-orders.js';
import { nextStatus, OperationError, setStatus } from './operations.js';
import { applyStatus } from './order-status.js';
import type { Prng } from './prng.js';
import type { ShopState } from './shop-state.js';
import type { ParentOrder, WithheldAddress } from './types.js';
import type { World } from './world.js';

/** Changes of the world that real shops see seldom and readers get wrong. They last, and the truth has them. */

/** An order with so many lines appears, ready to ship. Undefined when the shop sells nothing. */
export function placeHugeOrder(
  world: World,
  shop: ShopState,
  prng: Prng,
  nowSeconds: number,
  lineCount: number,
): ParentOrder | undefined {
  const order = makeOrder(prng, shop.shop, shop.demand, nowSeconds);
  const [first] = order?.lines ?? [];
  if (order === undefined || first === undefined) return undefined;
  while (order.lines.length < lineCount) {
    const entry = shop.demand.pick(prng, nowSeconds);
    if (entry === undefined) return undefined;
    order.lines.push(makeLine(prng, shop.shop, entry, order.regionId, first.fulfilmentType));
  }
  applyStatus(order, 2, nowSeconds);
  order.amountReadyAt = nowSeconds;
  world.saveOrders(shop, [order]);
  return order;
}

const CANDIDATES_LOOKED_AT = 400;

/**
 * An order moves on, and says that it did so up to `lateSeconds` ago: never before its last change. Undefined when no
 * order of the shop can be dated back far enough.
 */
export function changeLate(
  world: World,
  shop: ShopState,
  prng: Prng,
  nowSeconds: number,
  lateSeconds: number,
  parentOrderSn?: string,
): ParentOrder | undefined {
  const candidates =
    parentOrderSn === undefined
      ? shop.ordersByCreate.all().slice(0, CANDIDATES_LOOKED_AT)
      : [shop.order(parentOrderSn)].filter((order) => order !== undefined);
  const found = candidates.filter(
    (order) => order.status !== 3 && order.status !== 5 && order.updateTime <= nowSeconds - lateSeconds,
  );
  if (found.length === 0) return undefined;
  const order = prng.pick(found);
  const status = nextStatus(order, prng);
  if (status === undefined) return undefined;
  try {
    return setStatus(world, shop, order, status, nowSeconds - lateSeconds);
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

/** Its address is not given from now on, or again. The order itself does not change. */
export function withholdAddress(
  world: World,
  shop: ShopState,
  order: ParentOrder,
  withheld: WithheldAddress | undefined,
): ParentOrder {
  const next = structuredClone(order);
  next.withheldAddress = withheld;
  world.saveOrders(shop, [next]);
  return next;
}
