import { setTimeout as sleepUntimed } from 'node:timers/promises';
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { CallPriority } from '../port.js';
import {
  type CallLimit,
  type CallLimiter,
  type PermitKey,
  PermitsUsedUp,
  SHARE_OF_LIMIT,
} from './limiter.js';
import { Refusals } from './refusals.js';
import { WaitingLine } from './waiting-line.js';

/**
 * Opens a counter of the library: `points` to consume in each window. A window begins with its first use, so two of
 * them never touch, and at their border no double share passes.
 */
export type OpenCounter = (name: string, points: number, windowMs: number) => RateLimiterAbstract;

export type Sleep = (delayMs: number, signal?: AbortSignal) => Promise<void>;

export const sleep: Sleep = async (delayMs, signal) => {
  await sleepUntimed(delayMs, undefined, signal ? { signal } : undefined);
};

export interface PacedLimiterOptions {
  openCounter: OpenCounter;
  /** Whose app keys these are, where others count beside it: two marketplaces may name an app alike. */
  marketplace?: string | undefined;
  permitsPerSecond: number;
  sleep?: Sleep | undefined;
  /** Milliseconds, never going back; only ages what is remembered here. */
  clock?: (() => number) | undefined;
}

/**
 * Calls that fit in one window at full pace. At the border of two windows the time is lost that it takes to wake and to
 * ask; a long window has few borders, and nobody waits for its end, for slots are spaced within it.
 */
const SLOTS_A_WINDOW = 100;

/** A call costs that many points at full pace and more when slowed, so callers of different pace share one window. */
const POINTS_A_SLOT = 100;

/**
 * Slots no older than this are still used: a machine that is busy for a moment loses no permits. Older ones are lost, or
 * an idle spell would end in a burst. The app key's bucket takes these few; limits of single calls get none, for a limit
 * of one a second allows no two at once.
 */
const CATCH_UP_MS = 250;

/** Longer limits are quotas: they are counted, not spread. */
const LONGEST_SPREAD_MS = 60_000;

/** In a closed window we look again after this long: somebody may have left, or another process opened it. */
const LOOK_AGAIN_MS = 1_000;

/** From a standstill back to the full pace. */
const FULL_RECOVERY_MS = 10 * 60_000;

const LOWEST_PACE = 0.05;

/** After the first refusal nobody calls for so long: the marketplace's counter of a second fills meanwhile. */
const REST_MS = 1_000;

/** First refusals of several processes within this time are of the same burst: calls that were already on their way. */
const ONE_BURST_MS = 1_500;

/** So long refusals are believed to have another cause than our pace; then that is found out anew. */
const CLEARED_MS = 5 * 60_000;

/** A counter whose life is so short is over. The services may not delete it. */
const AT_ONCE_SECONDS = 0.001;

/** A share is kept as a whole number of the library's points. */
const POINTS_A_SHARE = 1_000;

/** So long the pace is believed; shorter than the standstill after a refusal, so that nobody goes on at the old one. */
const PACE_MEMORY_MS = 500;

/** Paces callers by counters that processes share. */
export function createPacedLimiter(options: PacedLimiterOptions): CallLimiter {
  const pause = options.sleep ?? sleep;
  const clock = options.clock ?? (() => performance.now());
  const paces = new Paces(options.openCounter, clock);
  const gates = new Map<string, Gate>();
  /** Of the limits that were ever exceeded; gates come and go. */
  const refusals = new Map<string, Refusals>();
  const quotas = new Map<string, RateLimiterAbstract>();
  const counters = new Map<string, SlotCounter>();

  const slotsOf = (spacingMs: number, catchUpMs: number): SlotCounter => {
    const name = `${spacingMs} ${catchUpMs}`;
    const known = counters.get(name);
    if (known) return known;
    const counter = new SlotCounter(options.openCounter, spacingMs, catchUpMs);
    counters.set(name, counter);
    return counter;
  };

  const gateOf = (name: string, spacingMs: number, outer?: Outer): Gate => {
    const known = gates.get(name);
    if (known) return known;
    const onIdle = () => gates.delete(name);
    const gate = new Gate({
      name,
      slots: slotsOf(spacingMs, outer ? 0 : CATCH_UP_MS),
      paces,
      refusals,
      pause,
      clock,
      outer,
      onIdle,
    });
    gates.set(name, gate);
    return gate;
  };

  const owner = options.marketplace === undefined ? '' : `${options.marketplace} `;
  const appGate = ({ appKey }: PermitKey): Gate =>
    gateOf(`${owner}${appKey}`, 1000 / options.permitsPerSecond);
  const narrowGate = (key: PermitKey, limit: CallLimit): Gate => {
    const name = `${owner}${narrowName(key, limit)}`;
    // To the app key the callers of one narrow limit are one shop more.
    const outer: Outer = (priority) => appGate(key).pass({ priority, shop: name }, undefined);
    return gateOf(name, limit.perMs / limit.calls / SHARE_OF_LIMIT, outer);
  };

  const useQuota = async (key: PermitKey, limit: CallLimit): Promise<void> => {
    const points = Math.max(1, Math.floor(limit.calls * SHARE_OF_LIMIT));
    const name = `quota of ${points}`;
    const quota = quotas.get(name) ?? options.openCounter(name, points, limit.perMs);
    quotas.set(name, quota);
    try {
      await quota.consume(`${owner}${narrowName(key, limit)}`);
    } catch (refusal) {
      throw refusal instanceof RateLimiterRes ? new PermitsUsedUp(refusal.msBeforeNext) : refusal;
    }
  };

  return {
    async acquire(key, signal) {
      signal?.throwIfAborted();
      const limit = key.ownLimit;
      if (limit && limit.perMs <= LONGEST_SPREAD_MS) return narrowGate(key, limit).pass(key, signal);
      if (limit) await useQuota(key, limit);
      return appGate(key).pass(key, signal);
    },

    async penalize(key, retryAfterMs, sentAgoMs = 0) {
      const limit = key.ownLimit;
      // The narrower limit is the likelier cause; were it the app key's, calls without one would be refused too.
      const gate = limit && limit.perMs <= LONGEST_SPREAD_MS ? narrowGate(key, limit) : appGate(key);
      await gate.refused(retryAfterMs, sentAgoMs);
    },
  };
}

