/** Calls at one pace after which its share of refusals is believed, when there were so many. */
const ENOUGH_CALLS = 15;
const ENOUGH_REFUSED = 3;

/** The first of several refusals says only that something is wrong, not how much. */
const FIRST_STEP = 0.8;
/** Where our pace is the cause, we go on so far below what was let through: the marketplace's counter recovers. */
const BELOW_LET_THROUGH = 0.8;
const LARGEST_STEP = 0.2;
/** Above this share we go slowly whatever the cause, and try nothing. */
const TOO_MANY = 0.6;

/** Pace of a trial, of the pace before it: the more is refused, the more it takes to make a difference. */
const FASTEST_TRIAL = 0.9;
const SLOWEST_TRIAL = 0.3;
const SLOWER_BY_SHARE = 5;
/** When less than this part of the former share is refused at the trial's pace, our pace was the cause. */
const STILL_REFUSED = 0.5;
/** A trial has lost its meaning when the pace has recovered by so much of the way back. */
const RECOVERED = 0.3;

/** So long after a trial that showed it we slow down at each refusal and try nothing, unless about as many are refused. */
const HELPED_MEMORY_MS = 5 * 60_000;
const AS_BEFORE = 0.5;

/** After a trial that has cleared us so many calls are made before the next, twice as many after each. */
const FIRST_TRUST = 100;
const LONGEST_TRUST = 3_200;
/** Meanwhile so many calls are looked at together, in case much more is refused than before. */
const WATCHED_CALLS = 40;
const MORE_REFUSED = 0.33;
/** When a trial was wrong, none is made for so long. */
const DISTRUST_MS = 5 * 60_000;

/** Without a refusal for so long, the next is the first again. */
const CALM_MS = 60_000;
/** Two paces that are told apart; a pace that recovers rises. */
const SAME_PACE = 0.95;
const TIMES_KEPT = 64;

export type Judgement =
  /** Nothing is known yet, or the call was on its way before the last change. */
  | { readonly action: 'none' }
  /** Nobody calls for a moment: what is on its way comes back first. */
  | { readonly action: 'rest'; readonly pace: number }
  | { readonly action: 'slow'; readonly pace: number }
  /** It is not our pace: `share` of the calls are refused whatever we do. */
  | { readonly action: 'clear'; readonly share: number };

const NONE: Judgement = { action: 'none' };

/** Calls at one pace. */
interface Stretch {
  readonly since: number;
  readonly pace: number;
  /** After a rest the marketplace's counter is full and lets more through than it grants; the next refusal begins anew. */
  readonly isCounting: boolean;
  calls: number;
  refused: number;
  /** When the latest calls were let go; the answer to one comes behind others that were let go after it. */
  readonly times: number[];
}

/**
 * Tells refusals that our pace has caused from those that it has not, for one limit in one process.
 *
 * It tries it out. What is refused for the pace of all who use the key is refused less when we go slowly, and much less when
 * we go much more slowly. What the platform refuses by chance, or because it is unwell, is refused as often at any pace:
 * then going slowly helps nobody, and only each refused call is made again. A trial that says so is repeated, less and less
 * often, and at once when more is refused.
 */
export class Refusals {
  #stretch: Stretch | undefined;
  /** A trial is under way: what was seen before it, at the pace of then. */
  #trial: { readonly pace: number; readonly share: number } | undefined;
  #lastRefusedAt = Number.NEGATIVE_INFINITY;
  #trust = FIRST_TRUST;
  /** The last trial that showed our pace to be the cause, and the share that was refused before it. */
  #slowingHelped: { readonly share: number; readonly at: number; calls: number; refused: number } | undefined;
  #noTrialBefore = Number.NEGATIVE_INFINITY;
  /** Calls at the full pace since a trial has cleared us, and those of the latest look. */
  #cleared = { calls: 0, refused: 0 };
  #watched = { calls: 0, refused: 0 };

