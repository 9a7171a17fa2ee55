import {
  type CancelPart,
  cancelParts,
  checkParts,
  decided,
  isOpenLine,
  newRequest,
  openParts,
  undecidedRequest,
} from './cancel-requests.js';
import { reasonOf } from './generate-after-sales.js';
import { ON_SALE_SUB_STATUS } from './generate-products.js';
import { changed, OperationError } from './order-change.js';
import { dropSettledLabels, labelByDeadline, setLabel } from './order-labels.js';
import { applyStatus } from './order-status.js';
import type { Prng } from './prng.js';
import type { ShopState } from './shop-state.js';
import type {
  AfterSales,
  AfterSalesStatus,
  CaseLine,
  OrderLine,
  ParentOrder,
  ParentStatus,
  Product,
} from './types.js';
import type { World } from './world.js';

export { OperationError };

/** Whoever ships an order in spite of a request to cancel has refused it; whoever cancels it has granted it. */
export function setStatus(
  world: World,
  shop: ShopState,
  order: ParentOrder,
  status: ParentStatus,
  nowSeconds: number,
): ParentOrder {
  if (status === 3 && openParts(order).length > 0 && order.lines.every((line) => line.shippedAt === null)) {
    return cancel(world, shop, order, undefined, nowSeconds);
  }
  const next = changed(order, nowSeconds);
  try {
    applyStatus(next, status, nowSeconds);
  } catch (error) {
    if (error instanceof RangeError) throw new OperationError(error.message);
    throw error;
  }
  dropSettledLabels(next);
  labelByDeadline(next, nowSeconds);
  const undecided = undecidedRequest(shop, order.parentOrderSn);
  const isRefused = undecided?.lines.some(({ orderSn }) =>
    next.lines.some((line) => line.orderSn === orderSn && !isOpenLine(line)),
  );
  if (undecided === undefined || isRefused !== true) {
    world.saveOrders(shop, [next]);
    return next;
  }
  setLabel(next, 'pending_buyer_cancellation', false);
  world.saveCancels(shop, [next], [decided(undecided, 7, nowSeconds)]);
  return next;
}

/** Cancels what is not yet shipped, the whole order or a quantity of one line, with the request that grants it. */
export function cancel(
  world: World,
  shop: ShopState,
  order: ParentOrder,
  part: CancelPart | undefined,
  nowSeconds: number,
): ParentOrder {
  const parts = part === undefined ? openParts(order) : [part];
  checkParts(order, parts);
  const undecided = undecidedRequest(shop, order.parentOrderSn);
  if (undecided !== undefined && part !== undefined) {
    throw new OperationError(
      `order ${order.parentOrderSn} has an undecided request to cancel; decide that first`,
    );
  }
  const next = changed(order, nowSeconds);
  setLabel(next, 'pending_buyer_cancellation', false);
  cancelParts(next, undecided?.lines ?? []);
  const rest = undecided === undefined ? parts : openParts(next);
  const requests = undecided === undefined ? [] : [decided(undecided, 5, nowSeconds)];
  if (rest.length > 0) {
    const earlier = shop.cancelsOfOrder(order.parentOrderSn);
    requests.push(newRequest(earlier, order, rest, 5, nowSeconds));
    cancelParts(next, rest);
  }
  world.saveCancels(shop, [next], requests);
  return next;
}

export interface RefundRequest {
  /** This case; without it the newest of the order, or a new one when there is none. */
  parentAfterSalesSn?: string | undefined;
  /** A further case, whatever the order has. */
  opensAnother?: boolean | undefined;
  /** Several lines at once, or one by `orderSn` and `quantity`. */
  lines?: readonly { orderSn: string; quantity: number }[] | undefined;
  orderSn?: string | undefined;
  quantity?: number | undefined;
  type?: 1 | 2 | undefined;
  status?: AfterSalesStatus | undefined;
  buyerComment?: string | undefined;
}