function narrowName({ appKey, operation, shop }: PermitKey, limit: CallLimit): string {
  return [appKey, operation, ...(limit.of === 'shop' ? [shop] : [])].join(' ');
}

/** Takes the permit of the wider limit. */
type Outer = (priority: CallPriority) => Promise<void>;

interface GateParts {
  readonly name: string;
  readonly slots: SlotCounter;
  readonly paces: Paces;
  readonly refusals: Map<string, Refusals>;
  readonly pause: Sleep;
  readonly clock: () => number;
  readonly outer: Outer | undefined;
  readonly onIdle: () => void;
}

/** Where the callers of this process wait for the slots of one limit. */
class Gate {
  readonly #line = new WaitingLine();
  #isServing = false;

  constructor(private readonly parts: GateParts) {}

  pass({ priority, shop }: Pick<PermitKey, 'priority' | 'shop'>, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const turn = this.#line.join(priority, shop, signal);
    if (!this.#isServing) void this.#serve();
    return turn;
  }

  async refused(retryAfterMs: number | null, sentAgoMs: number): Promise<void> {
    const { name, slots, paces, refusals, clock } = this.parts;
    if (retryAfterMs !== null && retryAfterMs > 0) await slots.close(name, retryAfterMs);
    const known = refusals.get(name) ?? new Refusals();
    refusals.set(name, known);
    const cleared = await paces.cleared(name);
    const pace = await paces.of(name);
    const now = clock();
    const judgement =
      cleared === undefined ? known.judge(now, now - sentAgoMs, pace) : known.watch(now, cleared);
    switch (judgement.action) {
      case 'none':
        return;
      case 'rest':
        if (!(await paces.isFirstOfBurst(name))) return;
        await slots.close(name, REST_MS);
        return paces.slowTo(name, judgement.pace);
      case 'slow':
        return paces.slowTo(name, judgement.pace);
      case 'clear':
        return paces.clear(name, judgement.share);
    }
  }

  /**
   * Takes one slot after another while somebody waits. Who gets it is decided when its time has come: a person who
   * arrives meanwhile is let through first, and who has left wastes no permit. The wider permit is taken before the
   * narrow slot, for a wait between that slot and the call would spoil the spacing; and one at a time, so that who waits
   * for the narrow limit holds up nobody else.
   */
  async #serve(): Promise<void> {
    const { name, slots, paces, refusals, pause, clock, outer, onIdle } = this.parts;
    this.#isServing = true;
    let hasOuter = outer === undefined;
    try {
      for (let next = this.#line.next; next !== undefined; next = this.#line.next) {
        if (!hasOuter) await outer?.(next);
        hasOuter = true;
        const slot = await slots.take(name, await paces.of(name));
        const waitMs = Math.ceil(slot.isTaken ? slot.waitMs : Math.min(slot.waitMs, LOOK_AGAIN_MS));
        if (waitMs > 0) await pause(waitMs);
        if (!slot.isTaken) continue;
        const faster = this.#line.letGo() ? refusals.get(name)?.sent(clock()) : undefined;
        if (faster !== undefined) await paces.goOn(name, faster);
        hasOuter = outer === undefined;
      }
    } catch (error) {
      this.#line.fail(error);
    } finally {
      this.#isServing = false;
      onIdle();
    }
  }
}

/** Evenly spaced slots, counted by the library. */
class SlotCounter {
  readonly #counter: RateLimiterAbstract;
  readonly #pointMs: number;
  readonly #points = SLOTS_A_WINDOW * POINTS_A_SLOT;

