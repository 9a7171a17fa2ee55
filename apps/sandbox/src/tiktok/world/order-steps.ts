import { OperationError } from '../../world/operations.js';
import { isShipped, statusOf } from './order-status.js';
import type { Line, Order, OrderStatus, Role } from './types.js';

/** What cannot happen to this order as it is. */
export class StepError extends OperationError {}

function linesIn(order: Order, status: Line['status']): Line[] {
  return order.lines.filter((line) => line.status === status);
}

function need(lines: readonly Line[], what: string, order: Order): void {
  if (lines.length === 0) throw new StepError(`order ${order.id} is ${statusOf(order)}: nothing to ${what}`);
}

/** Every step changes the order that it is given; `at` is when it happens, in seconds. */
function touch(order: Order, at: number): void {
  order.updateTime = Math.max(order.updateTime, at);
}

export function pay(order: Order, at: number, isOnHold: boolean): void {
  const lines = linesIn(order, 'UNPAID');
  need(lines, 'pay', order);
  for (const line of lines) line.status = 'AWAITING_SHIPMENT';
  order.paidTime = at;
  order.isOnHold = isOnHold;
  touch(order, at);
}

export function release(order: Order, at: number): void {
  if (!order.isOnHold) throw new StepError(`order ${order.id} is not on hold`);
  order.isOnHold = false;
  touch(order, at);
}

/** Hands lines over as one package; all that are left without `lineIds`. */
export function ship(order: Order, at: number, packageId: string, lineIds?: readonly string[]): void {
  const lines = order.isOnHold
    ? []
    : linesIn(order, 'AWAITING_SHIPMENT').filter(({ id }) => lineIds?.includes(id) ?? true);
  need(lines, 'ship', order);
  for (const line of lines) {
    line.status = 'AWAITING_COLLECTION';
    line.packageId = packageId;
    line.shippedAt = at;
  }
  touch(order, at);
}

export function collect(order: Order, at: number): void {
  const lines = linesIn(order, 'AWAITING_COLLECTION');
  need(lines, 'collect', order);
  for (const line of lines) {
    line.status = 'IN_TRANSIT';
    line.collectedAt = at;
  }
  touch(order, at);
}

export function deliver(order: Order, at: number): void {
  const lines = linesIn(order, 'IN_TRANSIT');
  need(lines, 'deliver', order);
  for (const line of lines) {
    line.status = 'DELIVERED';
    line.deliveredAt = at;
  }
  touch(order, at);
}

export function complete(order: Order, at: number): void {
  if (statusOf(order) !== 'DELIVERED') throw new StepError(`order ${order.id} is not delivered`);
  for (const line of linesIn(order, 'DELIVERED')) line.status = 'COMPLETED';
  order.completedAt = at;
  touch(order, at);
}

/** Units that are not shipped; all of them without `lineIds`. */
export function cancelLines(
  order: Order,
  at: number,
  why: { reason: string; user: Role },
  lineIds?: readonly string[],
): Line[] {
  const lines = order.lines.filter(
    (line) => line.status !== 'CANCELLED' && !isShipped(line) && (lineIds?.includes(line.id) ?? true),
  );
  need(lines, 'cancel', order);
  for (const line of lines) {
    line.status = 'CANCELLED';
    line.cancelReason = why.reason;
    line.cancelUser = why.user;
  }
  if (statusOf(order) === 'CANCELLED') {
    order.isOnHold = false;
    order.cancelTime = at;
    order.cancelReason = why.reason;
    order.cancelInitiator = why.user;
  }
  touch(order, at);
  return lines;
}

export function changeAddress(order: Order, at: number): void {
  order.addressVersion += 1;
  touch(order, at);
}

/** The next step on the way of an order that nobody cancels. */
export function stepOn(order: Order, at: number, packageId: string): void {
  switch (statusOf(order)) {
    case 'UNPAID':
      pay(order, at, false);
      break;
    case 'ON_HOLD':
      release(order, at);
      break;
    case 'AWAITING_SHIPMENT':
    case 'PARTIALLY_SHIPPING':
      ship(order, at, packageId);
      break;
    case 'AWAITING_COLLECTION':
      collect(order, at);
      break;
    case 'IN_TRANSIT':
      deliver(order, at);
      break;
    case 'DELIVERED':
      complete(order, at);
      break;
    case 'COMPLETED':
    case 'CANCELLED':
      throw new StepError(`order ${order.id} is ${statusOf(order)}: nothing follows`);
  }
}

/** Step by step to a status that lies ahead. */
export function bringTo(order: Order, status: OrderStatus, at: number, packageId: string): void {
  if (status === 'CANCELLED') {
    cancelLines(order, at, { reason: 'Out of stock', user: 'SELLER' });
    return;
  }
  if (status === 'ON_HOLD') {
    pay(order, at, true);
    return;
  }
  const [first] = order.lines;
  for (let steps = 0; statusOf(order) !== status; steps += 1) {
    if (steps > 8)
      throw new StepError(`order ${order.id} is ${statusOf(order)}: ${status} does not lie ahead`);
    if (status === 'PARTIALLY_SHIPPING' && statusOf(order) === 'AWAITING_SHIPMENT' && first !== undefined) {
      ship(order, at, packageId, [first.id]);
    } else stepOn(order, at, packageId);
  }
}
