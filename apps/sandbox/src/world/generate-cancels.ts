import { newRequest, openParts } from './cancel-requests.js';
import { setLabel } from './order-labels.js';
import { Prng } from './prng.js';
import type { CancelRequest, ParentOrder } from './types.js';

const HOUR = 3600;

/**
 * Buyers' requests to cancel, up to `horizon`: those that were granted, refused or withdrawn, and some that are
 * undecided. Drawn from a sequence of their own, so that they move nothing else of the world.
 */
export function makeCancels(order: ParentOrder, horizon: number): CancelRequest[] {
  const prng = new Prng(`cancels/${order.parentOrderSn}`);
  const requests: CancelRequest[] = [];
  const cancelled = order.lines.flatMap(({ orderSn, canceledQuantityBeforeShipment: quantity }) =>
    quantity === 0 ? [] : [{ orderSn, quantity }],
  );
  if (cancelled.length > 0) {
    const decidedAt = order.status === 3 ? order.updateTime : (order.confirmTime ?? order.createTime) + HOUR;
    const askedAt = Math.max(order.createTime, decidedAt - prng.int(60, 12 * HOUR));
    requests.push(newRequest(requests, order, cancelled, 5, askedAt, Math.max(askedAt, decidedAt)));
  }
  const firstShippedAt = order.lines.find((line) => line.shippedAt !== null)?.shippedAt;
  if (firstShippedAt != null && prng.chance(0.012)) {
    const askedAt = Math.max(order.createTime, firstShippedAt - prng.int(HOUR, 12 * HOUR));
    const parts = order.lines
      .filter((line) => line.status !== 3)
      .map(({ orderSn, quantity, canceledQuantityBeforeShipment }) => ({
        orderSn,
        quantity: quantity - canceledQuantityBeforeShipment,
      }));
    requests.push(newRequest(requests, order, parts, prng.chance(0.5) ? 6 : 7, askedAt, firstShippedAt));
  }
  const askedAt = Math.max(order.updateTime, horizon - prng.int(HOUR, 18 * HOUR));
  const isAsked = prng.chance(0.07);
  if ((order.status === 1 || order.status === 2) && isAsked && askedAt <= horizon) {
    requests.push(newRequest(requests, order, openParts(order), 1, askedAt));
    setLabel(order, 'pending_buyer_cancellation', true);
    order.updateTime = askedAt;
  }
  return requests;
}
