import type { Prng } from '../../world/prng.js';
import { isShipped } from './order-status.js';
import { cancelLines, StepError } from './order-steps.js';
import { BUYER_CANCEL_REASONS, RETURN_REASONS, type Reason, SELLER_CANCEL_REASONS } from './reasons.js';
import type { Cancellation, Order, ReturnCase, ReturnStatus, Role } from './types.js';

function caseLines(prng: Prng, lineIds: readonly string[]): { id: string; lineId: string }[] {
  return lineIds.map((lineId) => ({ id: `4035${prng.digits(15)}`, lineId }));
}

/** Cancelled at once, by seller or system, or by a buyer while the order is on hold; changes the order. */
export function cancelAtOnce(
  prng: Prng,
  order: Order,
  at: number,
  role: Role,
  lineIds?: readonly string[],
  [reason, reasonText]: Reason = prng.pick(role === 'BUYER' ? BUYER_CANCEL_REASONS : SELLER_CANCEL_REASONS),
): Cancellation {
  const lines = cancelLines(order, at, { reason: reasonText, user: role }, lineIds);
  return {
    id: `4034${prng.digits(15)}`,
    orderId: order.id,
    type: 'CANCEL',
    role,
    status: 'CANCELLATION_REQUEST_COMPLETE',
    reason,
    reasonText,
    createTime: at,
    updateTime: at,
    lines: caseLines(
      prng,
      lines.map(({ id }) => id),
    ),
  };
}

/** A buyer asks; the order stands until somebody decides. */
export function askToCancel(prng: Prng, order: Order, at: number, lineIds?: readonly string[]): Cancellation {
  const open = order.lines.filter(
    (line) => line.status === 'AWAITING_SHIPMENT' && (lineIds?.includes(line.id) ?? true),
  );
  if (open.length === 0) throw new StepError(`order ${order.id} has nothing that a buyer may ask to cancel`);
  const [reason, reasonText] = prng.pick(BUYER_CANCEL_REASONS);
  order.updateTime = Math.max(order.updateTime, at);
  return {
    id: `4034${prng.digits(15)}`,
    orderId: order.id,
    type: 'BUYER_CANCEL',
    role: 'BUYER',
    status: 'CANCELLATION_REQUEST_PENDING',
    reason,
    reasonText,
    createTime: at,
    updateTime: at,
    lines: caseLines(
      prng,
      open.map(({ id }) => id),
    ),
  };
}

/** Granted, the units are cancelled: SUCCESS. Refused or thought better of: CANCELLED. Changes both. */
export function decideCancel(order: Order, request: Cancellation, at: number, isGranted: boolean): void {
  if (request.status !== 'CANCELLATION_REQUEST_PENDING') {
    throw new StepError(`cancellation ${request.id} is ${request.status}: it is decided`);
  }
  if (isGranted) {
    const lineIds = request.lines.map(({ lineId }) => lineId);
    cancelLines(order, at, { reason: request.reasonText, user: 'BUYER' }, lineIds);
  }
  request.status = isGranted ? 'CANCELLATION_REQUEST_SUCCESS' : 'CANCELLATION_REQUEST_CANCELLED';
  request.updateTime = at;
  order.updateTime = Math.max(order.updateTime, at);
}

/** On units that have arrived and that no other case asks for. */
export function openReturn(
  prng: Prng,
  order: Order,
  others: readonly ReturnCase[],
  at: number,
  options: { lineIds?: readonly string[]; type?: ReturnCase['type'] } = {},
): ReturnCase {
  const taken = new Set(others.filter(isAlive).flatMap((each) => each.lines.map(({ lineId }) => lineId)));
  const lineIds = order.lines
    .filter((line) => isShipped(line) && line.deliveredAt !== null && !taken.has(line.id) && !line.isGift)
    .map(({ id }) => id)
    .filter((id) => options.lineIds?.includes(id) ?? true);
  if (lineIds.length === 0) throw new StepError(`order ${order.id} has nothing to give back`);
  const [reason, reasonText] = prng.pick(RETURN_REASONS);
  return {
    id: `4036${prng.digits(15)}`,
    orderId: order.id,
    type: options.type ?? (prng.chance(0.5) ? 'REFUND' : 'RETURN_AND_REFUND'),
    status: 'RETURN_OR_REFUND_REQUEST_PENDING',
    reason,
    reasonText,
    createTime: at,
    updateTime: at,
    lines: caseLines(prng, lineIds),
  };
}

function isAlive({ status }: ReturnCase): boolean {
  return status !== 'REFUND_OR_RETURN_REQUEST_REJECT' && status !== 'RETURN_OR_REFUND_REQUEST_CANCEL';
}

/** What may follow; nothing after an end. */
export function nextReturnStatuses({ status, type }: ReturnCase): readonly ReturnStatus[] {
  switch (status) {
    case 'RETURN_OR_REFUND_REQUEST_PENDING':
      return [
        type === 'REFUND' ? 'RETURN_OR_REFUND_REQUEST_SUCCESS' : 'AWAITING_BUYER_SHIP',
        'REFUND_OR_RETURN_REQUEST_REJECT',
        'RETURN_OR_REFUND_REQUEST_CANCEL',
      ];
    case 'AWAITING_BUYER_SHIP':
      return ['BUYER_SHIPPED_ITEM', 'RETURN_OR_REFUND_REQUEST_CANCEL'];
    case 'BUYER_SHIPPED_ITEM':
      return ['RETURN_OR_REFUND_REQUEST_SUCCESS', 'REJECT_RECEIVE_PACKAGE'];
    case 'RETURN_OR_REFUND_REQUEST_SUCCESS':
      return ['RETURN_OR_REFUND_REQUEST_COMPLETE'];
    case 'REJECT_RECEIVE_PACKAGE':
    case 'REFUND_OR_RETURN_REQUEST_REJECT':
    case 'RETURN_OR_REFUND_REQUEST_CANCEL':
    case 'RETURN_OR_REFUND_REQUEST_COMPLETE':
      return [];
  }
}

/** Changes the case. The order does not move: its update time is that of its own status. */
export function moveReturn(item: ReturnCase, status: ReturnStatus, at: number): void {
  if (!nextReturnStatuses(item).includes(status)) {
    throw new StepError(`return ${item.id} is ${item.status}: ${status} does not follow`);
  }
  item.status = status;
  item.updateTime = Math.max(item.updateTime, at);
}
