/** A call as far as a rule looks at it. */
export interface StruckCall {
  type: string;
  appKey: string;
  params: Record<string, unknown>;
}

/** What a fault strikes, and how often; each marketplace adds what its kinds take. */
export interface Rule<Kind extends string> {
  id: string;
  kind: Kind;
  /** Only calls of this type. */
  type?: string;
  appKey?: string;
  /** Only calls whose top-level parameters have these values, e.g. `{"pageNumber": 3}`. */
  match?: Record<string, string | number | boolean>;
  /** 0 to 1; 1 by default. */
  probability: number;
  /** How often it still strikes; null is for ever. */
  remaining: number | null;
}

/** Faults on demand. They live in the process only: a restart clears them. */
export class FaultRules<Kind extends string, R extends Rule<Kind>> {
  #rules: R[] = [];
  #lastId = 0;
  #strikes = new Map<Kind, number>();

  constructor(
    /** Whether a kind can strike this call at all; a rule's count is not used up by other calls. */
    private readonly isMeantFor: (rule: R, call: StruckCall) => boolean,
    private readonly random: () => number = Math.random,
  ) {}

  add(rule: Omit<R, 'id'>): R {
    this.#lastId += 1;
    const added = { ...rule, id: `fault-${this.#lastId}` } as R;
    this.#rules.push(added);
    return added;
  }

  list(): R[] {
    return this.#rules;
  }

  /** How often each kind has struck since the start. */
  get strikes(): Partial<Record<Kind, number>> {
    return Object.fromEntries(this.#strikes) as Partial<Record<Kind, number>>;
  }

  clear(id?: string): number {
    const before = this.#rules.length;
    this.#rules = id === undefined ? [] : this.#rules.filter((rule) => rule.id !== id);
    return before - this.#rules.length;
  }

  /** The rules that strike this call, in the order they were added; each strike uses one of its count. */
  strike(call: StruckCall): R[] {
    const struck: R[] = [];
    for (const rule of this.#rules) {
      if (rule.remaining === 0) continue;
      if (rule.type !== undefined && rule.type !== call.type) continue;
      if (rule.appKey !== undefined && rule.appKey !== call.appKey) continue;
      const isMatch = Object.entries(rule.match ?? {}).every(([name, value]) => call.params[name] === value);
      if (!isMatch || !this.isMeantFor(rule, call) || this.random() >= rule.probability) continue;
      this.#count(rule, 1);
      struck.push(rule);
    }
    return struck;
  }

  /** It found nothing to strike in this call after all: its count is as before. */
  takeBack(rule: R): void {
    this.#count(rule, -1);
  }

  #count(rule: R, strikes: 1 | -1): void {
    if (rule.remaining !== null) rule.remaining -= strikes;
    this.#strikes.set(rule.kind, (this.#strikes.get(rule.kind) ?? 0) + strikes);
  }
}
