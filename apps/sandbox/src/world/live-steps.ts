import { askToCancel, decideCancel, openParts, undecidedRequest } from './cancel-requests.js';
import { makeOrder } from './generate-orders.js';
import { isOnSale, OFF_SHELF_SUB_STATUS, ON_SALE_SUB_STATUS } from './generate-products.js';
import {
  cancel,
  changeAddress,
  changeProduct,
  nextStatus,
  refund,
  refundableUnits,
  setStatus,
} from './operations.js';
import type { Prng } from './prng.js';
import type { ShopState } from './shop-state.js';
import type { AfterSales, AfterSalesStatus, ParentOrder } from './types.js';
import type { World } from './world.js';

export interface LivePace {
  /** Changes per second, over all shops. */
  perSecond: number;
  /** A change may say of itself that it happened up to this long ago: an entrant within the platform's lag. */
  lateSeconds: number;
  /** The longest that amounts of a new order are still computed; the platform's ten minutes without it. */
  amountDelaySeconds?: number;
  /** Only these shops; all that have goods without it. */
  mallIds?: readonly number[];
}

export interface LiveMoment {
  world: World;
  shop: ShopState;
  prng: Prng;
  /** What the change says of its own time; may lie a little in the past. */
  nowSeconds: number;
  pace: LivePace;
}

export const LIVE_STEPS = [
  'order',
  'progress',
  'cancel',
  'cancel_part',
  'cancel_request',
  'refund',
  'address',
  'stock',
  'price',
  'listing',
] as const;
export type LiveStep = (typeof LIVE_STEPS)[number];

const WEIGHTS: Record<LiveStep, number> = {
  order: 0.28,
  progress: 0.28,
  cancel: 0.03,
  cancel_part: 0.03,
  cancel_request: 0.05,
  refund: 0.09,
  address: 0.06,
  stock: 0.11,
  price: 0.04,
  listing: 0.03,
};

const CANDIDATES_LOOKED_AT = 400;
/** A shop with fewer SKUs deletes nothing, so that it never runs out of goods. */
const DELETES_FROM = 20;

export function pickStep(prng: Prng): LiveStep {
  return prng.weighted(LIVE_STEPS.map((step) => [step, WEIGHTS[step]] as const));
}

function pickOrder(moment: LiveMoment, fits: (order: ParentOrder) => boolean): ParentOrder | undefined {
  const found = moment.shop.ordersByCreate.all().slice(0, CANDIDATES_LOOKED_AT).filter(fits);
  return found.length === 0 ? undefined : moment.prng.pick(found);
}

/** Plays one step; false when the shop has nothing that it could happen to. */
export function playStep(step: LiveStep, moment: LiveMoment): boolean {
  switch (step) {
    case 'order':
      return createOrder(moment);
    case 'progress':
      return progressOrder(moment);
    case 'cancel':
      return cancelOrder(moment);
    case 'cancel_part':
      return cancelPart(moment);
    case 'cancel_request':
      return cancelRequestStep(moment);
    case 'refund':
      return refundStep(moment);
    case 'address':
      return addressStep(moment);
    case 'stock':
    case 'price':
    case 'listing':
      return productStep(step, moment);
  }
}

function createOrder({ world, shop, prng, nowSeconds, pace }: LiveMoment): boolean {
  const order = makeOrder(prng, shop.shop, shop.demand, nowSeconds);
  if (order === undefined) return false;
  const latest = nowSeconds + (pace.amountDelaySeconds ?? Number.POSITIVE_INFINITY);
  order.amountReadyAt = Math.min(order.amountReadyAt, latest);
  world.saveOrders(shop, [order]);
  return true;
}

function progressOrder(moment: LiveMoment): boolean {
  const order = pickOrder(moment, ({ status }) => status !== 3 && status !== 5);
  const status = order && nextStatus(order, moment.prng);
  if (order === undefined || status === undefined) return false;
  setStatus(moment.world, moment.shop, order, status, moment.nowSeconds);
  return true;
}

function cancelOrder(moment: LiveMoment): boolean {
  const order = pickOrder(moment, ({ status }) => status === 1 || status === 2);
  if (order !== undefined) cancel(moment.world, moment.shop, order, undefined, moment.nowSeconds);
  return order !== undefined;
}

/** One unit of one line that is not shipped. */
function cancelPart(moment: LiveMoment): boolean {
  const isOpen = (line: ParentOrder['lines'][number]): boolean => line.status === 1 || line.status === 2;
  const order = pickOrder(moment, ({ lines }) => lines.some((line) => isOpen(line) && line.quantity > 1));
  const line = order?.lines.find((each) => isOpen(each) && each.quantity > 1);
  if (order === undefined || line === undefined) return false;
  cancel(moment.world, moment.shop, order, { orderSn: line.orderSn, quantity: 1 }, moment.nowSeconds);
  return true;
}