/** 6 withdrawn, 7 rejected: such a case holds no units. */
function holdsUnits(item: AfterSales): boolean {
  return item.status !== 6 && item.status !== 7;
}

/** Units of a line that no other case of the order has asked for. */
export function refundableUnits(cases: readonly AfterSales[], line: OrderLine): number {
  const asked = cases
    .filter(holdsUnits)
    .flatMap((item) => item.lines)
    .filter((each) => each.orderSn === line.orderSn)
    .reduce((sum, each) => sum + each.quantity, 0);
  return line.quantity - line.canceledQuantityBeforeShipment - asked;
}

/**
 * Opens an after-sales case on shipped lines, or moves one of the order's on. A refund moves amounts and the case's
 * update time, not the order's: so does the platform.
 */
export function refund(
  world: World,
  shop: ShopState,
  order: ParentOrder,
  request: RefundRequest,
  nowSeconds: number,
): AfterSales {
  const next = structuredClone(order);
  const cases = shop.casesOfOrder(order.parentOrderSn);
  const known = knownCase(cases, request);
  const others = cases.filter((item) => item !== known);
  const shipped = (orderSn: string | undefined): OrderLine => {
    const line = next.lines.find((each) =>
      orderSn === undefined ? each.shippedAt !== null : each.orderSn === orderSn,
    );
    if (line === undefined || line.shippedAt === null) {
      throw new OperationError(`order ${order.parentOrderSn} has no shipped line ${orderSn ?? ''} to refund`);
    }
    return line;
  };
  const parentAfterSalesSn =
    known?.parentAfterSalesSn ?? `${order.parentOrderSn}-D${String(cases.length + 1).padStart(2, '0')}`;
  const asked = askedLines(request, known, shipped, others);
  const lines = asked.map(({ orderSn, quantity }, index): CaseLine => {
    const most = refundableUnits(others, shipped(orderSn));
    if (quantity > most) throw new OperationError(`line ${orderSn} has only ${most} to refund`);
    const afterSalesSn = `${parentAfterSalesSn}-${index + 1}`;
    const reason = known?.lines[index] ?? reasonOf(afterSalesSn);
    return {
      afterSalesSn,
      orderSn,
      quantity,
      reasonCode: reason.reasonCode,
      reasonDesc: reason.reasonDesc,
      buyerComment: request.buyerComment ?? reason.buyerComment,
    };
  });
  const afterSales: AfterSales = {
    parentAfterSalesSn,
    parentOrderSn: order.parentOrderSn,
    type: request.type ?? known?.type ?? 1,
    status: request.status ?? 5,
    lines,
    createAt: known?.createAt ?? nowSeconds,
    updateAt: Math.max(known?.updateAt ?? 0, nowSeconds),
  };
  enterRefunds(next, afterSales, known);
  world.saveAfterSales(shop, afterSales, next);
  return afterSales;
}

function knownCase(cases: readonly AfterSales[], request: RefundRequest): AfterSales | undefined {
  if (request.opensAnother === true) return undefined;
  if (request.parentAfterSalesSn === undefined) return cases.at(-1);
  const found = cases.find((item) => item.parentAfterSalesSn === request.parentAfterSalesSn);
  if (found === undefined)
    throw new OperationError(`case ${request.parentAfterSalesSn} is not of this order`);
  return found;
}

function askedLines(
  request: RefundRequest,
  known: AfterSales | undefined,
  shipped: (orderSn: string | undefined) => OrderLine,
  others: readonly AfterSales[],
): readonly { orderSn: string; quantity: number }[] {
  if (request.lines !== undefined) return request.lines;
  if (known !== undefined && request.orderSn === undefined && request.quantity === undefined) {
    return known.lines;
  }
  const [first] = known?.lines ?? [];
  const line = shipped(request.orderSn ?? first?.orderSn);
  const quantity = request.quantity ?? first?.quantity ?? refundableUnits(others, line);
  return [{ orderSn: line.orderSn, quantity }];
}

