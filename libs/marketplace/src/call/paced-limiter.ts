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

const SLOWDOWN = 0.8;
const LOWEST_PACE = 0.05;

/** Refusals within this time of another are of the same burst: calls that were already on their way. */
const ONE_BURST_MS = 3_000;

/** So long the pace is believed; shorter than the standstill after a refusal, so that nobody goes on at the old one. */
const PACE_MEMORY_MS = 500;

/** Paces callers by counters that processes share. */
export function createPacedLimiter(options: PacedLimiterOptions): CallLimiter {
  const pause = options.sleep ?? sleep;
  const paces = new Paces(options.openCounter, options.clock ?? (() => performance.now()));
  const gates = new Map<string, Gate>();
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
      pause,
      outer,
      onIdle,
    });
    gates.set(name, gate);
    return gate;
  };

  const appGate = ({ appKey }: PermitKey): Gate => gateOf(appKey, 1000 / options.permitsPerSecond);
  const narrowGate = (key: PermitKey, limit: CallLimit): Gate => {
    const name = narrowName(key, limit);
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
      await quota.consume(narrowName(key, limit));
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

    async penalize(key, retryAfterMs) {
      const limit = key.ownLimit;
      // The narrower limit is the likelier cause; were it the app key's, calls without one would be refused too.
      const gate = limit && limit.perMs <= LONGEST_SPREAD_MS ? narrowGate(key, limit) : appGate(key);
      await gate.refused(retryAfterMs);
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
  readonly pause: Sleep;
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

  async refused(retryAfterMs: number): Promise<void> {
    const { name, slots, paces } = this.parts;
    await slots.close(name, retryAfterMs);
    await paces.slowDown(name);
  }

  /**
   * Takes one slot after another while somebody waits. Who gets it is decided when its time has come: a person who
   * arrives meanwhile is let through first, and who has left wastes no permit. The wider permit is taken before the
   * narrow slot, for a wait between that slot and the call would spoil the spacing; and one at a time, so that who waits
   * for the narrow limit holds up nobody else.
   */
  async #serve(): Promise<void> {
    const { name, slots, paces, pause, outer, onIdle } = this.parts;
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
        this.#line.letGo();
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
 * How much of the full pace may be used. What is left of a counter's life is how far we are below it: a refusal puts
 * it to a fifth below the pace of the moment, and it runs out by itself.
 */
class Paces {
  readonly #slowed: RateLimiterAbstract;
  readonly #bursts: RateLimiterAbstract;
  readonly #known = new Map<string, { pace: number; at: number }>();

  constructor(
    openCounter: OpenCounter,
    private readonly clock: () => number,
  ) {
    this.#slowed = openCounter('slowed', 1, FULL_RECOVERY_MS);
    this.#bursts = openCounter('refused', 1, ONE_BURST_MS);
  }

  async of(key: string): Promise<number> {
    const known = this.#known.get(key);
    const now = this.clock();
    if (known && now - known.at < PACE_MEMORY_MS) return known.pace;
    const pace = await this.#read(key);
    this.#known.set(key, { pace, at: now });
    return pace;
  }

  async slowDown(key: string): Promise<void> {
    try {
      await this.#bursts.consume(key);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return;
      throw refusal;
    }
    const pace = Math.max(LOWEST_PACE, (await this.#read(key)) * SLOWDOWN);
    await this.#slowed.set(key, 1, ((1 - pace) * FULL_RECOVERY_MS) / 1000);
    this.#known.delete(key);
  }

  async #read(key: string): Promise<number> {
    const state = await this.#slowed.get(key);
    const msLeft = Math.max(0, state?.msBeforeNext ?? 0);
    return Math.max(LOWEST_PACE, 1 - msLeft / FULL_RECOVERY_MS);
  }
}
