import type { Prng } from '../../world/prng.js';
import {
  askToCancel,
  cancelAtOnce,
  decideCancel,
  moveReturn,
  nextReturnStatuses,
  openReturn,
} from './after-sales-steps.js';
import { makeOrder, pickSku } from './generate-orders.js';
import { isShipped, statusOf } from './order-status.js';
import { changeAddress, pay, StepError, ship, stepOn } from './order-steps.js';
import type { ShopState } from './shop-state.js';
import type { Order, OrderStatus } from './types.js';
import type { TikTokWorld } from './world.js';

const WEIGHTS = [
  ['order', 0.24],
  ['step', 0.36],
  ['part_shipped', 0.03],
  ['cancel', 0.04],
  ['cancel_unit', 0.03],
  ['cancel_request', 0.06],
  ['return', 0.08],
  ['address', 0.03],
  ['stock', 0.07],
  ['price', 0.03],
  ['listing', 0.03],
] as const;

export type LiveStep = (typeof WEIGHTS)[number][0];
export const LIVE_STEPS: readonly LiveStep[] = WEIGHTS.map(([step]) => step);

export interface Moment {
  world: TikTokWorld;
  shop: ShopState;
  prng: Prng;
  now: number;
}

/** Only the newest are drawn from: what is old is settled. */
const NEWEST = 160;

/** A copy, to be changed and saved. */
function pickOrder({ shop, prng }: Moment, ...statuses: OrderStatus[]): Order {
  const found = shop.orders
    .sorted('create_time')
    .slice(0, NEWEST)
    .filter((order) => statuses.includes(statusOf(order)));
  if (found.length === 0) throw new StepError(`no order is ${statuses.join(' or ')}`);
  return structuredClone(prng.pick(found));
}

export function packageId(prng: Prng): string {
  return `1153${prng.digits(15)}`;
}

/** Throws StepError where what is drawn does not fit. */
export function playStep(step: LiveStep, moment: Moment): void {
  const { world, shop, prng, now } = moment;
  const shopId = shop.shop.id;
  const saveOrder = (order: Order): void => world.save({ kind: 'tiktok-order', shopId, order });
  switch (step) {
    case 'order': {
      const order = makeOrder(prng, shop.shop, shop.products.all(), now);
      if (order === undefined) throw new StepError('the shop sells nothing');
      if (prng.chance(0.7)) pay(order, now, prng.chance(0.4));
      saveOrder(order);
      return;
    }
    case 'step': {
      const order = pickOrder(
        moment,
        ...(['UNPAID', 'ON_HOLD', 'AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING'] as const),
        ...(['AWAITING_COLLECTION', 'IN_TRANSIT', 'DELIVERED'] as const),
      );
      stepOn(order, now, packageId(prng));
      saveOrder(order);
      return;
    }
    case 'part_shipped': {
      const order = pickOrder(moment, 'AWAITING_SHIPMENT');
      const [first, second] = order.lines.filter((line) => line.status === 'AWAITING_SHIPMENT');
      if (first === undefined || second === undefined) throw new StepError('the order has one unit');
      ship(order, now, packageId(prng), [first.id]);
      saveOrder(order);
      return;
    }
    case 'cancel':
    case 'cancel_unit': {
      const order = pickOrder(moment, 'ON_HOLD', 'AWAITING_SHIPMENT');
      const open = order.lines.filter((line) => line.status === 'AWAITING_SHIPMENT');
      const [first, second] = open;
      if (first === undefined) throw new StepError('nothing is left');
      if (step === 'cancel_unit' && second === undefined) throw new StepError('the order has one unit');
      const role = order.isOnHold ? 'BUYER' : 'SELLER';
      const item = cancelAtOnce(prng, order, now, role, step === 'cancel' ? undefined : [first.id]);
      world.save({ kind: 'tiktok-order', shopId, order }, { kind: 'tiktok-cancellation', shopId, item });
      return;
    }
    case 'cancel_request': {
      const order = pickOrder(moment, 'AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING');
      const pending = structuredClone(shop.pendingCancel(order.id));
      const item = pending ?? askToCancel(prng, order, now);
      if (pending !== undefined) decideCancel(order, pending, now, prng.chance(0.6));
      world.save({ kind: 'tiktok-order', shopId, order }, { kind: 'tiktok-cancellation', shopId, item });
      return;
    }
    case 'return': {
      moveOrOpenReturn(moment);
      return;
    }
    case 'address': {
      const order = pickOrder(moment, 'AWAITING_SHIPMENT');
      changeAddress(order, now);
      saveOrder(order);
      return;
    }
    case 'stock':
    case 'price':
    case 'listing':
      changeProduct(step, moment);
      return;
  }
}

