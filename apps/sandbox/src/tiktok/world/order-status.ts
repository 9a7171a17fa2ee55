import type { Line, LineStatus, Order, OrderStatus } from './types.js';

/** The way of a line that is not cancelled. */
const WAY = [
  'UNPAID',
  'AWAITING_SHIPMENT',
  'AWAITING_COLLECTION',
  'IN_TRANSIT',
  'DELIVERED',
  'COMPLETED',
] as const satisfies readonly LineStatus[];

function isBefore(status: LineStatus, other: (typeof WAY)[number]): boolean {
  return WAY.indexOf(status as (typeof WAY)[number]) < WAY.indexOf(other);
}

export function isShipped({ status }: Line): boolean {
  return status !== 'CANCELLED' && !isBefore(status, 'AWAITING_COLLECTION');
}

/** Of all lines that are left: the one that is least far, and PARTIALLY_SHIPPING where only some are shipped. */
export function statusOf(order: Order): OrderStatus {
  const left = order.lines.filter(({ status }) => status !== 'CANCELLED');
  const least = WAY.find((status) => left.some((line) => line.status === status));
  if (least === undefined) return 'CANCELLED';
  if (least === 'AWAITING_SHIPMENT') {
    if (order.isOnHold) return 'ON_HOLD';
    if (left.some(isShipped)) return 'PARTIALLY_SHIPPING';
  }
  return least;
}

/** Where the recipient is not given yet. */
export function hidesAddress(order: Order): boolean {
  const status = statusOf(order);
  return status === 'UNPAID' || status === 'ON_HOLD';
}
