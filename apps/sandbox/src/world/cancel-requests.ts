import { changed, OperationError } from './order-change.js';
import { dropSettledLabels, setLabel } from './order-labels.js';
import { cancelLine, parentStatusOf } from './order-status.js';
import type { ShopState } from './shop-state.js';
import type { CancelRequest, CancelStatus, OrderLine, ParentOrder } from './types.js';
import type { World } from './world.js';

/** What is undecided for so long is approved by the platform (one integration note). */
export const DECIDE_WITHIN_SECONDS = 86_400;

export interface CancelPart {
  orderSn: string;
  quantity: number;
}

/** Neither shipped nor cancelled. */
export function isOpenLine(line: OrderLine): boolean {
  return line.status === 1 || line.status === 2;
}

function unitsLeft(line: OrderLine): number {
  return line.quantity - line.canceledQuantityBeforeShipment;
}

export function openParts(order: ParentOrder): CancelPart[] {
  return order.lines.filter(isOpenLine).map((line) => ({ orderSn: line.orderSn, quantity: unitsLeft(line) }));
}

/** Throws when a part is not there to be cancelled. */
export function checkParts(order: ParentOrder, parts: readonly CancelPart[]): void {
  if (parts.length === 0) {
    throw new OperationError(
      `order ${order.parentOrderSn} has nothing left that is not shipped or cancelled`,
    );
  }
  for (const { orderSn, quantity } of parts) {
    const line = order.lines.find((each) => each.orderSn === orderSn);
    if (line === undefined || !isOpenLine(line)) {
      throw new OperationError(`line ${orderSn} is not an unshipped line of ${order.parentOrderSn}`);
    }
    if (quantity > unitsLeft(line)) {
      throw new OperationError(`line ${orderSn} has only ${unitsLeft(line)} left to cancel`);
    }
  }
}

/** Takes the units off, and with the last ones the line; the order's status follows. */
export function cancelParts(order: ParentOrder, parts: readonly CancelPart[]): void {
  for (const { orderSn, quantity } of parts) {
    const line = order.lines.find((each) => each.orderSn === orderSn);
    if (line === undefined) continue;
    if (quantity >= unitsLeft(line)) cancelLine(line);
    else line.canceledQuantityBeforeShipment += quantity;
  }
  order.status = parentStatusOf(order.lines);
  dropSettledLabels(order);
}

export function newRequest(
  earlier: readonly CancelRequest[],
  order: ParentOrder,
  parts: readonly CancelPart[],
  status: CancelStatus,
  createAt: number,
  updateAt = createAt,
): CancelRequest {
  const number = String(earlier.length + 1).padStart(2, '0');
  const parentAfterSalesSn = `${order.parentOrderSn}-C${number}`;
  return {
    parentAfterSalesSn,
    parentOrderSn: order.parentOrderSn,
    status,
    lines: parts.map(({ orderSn, quantity }, index) => ({
      afterSalesSn: `${parentAfterSalesSn}-${index + 1}`,
      orderSn,
      quantity,
    })),
    createAt,
    updateAt,
  };
}

export function undecidedRequest(shop: ShopState, parentOrderSn: string): CancelRequest | undefined {
  return shop.cancelsOfOrder(parentOrderSn).find(({ status }) => status === 1);
}

export function decided(request: CancelRequest, status: CancelStatus, nowSeconds: number): CancelRequest {
  return { ...request, status, updateAt: Math.max(request.updateAt, nowSeconds) };
}

/** The buyer asks to cancel what is not shipped, or these parts of it. The order says so by a label. */
export function askToCancel(
  world: World,
  shop: ShopState,
  order: ParentOrder,
  parts: readonly CancelPart[] | undefined,
  nowSeconds: number,
): CancelRequest {
  const wanted = parts ?? openParts(order);
  checkParts(order, wanted);
  if (undecidedRequest(shop, order.parentOrderSn) !== undefined) {
    throw new OperationError(
      `order ${order.parentOrderSn} has a request to cancel already; decide that first`,
    );
  }
  const next = changed(order, nowSeconds);
  setLabel(next, 'pending_buyer_cancellation', true);
  const request = newRequest(shop.cancelsOfOrder(order.parentOrderSn), order, wanted, 1, nowSeconds);
  world.saveCancels(shop, [next], [request]);
  return request;
}

/** 4, 5 or 9: what was asked for is cancelled; 6 or 7: nothing is, and the buyer may ask again. */
export function decideCancel(
  world: World,
  shop: ShopState,
  order: ParentOrder,
  status: Exclude<CancelStatus, 1>,
  nowSeconds: number,
): CancelRequest {
  const undecided = undecidedRequest(shop, order.parentOrderSn);
  if (undecided === undefined) {
    throw new OperationError(`order ${order.parentOrderSn} has no request to cancel that is undecided`);
  }
  const next = changed(order, nowSeconds);
  setLabel(next, 'pending_buyer_cancellation', false);
  if (status !== 6 && status !== 7) cancelParts(next, undecided.lines);
  const request = decided(undecided, status, nowSeconds);
  world.saveCancels(shop, [next], [request]);
  return request;
}