  constructor(
    openCounter: OpenCounter,
    spacingMs: number,
    private readonly catchUpMs: number,
  ) {
    const windowMs = Math.ceil(spacingMs * SLOTS_A_WINDOW);
    this.#pointMs = windowMs / this.#points;
    this.#counter = openCounter('slots', this.#points, windowMs);
  }

  /** The library tells how many points are gone and how long the window still lasts: that is a place in time. */
  async take(key: string, pace: number): Promise<{ isTaken: boolean; waitMs: number }> {
    const cost = Math.ceil(POINTS_A_SLOT / pace);
    try {
      const { consumedPoints, msBeforeNext } = await this.#counter.consume(key, cost);
      const waitMs = msBeforeNext - (this.#points - (consumedPoints - cost)) * this.#pointMs;
      const lostPoints = Math.floor((-waitMs - this.catchUpMs) / this.#pointMs);
      if (lostPoints > 0) await this.#counter.penalty(key, lostPoints);
      return { isTaken: true, waitMs: Math.max(0, waitMs) };
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return { isTaken: false, waitMs: refusal.msBeforeNext };
      throw refusal;
    }
  }

  /** Nobody gets a slot for so long; a longer closure stays. */
  async close(key: string, delayMs: number): Promise<void> {
    const state = await this.#counter.get(key);
    const isClosed = state !== null && state.consumedPoints > this.#points;
    if (isClosed && state.msBeforeNext >= delayMs) return;
    await this.#counter.block(key, delayMs / 1000);
  }
}

/**
 * How much of the full pace may be used, and whether refusals are believed to have another cause. What is left of a
 * counter's life is how far we are below the full pace: it recovers by running out.
 */
class Paces {
  readonly #slowed: RateLimiterAbstract;
  readonly #bursts: RateLimiterAbstract;
  readonly #cleared: RateLimiterAbstract;
  readonly #known = new Map<string, { pace: number; at: number }>();
  readonly #knownCleared = new Map<string, { share: number | undefined; at: number }>();

  constructor(
    openCounter: OpenCounter,
    private readonly clock: () => number,
  ) {
    this.#slowed = openCounter('slowed', 1, FULL_RECOVERY_MS);
    this.#bursts = openCounter('refused', 1, ONE_BURST_MS);
    this.#cleared = openCounter('cleared', 1, CLEARED_MS);
  }

  async of(key: string): Promise<number> {
    const known = this.#known.get(key);
    const now = this.clock();
    if (known && now - known.at < PACE_MEMORY_MS) return known.pace;
    const pace = await this.#read(key);
    this.#known.set(key, { pace, at: now });
    return pace;
  }

  /** The share of calls that is refused whatever our pace; undefined when refusals are taken for ours. */
  async cleared(key: string): Promise<number | undefined> {
    const known = this.#knownCleared.get(key);
    const now = this.clock();
    if (known && now - known.at < PACE_MEMORY_MS) return known.share;
    const state = await this.#cleared.get(key);
    const isCleared = state !== null && state.msBeforeNext > 0;
    const share = isCleared ? state.consumedPoints / POINTS_A_SHARE : undefined;
    this.#knownCleared.set(key, { share, at: now });
    return share;
  }

  async isFirstOfBurst(key: string): Promise<boolean> {
    try {
      await this.#bursts.consume(key);
      return true;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false;
      throw refusal;
    }
  }

  /** Refusals are ours: no faster than that, and faster again as time goes by. Another process may be slower already. */
  async slowTo(key: string, pace: number): Promise<void> {
    const slower = Math.max(LOWEST_PACE, Math.min(pace, await this.#read(key)));
    await this.#slowed.set(key, 1, ((1 - slower) * FULL_RECOVERY_MS) / 1000);
    if ((await this.cleared(key)) !== undefined) await this.#cleared.set(key, 0, AT_ONCE_SECONDS);
    this.#forget(key);
  }

  /** Slowing down has helped; less of it does. */
  async goOn(key: string, pace: number): Promise<void> {
    await this.#slowed.set(key, 1, ((1 - pace) * FULL_RECOVERY_MS) / 1000);
    this.#forget(key);
  }

  /** Refusals are not ours: the full pace, for a while. */
  async clear(key: string, share: number): Promise<void> {
    await this.#cleared.set(key, Math.round(share * POINTS_A_SHARE), CLEARED_MS / 1000);
    await this.#slowed.set(key, 0, AT_ONCE_SECONDS);
    this.#forget(key);
  }

  #forget(key: string): void {
    this.#known.delete(key);
    this.#knownCleared.delete(key);
  }

  async #read(key: string): Promise<number> {
    const state = await this.#slowed.get(key);
    const msLeft = Math.max(0, state?.msBeforeNext ?? 0);
    return Math.max(LOWEST_PACE, 1 - msLeft / FULL_RECOVERY_MS);
  }
}
