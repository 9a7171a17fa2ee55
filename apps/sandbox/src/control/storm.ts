import type { FaultKind, FaultRule, FaultRules } from '../faults/faults.js';
import { Prng } from '../world/prng.js';

/** Share of the calls that a kind strikes while it blows, by kind; a kind that is not named never blows. */
export type StormShares = Partial<Record<FaultKind, number>>;

export const DEFAULT_SHARES: StormShares = {
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
const TICK_MS = 250;
/** A kind that is off begins at a tick with this chance; on average every seven seconds. */
const BEGIN_CHANCE = 0.035;

interface Squall {
  kind: FaultKind;
  ruleId: string;
  endsAtMs: number;
}

/** Faults that come and go by themselves, from a seed. Stopped, all of its faults are gone at once. */
export class Storm {
  #timer: NodeJS.Timeout | undefined;
  #squalls: Squall[] = [];
  #begun = 0;
  #settings: { seed: string; shares: StormShares } | undefined;

  constructor(private readonly faults: FaultRules) {}

  get state(): Record<string, unknown> {
    return {
      running: this.#settings !== undefined,
      ...this.#settings,
      squalls: this.#begun,
      blowing: this.#squalls.map(({ kind }) => kind),
      strikes: this.faults.strikes,
    };
  }

  start(seed: string, shares: StormShares): void {
    this.stop();
    this.#settings = { seed, shares };
    const prng = new Prng(`${seed}/storm`);
    let nowMs = 0;
    const hugeOrdersBefore = this.#hugeOrders;
    this.#timer = setInterval(() => {
      nowMs += TICK_MS;
      this.#end((squall) => squall.endsAtMs <= nowMs);
      for (const [kind, share] of Object.entries(shares) as [FaultKind, number][]) {
        const isBegun = prng.chance(BEGIN_CHANCE);
        const endsAtMs = nowMs + prng.int(400, 3_000);
        const rule = ruleOf(kind, share, prng);
        if (!isBegun || this.#squalls.some((squall) => squall.kind === kind)) continue;
        // One is enough: it lasts, and each is read again and again.
        if (kind === 'huge_order' && this.#hugeOrders > hugeOrdersBefore) continue;
        this.#begun += 1;
        this.#squalls.push({ kind, ruleId: this.faults.add(rule).id, endsAtMs });
      }
    }, TICK_MS);
    this.#timer.unref();
  }

  get #hugeOrders(): number {
    return this.faults.strikes.huge_order ?? 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#end(() => true);
    this.#settings = undefined;
  }

  #end(isOver: (squall: Squall) => boolean): void {
    for (const squall of this.#squalls.filter(isOver)) this.faults.clear(squall.ruleId);
    this.#squalls = this.#squalls.filter((squall) => !isOver(squall));
  }
}

/** Draws the same number of values whatever the kind, so that the shares do not move the rest of the storm. */
function ruleOf(kind: FaultKind, share: number, prng: Prng): Omit<FaultRule, 'id'> {
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
