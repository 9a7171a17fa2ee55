import type { FaultRules, Rule, StruckCall } from '../../faults/fault-rules.js';
import type { Prng } from '../../world/prng.js';

export const FAULT_KINDS = [
  'rate_limit',
  'system_error',
  'timed_out',
  'http_error',
  'html',
  'garbage',
  'cut',
  'delay',
  'business_error',
  'token_expired',
  'empty_page',
  'repeated_pages',
  'unknown_status',
  'missing_address',
  'unreadable_order',
  'late_change',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultRule extends Rule<FaultKind> {
  /** `after` strikes when the work is done and only its answer is lost. */
  when: 'before' | 'after';
  delayMs: number;
  httpStatus: number;
  /** What `business_error` answers with. */
  errorCode: number;
  /** Of `rate_limit`; null leaves the header out. */
  retryAfterSeconds: number | null;
  /** Of the orders that a kind may strike, the share that it does: always the same ones. */
  orderShare: number;
  /** Only this order. */
  orderId?: string;
  /** How far back `late_change` dates its change. */
  lateSeconds: number;
}

export type TikTokFaults = FaultRules<FaultKind, FaultRule>;

export const ORDER_SEARCH = 'POST /order/202309/orders/search';

/** Kinds that must be there before the answer is made, whatever the rule says. */
const BEFORE_ONLY: ReadonlySet<FaultKind> = new Set(['token_expired', 'repeated_pages', 'late_change']);

export function phaseOf(rule: FaultRule): 'before' | 'after' {
  return BEFORE_ONLY.has(rule.kind) ? 'before' : rule.when;
}

export function isMeantFor(rule: FaultRule, { type, params }: StruckCall): boolean {
  switch (rule.kind) {
    case 'repeated_pages':
      return params.page_token !== undefined;
    case 'late_change':
      return type === (rule.type ?? ORDER_SEARCH);
    case 'empty_page':
      return type.endsWith('/search');
    case 'unknown_status':
    case 'missing_address':
    case 'unreadable_order':
      return type.includes('/orders') && !type.endsWith('/price_detail');
    case 'token_expired':
      return !type.includes('/token/');
    case 'rate_limit':
    case 'system_error':
    case 'timed_out':
    case 'http_error':
    case 'html':
    case 'garbage':
    case 'cut':
    case 'delay':
    case 'business_error':
      return true;
  }
}

/** Share of the calls that a kind strikes while it blows. */
export const DEFAULT_SHARES: Partial<Record<FaultKind, number>> = {
  rate_limit: 0.5,
  system_error: 0.25,
  timed_out: 0.15,
  http_error: 0.25,
  html: 0.15,
  garbage: 0.15,
  cut: 0.2,
  delay: 0.3,
  business_error: 0.2,
  token_expired: 0.05,
  empty_page: 0.3,
  repeated_pages: 0.5,
  unknown_status: 1,
  missing_address: 1,
  unreadable_order: 1,
  late_change: 0.1,
};

export const DEFAULT_LATE_SECONDS = 300;
/** "Failed to get orders": one of the hiccups that the documents say to try again. */
export const ORDER_HICCUP = 10002014;

export function drawRule(kind: FaultKind, share: number, prng: Prng): Omit<FaultRule, 'id'> {
  const delayMs = prng.int(200, 2_500);
  const httpStatus = prng.pick([500, 502, 503, 504]);
  const when = prng.chance(0.5) ? 'after' : 'before';
  const orderShare = 0.02 + prng.next() * 0.1;
  const retryAfterSeconds = prng.chance(0.5) ? 1 : null;
  return {
    kind,
    probability: share,
    remaining: null,
    when,
    delayMs,
    httpStatus,
    errorCode: ORDER_HICCUP,
    retryAfterSeconds,
    orderShare,
    lateSeconds: DEFAULT_LATE_SECONDS,
    ...(kind === 'business_error' ? { type: ORDER_SEARCH } : {}),
  };
}
