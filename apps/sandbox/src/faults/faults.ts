import type { WithheldAddress } from '../world/types.js';
import { isMeantFor, type StruckCall } from './fault-targets.js';

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

export interface FaultRule {
  id: string;
  kind: FaultKind;
  /** Only calls of this type. */
  type?: string;
  appKey?: string;
  /** Only calls whose top-level parameters have these values, e.g. `{"pageNumber": 3}`. */
  match?: Record<string, string | number | boolean>;
  /** 0 to 1; 1 by default. */
  probability: number;
  /** How often it still strikes; null is for ever. */
  remaining: number | null;
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

/** Faults on demand. They live in the process only: a restart clears them. */
export class FaultRules {
  #rules: FaultRule[] = [];
  #lastId = 0;
  #strikes = new Map<FaultKind, number>();

  constructor(private readonly random: () => number = Math.random) {}

  add(rule: Omit<FaultRule, 'id'>): FaultRule {
    this.#lastId += 1;
    const added = { ...rule, id: `fault-${this.#lastId}` };
    this.#rules.push(added);
    return added;
  }

  list(): FaultRule[] {
    return this.#rules;
  }

  /** How often each kind has struck since the start. */
  get strikes(): Record<string, number> {
    return Object.fromEntries(this.#strikes);
  }

  clear(id?: string): number {
    const before = this.#rules.length;
    this.#rules = id === undefined ? [] : this.#rules.filter((rule) => rule.id !== id);
    return before - this.#rules.length;
  }

  /** The rules that strike this call, in the order they were added; each strike uses one of its count. */
  strike(call: StruckCall): FaultRule[] {
    const struck: FaultRule[] = [];
    for (const rule of this.#rules) {
      if (rule.remaining === 0) continue;
      if (rule.type !== undefined && rule.type !== call.type) continue;
      if (rule.appKey !== undefined && rule.appKey !== call.appKey) continue;
      const isMatch = Object.entries(rule.match ?? {}).every(([name, value]) => call.params[name] === value);
      if (!isMatch || !isMeantFor(rule, call) || this.random() >= rule.probability) continue;
      this.#count(rule, 1);
      struck.push(rule);
    }
    return struck;
  }

  /** It found nothing to strike in this call after all: its count is as before. */
  takeBack(rule: FaultRule): void {
    this.#count(rule, -1);
  }

  #count(rule: FaultRule, strikes: 1 | -1): void {
    if (rule.remaining !== null) rule.remaining -= strikes;
    this.#strikes.set(rule.kind, (this.#strikes.get(rule.kind) ?? 0) + strikes);
  }
}
