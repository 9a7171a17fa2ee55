import type { Prng } from '../world/prng.js';
import type { FaultKind, FaultRule } from './faults.js';

export const DEFAULT_SHARES: Partial<Record<FaultKind, number>> = {
  rate_limit: 0.5,
  system_error: 0.25,
  http_error: 0.25,
  html: 0.15,
  delay: 0.3,
  garbage: 0.15,
  cut: 0.2,
  business_error: 0.4,
  empty_page: 0.3,
  unreadable_order: 1,
  repeated_pages: 0.5,
  foreign_currency: 1,
  emptier_answer: 1,
  withheld_address: 1,
  late_change: 0.1,
  huge_order: 1,
};

/** A change is found only by who looks further back than the platform's lag. */
export const DEFAULT_LATE_SECONDS = 900;
export const HUGE_ORDER_LINES = 1200;

const AMOUNTS = 'bg.order.amount.query';
const AMOUNTS_PENDING = 140020008;

/** Draws the same number of values whatever the kind, so that the shares do not move the rest of the storm. */
export function drawRule(kind: FaultKind, share: number, prng: Prng): Omit<FaultRule, 'id'> {
  const delayMs = prng.int(200, 2_500);
  const httpStatus = prng.pick([500, 502, 503, 504]);
  const when = prng.chance(0.5) ? 'after' : 'before';
  const orderShare = 0.02 + prng.next() * 0.1;
  return {
    kind,
    probability: share,
    remaining: kind === 'huge_order' ? 1 : null,
    when,
    delayMs,
    httpStatus,
    errorCode: AMOUNTS_PENDING,
    orderShare,
    lateSeconds: DEFAULT_LATE_SECONDS,
    lineCount: HUGE_ORDER_LINES,
    ...(kind === 'business_error' ? { type: AMOUNTS } : {}),
  };
}
