export interface LoggedCall {
  atMs: number;
  region: string;
  type: string;
  appKey: string;
  mallId: number | null;
  /** 1000000 is success; null when no envelope was sent (cut, garbage, HTTP error). */
  errorCode: number | null;
  errorMsg: string;
  durationMs: number;
  /** Business parameters as received, without sign and token. */
  params: Record<string, unknown>;
  /** Parameters that the call does not know; `request` among them means a client nests its fields wrongly. */
  ignoredFields: string[];
}

export interface CallCounter {
  total: number;
  succeeded: number;
  byErrorCode: Record<string, number>;
}

const KEPT_CALLS = 10_000;

/** The latest calls and counters per type, for tests that count list calls. Nothing of it is stored. */
export class CallLog<Call extends Pick<LoggedCall, 'type' | 'errorCode'>> {
  #calls: Call[] = [];
  #counters = new Map<string, CallCounter>();

  constructor(private readonly successCode: number) {}

  add(call: Call): void {
    this.#calls.push(call);
    if (this.#calls.length > KEPT_CALLS * 1.2) this.#calls = this.#calls.slice(-KEPT_CALLS);
    const counter = this.#counters.get(call.type) ?? { total: 0, succeeded: 0, byErrorCode: {} };
    counter.total += 1;
    if (call.errorCode === this.successCode) counter.succeeded += 1;
    const key = String(call.errorCode ?? 'no envelope');
    counter.byErrorCode[key] = (counter.byErrorCode[key] ?? 0) + 1;
    this.#counters.set(call.type, counter);
  }

  /** Newest first. */
  latest(isMeant: (call: Call) => boolean, limit: number): Call[] {
    return this.#calls.filter(isMeant).slice(-limit).reverse();
  }

  counters(): { total: number; types: Record<string, CallCounter> } {
    const types = Object.fromEntries([...this.#counters].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { total: Object.values(types).reduce((sum, counter) => sum + counter.total, 0), types };
  }

  reset(): void {
    this.#calls = [];
    this.#counters.clear();
  }
}