/** A finished case stands on the lines of its order; one that is not, or not any more, does not. */
function enterRefunds(order: ParentOrder, item: AfterSales, before: AfterSales | undefined): void {
  const own = new Set([...item.lines, ...(before?.lines ?? [])].map((line) => line.afterSalesSn));
  for (const line of order.lines) {
    const kept = line.refunds.filter(({ afterSalesSn }) => !own.has(afterSalesSn));
    const added = item.lines.filter((each) => item.status === 5 && each.orderSn === line.orderSn);
    line.refunds = [
      ...kept,
      ...added.map(({ afterSalesSn, quantity }) => ({ afterSalesSn, units: quantity })),
    ];
  }
}

/**
 * The buyer asks for another address (`requested`: only the label shows it) or has got it (`changed`). Both are changes
 * of the order and move its update time, unless told otherwise: then only the webhook knows.
 */
export function changeAddress(
  world: World,
  shop: ShopState,
  order: ParentOrder,
  stage: 'requested' | 'changed',
  nowSeconds: number,
  keepsUpdateTime = false,
): ParentOrder {
  if (![1, 2, 41].includes(order.status)) {
    throw new OperationError(`order ${order.parentOrderSn} has nothing left to ship; its address stays`);
  }
  const next = keepsUpdateTime ? structuredClone(order) : changed(order, nowSeconds);
  setLabel(next, 'pending_buyer_address_change', stage === 'requested');
  if (stage === 'changed') {
    next.addressVersion = (order.addressVersion ?? 0) + 1;
    next.warnings = [...new Set([...next.warnings, 'CONFIRMED_CHANGED_ADDRESS'])];
  }
  world.saveOrders(shop, [next]);
  return next;
}

export interface ProductChange {
  stock?: number | undefined;
  basePriceMinor?: number | undefined;
  retailPriceMinor?: number | undefined;
  /** Only this SKU; all of the product without it. */
  skuId?: number | undefined;
  name?: string | undefined;
  searchType?: Product['searchType'] | undefined;
  subStatus?: number | undefined;
}

const FIRST_SUB_STATUS: Record<Product['searchType'], number> = {
  1: ON_SALE_SUB_STATUS,
  4: 4001,
  5: 5001,
  6: 6001,
};

export function changeProduct(
  world: World,
  shop: ShopState,
  product: Product,
  change: ProductChange,
  nowMs: number,
): Product {
  const next = structuredClone(product);
  const skus = next.skus.filter((sku) => change.skuId === undefined || sku.skuId === change.skuId);
  if (skus.length === 0) throw new OperationError(`product ${product.goodsId} has no SKU ${change.skuId}`);
  for (const sku of skus) {
    sku.stock = change.stock ?? sku.stock;
    sku.basePriceMinor = change.basePriceMinor ?? sku.basePriceMinor;
    sku.retailPriceMinor = change.retailPriceMinor ?? sku.retailPriceMinor;
  }
  next.nameEn = change.name ?? next.nameEn;
  if (change.searchType !== undefined && change.searchType !== next.searchType) {
    next.searchType = change.searchType;
    next.subStatus = FIRST_SUB_STATUS[change.searchType];
  }
  next.subStatus = change.subStatus ?? next.subStatus;
  if (next.searchType !== product.searchType || next.subStatus !== product.subStatus) {
    next.statusChangedAtMs = nowMs;
    for (const sku of next.skus) sku.statusChangedAtMs = nowMs;
  }
  world.saveProduct(shop, next);
  return next;
}

/** What normally comes next in an order's life; undefined when its life is over. */
export function nextStatus(order: ParentOrder, prng: Prng): ParentStatus | undefined {
  const alive = order.lines.filter((line) => line.status !== 3).length;
  switch (order.status) {
    case 1:
      return 2;
    case 2:
      return alive > 1 && prng.chance(0.3) ? 41 : 4;
    case 41:
      return 4;
    case 4:
      return alive > 1 && prng.chance(0.2) ? 51 : 5;
    case 51:
      return 5;
    case 3:
    case 5:
      return undefined;
  }
}