/** A buyer asks to cancel, of all or one line; of those that have asked some think better of it, some are granted. */
function cancelRequestStep(moment: LiveMoment): boolean {
  const { world, shop, prng, nowSeconds } = moment;
  const order = pickOrder(moment, ({ status }) => status === 1 || status === 2);
  if (order === undefined) return false;
  if (undecidedRequest(shop, order.parentOrderSn) === undefined) {
    const parts = openParts(order);
    askToCancel(world, shop, order, prng.chance(0.3) ? parts.slice(0, 1) : parts, nowSeconds);
    return true;
  }
  decideCancel(world, shop, order, prng.chance(0.5) ? 6 : 5, nowSeconds);
  return true;
}

/** 1 and 10 are applied for, 2 and 3 on the way back, 11 in review; 5 refunded, 6 withdrawn, 7 rejected. */
function nextCaseStatus(item: AfterSales, prng: Prng): AfterSalesStatus | undefined {
  const ends: readonly (readonly [AfterSalesStatus, number])[] = [
    [5, 0.8],
    [6, 0.1],
    [7, 0.1],
  ];
  switch (item.status) {
    case 1:
      return prng.chance(0.2) ? 11 : prng.weighted(ends);
    case 10:
      return 2;
    case 2:
      return 3;
    case 3:
    case 8:
    case 11:
      return prng.weighted(ends);
    case 5:
    case 6:
    case 7:
      return undefined;
  }
}

/** Opens a case on a part of a delivered order, moves one on, or refunds one more unit of a refunded line. */
function refundStep(moment: LiveMoment): boolean {
  const { world, shop, prng, nowSeconds } = moment;
  const order = pickOrder(moment, ({ status }) => status === 5);
  if (order === undefined) return false;
  const cases = shop.casesOfOrder(order.parentOrderSn);
  const item = cases.length === 0 ? undefined : prng.pick(cases);
  if (item === undefined || prng.chance(0.15)) return openCase(moment, order, cases);
  const { parentAfterSalesSn } = item;
  const status = nextCaseStatus(item, prng);
  if (status !== undefined) {
    refund(world, shop, order, { parentAfterSalesSn, status }, nowSeconds);
    return true;
  }
  const [first, ...rest] = item.lines;
  const line = order.lines.find((each) => each.orderSn === first?.orderSn);
  if (item.status !== 5 || first === undefined || line === undefined) return false;
  if (refundableUnits(cases, line) < 1) return false;
  const lines = [{ ...first, quantity: first.quantity + 1 }, ...rest];
  refund(world, shop, order, { parentAfterSalesSn, status: 5, lines }, nowSeconds);
  return true;
}

/** On one line, and sometimes on every line that still has units. */
function openCase(moment: LiveMoment, order: ParentOrder, cases: readonly AfterSales[]): boolean {
  const { world, shop, prng, nowSeconds } = moment;
  const open = order.lines.filter((line) => line.status === 5 && refundableUnits(cases, line) > 0);
  const lines = (prng.chance(0.3) ? open : open.slice(0, 1)).map((line) => ({
    orderSn: line.orderSn,
    quantity: prng.int(1, refundableUnits(cases, line)),
  }));
  if (lines.length === 0) return false;
  const type = prng.chance(0.6) ? 1 : 2;
  const status = type === 1 ? 1 : prng.chance(0.3) ? 8 : 10;
  refund(world, shop, order, { opensAnother: true, lines, type, status }, nowSeconds);
  return true;
}

function addressStep(moment: LiveMoment): boolean {
  const order = pickOrder(moment, ({ status }) => status === 1 || status === 2 || status === 41);
  if (order === undefined) return false;
  const stage = order.labels.includes('pending_buyer_address_change') ? 'changed' : 'requested';
  changeAddress(
    moment.world,
    moment.shop,
    order,
    moment.prng.chance(0.5) ? 'changed' : stage,
    moment.nowSeconds,
  );
  return true;
}

function productStep(step: 'stock' | 'price' | 'listing', moment: LiveMoment): boolean {
  const { world, shop, prng, nowSeconds } = moment;
  const entry = shop.demand.pick(prng, nowSeconds);
  if (entry === undefined) return false;
  const { product, sku } = entry;
  const save = (change: Parameters<typeof changeProduct>[3]): boolean => {
    changeProduct(world, shop, product, change, nowSeconds * 1000);
    return true;
  };
  switch (step) {
    case 'stock':
      return save({ skuId: sku.skuId, stock: Math.max(0, sku.stock + prng.int(-12, 8)) });
    case 'price':
      return save({
        skuId: sku.skuId,
        basePriceMinor: Math.max(1, Math.round(sku.basePriceMinor * (0.9 + prng.next() * 0.2))),
      });
    case 'listing':
      if (shop.demand.size >= DELETES_FROM && prng.chance(0.25)) return save({ searchType: 6 });
      return save({ subStatus: isOnSale(product) ? OFF_SHELF_SUB_STATUS : ON_SALE_SUB_STATUS });
  }
}
