import type { FaultRules, Rule } from '../faults/fault-rules.js';
import { Prng } from '../world/prng.js';

/** Share of the calls that a kind strikes while it blows, by kind; a kind that is not named never blows. */
export type StormShares<Kind extends string> = Partial<Record<Kind, number>>;

const TICK_MS = 250;
/** A kind that is off begins at a tick with this chance; on average every seven seconds. */
const BEGIN_CHANCE = 0.035;

interface Squall<Kind> {
  kind: Kind;
  ruleId: string;
  endsAtMs: number;
}

/** Faults that come and go by themselves, from a seed. Stopped, all of its faults are gone at once. */
export class Storm<Kind extends string, R extends Rule<Kind>> {
  #timer: NodeJS.Timeout | undefined;
  #squalls: Squall<Kind>[] = [];
  #begun = 0;
  #settings: { seed: string; shares: StormShares<Kind> } | undefined;

  constructor(
    private readonly faults: FaultRules<Kind, R>,
    /** Must draw the same number of values whatever the kind, so that the shares do not move the rest of the storm. */
    private readonly drawRule: (kind: Kind, share: number, prng: Prng) => Omit<R, 'id'>,
    /** Kinds of which one strike a storm is enough: it lasts, and is read again and again. */
    private readonly onceKinds: readonly Kind[],
  ) {}

  get state(): Record<string, unknown> {
    return {
      running: this.#settings !== undefined,
      ...this.#settings,
      squalls: this.#begun,
      blowing: this.#squalls.map(({ kind }) => kind),
      strikes: this.faults.strikes,
    };
  }

  start(seed: string, shares: StormShares<Kind>): void {
    this.stop();
    this.#settings = { seed, shares };
    const prng = new Prng(`${seed}/storm`);
    let nowMs = 0;
    const strikesBefore = this.faults.strikes;
    this.#timer = setInterval(() => {
      nowMs += TICK_MS;
      this.#end((squall) => squall.endsAtMs <= nowMs);
      for (const [kind, share] of Object.entries(shares) as [Kind, number][]) {
        const isBegun = prng.chance(BEGIN_CHANCE);
        const endsAtMs = nowMs + prng.int(400, 3_000);
        const rule = this.drawRule(kind, share, prng);
        if (!isBegun || this.#squalls.some((squall) => squall.kind === kind)) continue;
        const strikes = (this.faults.strikes[kind] ?? 0) - (strikesBefore[kind] ?? 0);
        if (this.onceKinds.includes(kind) && strikes > 0) continue;
        this.#begun += 1;
        this.#squalls.push({ kind, ruleId: this.faults.add(rule).id, endsAtMs });
      }
    }, TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#end(() => true);
    this.#settings = undefined;
  }

  #end(isOver: (squall: Squall<Kind>) => boolean): void {
    for (const squall of this.#squalls.filter(isOver)) this.faults.clear(squall.ruleId);
    this.#squalls = this.#squalls.filter((squall) => !isOver(squall));
  }
}
