import type { ParentOrder } from './types.js';

/** A change that the state of an order or product forbids; its text goes to the caller as it is. */
export class OperationError extends Error {}

/** A copy to be changed; its update time never goes back. */
export function changed(order: ParentOrder, nowSeconds: number): ParentOrder {
  const copy = structuredClone(order);
  copy.updateTime = Math.max(order.updateTime, nowSeconds);
  return copy;
}