function moveOrOpenReturn(moment: Moment): void {
  const { world, shop, prng, now } = moment;
  const shopId = shop.shop.id;
  const open = shop.returns.all().filter((item) => nextReturnStatuses(item).length > 0);
  if (open.length > 0 && prng.chance(0.7)) {
    const item = structuredClone(prng.pick(open));
    moveReturn(item, prng.pick(nextReturnStatuses(item)), now);
    world.save({ kind: 'tiktok-return', shopId, item });
    return;
  }
  const order = pickOrder(moment, 'DELIVERED');
  const [line] = order.lines.filter(isShipped);
  const lineIds = line !== undefined && prng.chance(0.5) ? { lineIds: [line.id] } : {};
  const item = openReturn(prng, order, shop.returnsOf(order.id), now, lineIds);
  world.save({ kind: 'tiktok-return', shopId, item });
}

function changeProduct(step: 'stock' | 'price' | 'listing', { world, shop, prng, now }: Moment): void {
  const entry = pickSku(prng, shop.products.all());
  if (entry === undefined) throw new StepError('the shop sells nothing');
  const product = structuredClone(entry.product);
  const sku = product.skus.find(({ id }) => id === entry.sku.id);
  const [stock] = sku?.stock ?? [];
  if (sku === undefined || stock === undefined) throw new StepError('the SKU has no stock');
  if (step === 'stock') stock.quantity = Math.max(0, stock.quantity + prng.int(-12, 8));
  if (step === 'price') sku.priceMinor = Math.max(1, Math.round(sku.priceMinor * (0.9 + prng.next() * 0.2)));
  if (step === 'listing') product.status = prng.chance(0.2) ? 'DELETED' : 'SELLER_DEACTIVATED';
  product.updateTime = Math.max(product.updateTime, now);
  world.save({ kind: 'tiktok-product', shopId: shop.shop.id, product });
}

const TRIES = 6;

/** One thing happens somewhere, in bigger shops more often. Undefined when nothing could. */
export function liveStep(
  world: TikTokWorld,
  prng: Prng,
  now: number,
  shopIds: readonly string[] | undefined,
): LiveStep | undefined {
  const shops = world.shops().filter(({ id }) => shopIds?.includes(id) ?? true);
  if (shops.length === 0) return undefined;
  const shop = world.shop(prng.weighted(shops.map(({ id, orders }) => [id, orders + 20] as const)));
  if (shop === undefined) return undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const step = prng.weighted(WEIGHTS);
    try {
      playStep(step, { world, shop, prng, now });
      return step;
    } catch (error) {
      // The drawn step does not fit the drawn order; another one will.
      if (!(error instanceof StepError)) throw error;
    }
  }
  return undefined;
}

/** An order moves on and dates it back: found by whoever looks further back than the platform's lag. */
export function changeLate(moment: Moment, orderId: string | undefined, lateSeconds: number): boolean {
  const { world, shop, prng, now } = moment;
  const given = orderId === undefined ? undefined : shop.orders.get(orderId);
  const found = given === undefined ? tryPick(moment) : structuredClone(given);
  if (found === undefined) return false;
  const at = Math.max(found.updateTime + 1, now - lateSeconds);
  try {
    stepOn(found, Math.min(at, now), packageId(prng));
  } catch (error) {
    if (error instanceof StepError) return false;
    throw error;
  }
  world.save({ kind: 'tiktok-order', shopId: shop.shop.id, order: found });
  return true;
}

function tryPick(moment: Moment): Order | undefined {
  try {
    return pickOrder(moment, 'AWAITING_SHIPMENT', 'AWAITING_COLLECTION', 'IN_TRANSIT');
  } catch (error) {
    if (error instanceof StepError) return undefined;
    throw error;
  }
}