  /** A call was let go. @returns the pace to go on with when a trial has just shown that slowing down helps */
  sent(now: number): number | undefined {
    this.#cleared.calls += 1;
    this.#watched.calls += 1;
    const stretch = this.#stretch;
    if (stretch === undefined) return undefined;
    stretch.calls += 1;
    if (this.#slowingHelped !== undefined) this.#slowingHelped.calls += 1;
    stretch.times.push(now);
    if (stretch.times.length > TIMES_KEPT) stretch.times.shift();
    const trial = this.#trial;
    if (trial === undefined) return undefined;
    // As many calls as would have brought twice the refusals that clear us, were it not for the slower pace.
    if (stretch.calls < Math.max(ENOUGH_CALLS, (2 * ENOUGH_REFUSED) / trial.share)) return undefined;
    return stretch.refused / stretch.calls < trial.share * STILL_REFUSED
      ? this.#helped(now, trial)
      : undefined;
  }

  /** @param pace of now, 1 is the full one; @param sentAt when the refused call was let go */
  judge(now: number, sentAt: number, pace: number): Judgement {
    const wasCalm = now - this.#lastRefusedAt > CALM_MS;
    this.#lastRefusedAt = now;
    if (wasCalm) {
      this.#trial = undefined;
      this.#trust = FIRST_TRUST;
      this.#begin(now, pace * FIRST_STEP, false);
      return { action: 'rest', pace: pace * FIRST_STEP };
    }
    const stretch = this.#stretch;
    if (stretch !== undefined && sentAt <= stretch.since) return NONE;
    // Another process has slowed us down: what was seen so far was seen at another pace.
    if (stretch === undefined || !stretch.isCounting || pace < stretch.pace * SAME_PACE) {
      this.#trial = undefined;
      this.#begin(now, pace);
      return NONE;
    }
    stretch.refused += 1;
    const calls = stretch.calls - stretch.times.filter((time) => time > sentAt).length;
    const trial = this.#trial;
    const helped = this.#recentlyHelped(now);
    if (helped !== undefined) helped.refused += 1;
    const enough = trial === undefined && helped !== undefined ? 1 : ENOUGH_REFUSED;
    if (calls < ENOUGH_CALLS || stretch.refused < enough) return NONE;
    const share = Math.min(1, stretch.refused / calls);
    if (trial === undefined) {
      if (helped !== undefined && helped.refused < helped.calls * helped.share * AS_BEFORE)
        return this.#slow(now, pace, share);
      // Slowing down seemed to help, and yet about as many are refused as before: perhaps that was chance.
      return helped === undefined || helped.calls >= 2 * ENOUGH_CALLS ? this.#try(now, pace, share) : NONE;
    }
    if (pace > stretch.pace + (trial.pace - stretch.pace) * RECOVERED) {
      this.#trial = undefined;
      this.#begin(now, pace);
      return NONE;
    }
    if (share > TOO_MANY) return this.#slow(now, trial.pace, share);
    return share >= trial.share * STILL_REFUSED ? this.#clear(share) : NONE;
  }

  /** Refused while refusals are believed to have another cause, which was found at `share` of them. */
  watch(now: number, share: number): Judgement {
    this.#lastRefusedAt = now;
    this.#stretch = undefined;
    this.#trial = undefined;
    this.#cleared.refused += 1;
    this.#watched.refused += 1;
    const { calls, refused } = this.#watched;
    if (calls >= WATCHED_CALLS) {
      this.#watched = { calls: 0, refused: 0 };
      const seen = Math.min(1, refused / calls);
      if (seen > TOO_MANY) {
        this.#noTrialBefore = now + DISTRUST_MS;
        return this.#slow(now, 1, seen);
      }
      if (seen > share + MORE_REFUSED * (1 - share)) return this.#try(now, 1, seen);
    }
    if (this.#cleared.calls < this.#trust) return NONE;
    return this.#try(now, 1, Math.min(1, this.#cleared.refused / this.#cleared.calls));
  }

  #try(now: number, pace: number, share: number): Judgement {
    if (share > TOO_MANY || now < this.#noTrialBefore) return this.#slow(now, pace, share);
    const trialPace = pace * Math.max(SLOWEST_TRIAL, FASTEST_TRIAL - SLOWER_BY_SHARE * share);
    this.#begin(now, trialPace);
    this.#trial = { pace, share };
    return { action: 'slow', pace: trialPace };
  }

  #recentlyHelped(now: number) {
    const helped = this.#slowingHelped;
    return helped !== undefined && now - helped.at <= HELPED_MEMORY_MS ? helped : undefined;
  }

  #helped(now: number, { pace, share }: { pace: number; share: number }): number {
    this.#trial = undefined;
    this.#slowingHelped = {
      share: Math.max(share, this.#recentlyHelped(now)?.share ?? 0),
      at: now,
      calls: 0,
      refused: 0,
    };
    const next = pace * (1 - share) * BELOW_LET_THROUGH;
    this.#begin(now, next);
    return next;
  }

  #slow(now: number, pace: number, share: number): Judgement {
    this.#trial = undefined;
    const next = pace * Math.max(LARGEST_STEP, (1 - share) * BELOW_LET_THROUGH);
    this.#begin(now, next);
    return { action: 'slow', pace: next };
  }

  #clear(share: number): Judgement {
    this.#stretch = undefined;
    this.#trial = undefined;
    this.#trust = Math.min(LONGEST_TRUST, this.#trust * 2);
    this.#cleared = { calls: 0, refused: 0 };
    this.#watched = { calls: 0, refused: 0 };
    return { action: 'clear', share };
  }

  #begin(now: number, pace: number, isCounting = true): void {
    this.#stretch = { since: now, isCounting, pace, calls: 0, refused: 0, times: [] };
  }
}
