import type { WithheldAddress } from '../world/types.js';
import type { FaultRules, Rule } from './fault-rules.js';

export const FAULT_KINDS = [
  'rate_limit',
  'system_error',
  'http_error',
  'html',
  'delay',
  'garbage',
  'cut',
  'business_error',
  'empty_page',
  'unreadable_order',
  'repeated_pages',
  'foreign_currency',
  'emptier_answer',
  'withheld_address',
  'late_change',
  'huge_order',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultRule extends Rule<FaultKind> {
  /** `after` strikes when the work is done and only its answer is lost. */
  when: 'before' | 'after';
  delayMs: number;
  httpStatus: number;
  /** What `business_error` answers with. */
  errorCode: number;
  /** Of the records that a kind may strike, the share that it does: always the same ones. */
  orderShare: number;
  /** Only this order, or this product. */
  parentOrderSn?: string;
  goodsId?: number;
  /** How `withheld_address` withholds; one of them by the order's number without it. */
  withheld?: WithheldAddress;
  /** How far back `late_change` dates its change. */
  lateSeconds: number;
  /** Of a `huge_order`. */
  lineCount: number;
}

export type TemuFaults = FaultRules<FaultKind, FaultRule>;

/** Kinds that must be there when the answer is made: they strike before it, whatever the rule says. */
const BEFORE_ONLY: ReadonlySet<FaultKind> = new Set([
  'repeated_pages',
  'withheld_address',
  'late_change',
  'huge_order',
]);

export function phaseOf(rule: FaultRule): 'before' | 'after' {
  return BEFORE_ONLY.has(rule.kind) ? 'before' : rule.when;
}
