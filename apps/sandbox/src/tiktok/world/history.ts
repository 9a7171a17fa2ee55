import type { Prng } from '../../world/prng.js';
import {
  askToCancel,
  cancelAtOnce,
  decideCancel,
  moveReturn,
  nextReturnStatuses,
  openReturn,
} from './after-sales-steps.js';
import { isShipped, statusOf } from './order-status.js';
import { cancelLines, collect, complete, deliver, pay, release, ship } from './order-steps.js';
import { SYSTEM_CANCEL_REASON } from './reasons.js';
import type { Cancellation, Order, ReturnCase } from './types.js';

const HOUR = 3600;
const DAY = 86_400;

export interface Life {
  order: Order;
  returns: ReturnCase[];
  cancellations: Cancellation[];
}

/** Lets an order live from its creation up to `horizon`. Each step happens only if its time has come. */
export function liveThrough(prng: Prng, order: Order, horizon: number): Life {
  const life: Life = { order, returns: [], cancellations: [] };
  const happens = (at: number, act: () => void): boolean => {
    if (at > horizon) return false;
    act();
    return true;
  };
  const paidAt = order.createTime + prng.int(15, 1500);
  if (prng.chance(0.035)) {
    const [, reason] = SYSTEM_CANCEL_REASON;
    happens(order.createTime + DAY, () =>
      cancelLines(order, order.createTime + DAY, { reason, user: 'SYSTEM' }),
    );
    return life;
  }
  const isHeld = prng.chance(0.4);
  if (!happens(paidAt, () => pay(order, paidAt, isHeld))) return life;
  const readyAt = isHeld ? paidAt + HOUR : paidAt;
  if (isHeld && prng.chance(0.04)) {
    const at = paidAt + prng.int(60, HOUR - 60);
    happens(at, () => life.cancellations.push(cancelAtOnce(prng, order, at, 'BUYER')));
    return life;
  }
  if (isHeld && !happens(readyAt, () => release(order, readyAt))) return life;
  beforeShipping(prng, life, readyAt, happens);
  if (statusOf(order) !== 'AWAITING_SHIPMENT' || prng.chance(0.01)) return life;
  shipAndDeliver(prng, life, readyAt, happens);
  return life;
}

type Happens = (at: number, act: () => void) => boolean;

function beforeShipping(prng: Prng, { order, cancellations }: Life, readyAt: number, happens: Happens): void {
  const at = readyAt + prng.int(HOUR, 5 * HOUR);
  if (prng.chance(0.015)) {
    happens(at, () => cancellations.push(cancelAtOnce(prng, order, at, 'SELLER')));
  } else if (order.lines.length > 1 && prng.chance(0.08)) {
    const [first] = order.lines;
    const lineIds = first === undefined ? [] : [first.id];
    happens(at, () => cancellations.push(cancelAtOnce(prng, order, at, 'SELLER', lineIds)));
  } else if (prng.chance(0.06)) {
    const decidedAt = at + prng.int(2 * HOUR, 40 * HOUR);
    const isGranted = prng.chance(0.7);
    happens(at, () => cancellations.push(askToCancel(prng, order, at)));
    const request = cancellations.at(-1);
    if (request !== undefined) happens(decidedAt, () => decideCancel(order, request, decidedAt, isGranted));
  }
}

function shipAndDeliver(prng: Prng, life: Life, readyAt: number, happens: Happens): void {
  const { order } = life;
  const open = order.lines.filter((line) => line.status === 'AWAITING_SHIPMENT').map(({ id }) => id);
  const isSplit = open.length > 1 && prng.chance(0.15);
  const firstAt = readyAt + prng.int(6 * HOUR, 50 * HOUR);
  const parcels = isSplit ? [open.slice(0, 1), open.slice(1)] : [open];
  let last = firstAt;
  for (const [index, lineIds] of parcels.entries()) {
    const shippedAt = index === 0 ? firstAt : last + prng.int(HOUR, 30 * HOUR);
    const collectedAt = shippedAt + prng.int(HOUR, 18 * HOUR);
    const deliveredAt = collectedAt + prng.int(DAY, 6 * DAY);
    const packageId = `1153${prng.digits(15)}`;
    if (!happens(shippedAt, () => ship(order, shippedAt, packageId, lineIds))) return;
    if (!happens(collectedAt, () => collect(order, collectedAt))) return;
    if (!happens(deliveredAt, () => deliver(order, deliveredAt))) return;
    last = deliveredAt;
  }
  if (!order.isSample && prng.chance(0.11)) giveBack(prng, life, last + prng.int(HOUR, 6 * DAY), happens);
  const completedAt = last + prng.int(7 * DAY, 10 * DAY);
  happens(completedAt, () => complete(order, completedAt));
}

function giveBack(prng: Prng, { order, returns }: Life, at: number, happens: Happens): void {
  const all = order.lines.filter((line) => isShipped(line) && !line.isGift).map(({ id }) => id);
  if (all.length === 0) return;
  const lineIds = prng.chance(0.6) ? all.slice(0, 1) : all;
  if (!happens(at, () => returns.push(openReturn(prng, order, [], at, { lineIds })))) return;
  const [item] = returns;
  if (item === undefined) return;
  for (let next = at; ; ) {
    const [usual, ...others] = nextReturnStatuses(item);
    if (usual === undefined) return;
    const status = prng.chance(0.8) || others.length === 0 ? usual : prng.pick(others);
    next += prng.int(6 * HOUR, 4 * DAY);
    const when = next;
    if (!happens(when, () => moveReturn(item, status, when))) return;
    // Some lie where they are: a parcel that nobody looks into, money that takes its time.
    if (prng.chance(0.12)) return;
  }
}
