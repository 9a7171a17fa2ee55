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
  /** Of the orders on a page, the share that `unreadable_order` damages: always the same ones. */
  orderShare: number;
  /** Only this order is damaged. */
  parentOrderSn?: string;
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
  strike(call: { type: string; appKey: string; params: Record<string, unknown> }): FaultRule[] {
    const struck: FaultRule[] = [];
    for (const rule of this.#rules) {
      if (rule.remaining === 0) continue;
      if (rule.type !== undefined && rule.type !== call.type) continue;
      if (rule.appKey !== undefined && rule.appKey !== call.appKey) continue;
      const isMatch = Object.entries(rule.match ?? {}).every(([name, value]) => call.params[name] === value);
      if (!isMatch || this.random() >= rule.probability) continue;
      if (rule.remaining !== null) rule.remaining -= 1;
      this.#strikes.set(rule.kind, (this.#strikes.get(rule.kind) ?? 0) + 1);
      struck.push(rule);
    }
    return struck;
  }
}
