import { setTimeout as sleepUntimed } from 'node:timers/promises';
import type { CallLimiter, PermitKey } from './limiter.js';

/** Evenly spaced slots of one app key, kept somewhere. */
export interface SlotStore {
  /**
   * Takes the next free slot unless it lies more than `maxAheadMs` in the future (`null`: however far).
   * `waitMs` is the time until that slot, taken or not.
   */
  reserve(appKey: string, maxAheadMs: number | null): Promise<{ taken: boolean; waitMs: number }>;
  /** No slot before `delayMs` from now. */
  pushBack(appKey: string, delayMs: number): Promise<void>;
}

export type Sleep = (delayMs: number, signal?: AbortSignal) => Promise<void>;

export const sleep: Sleep = async (delayMs, signal) => {
  await sleepUntimed(delayMs, undefined, signal ? { signal } : undefined);
};

/**
 * Background callers never fill the queue further than this, so that a person waits no longer, however many pages are
 * being read; it is still enough slots for their own asking to keep up.
 */
const BACKGROUND_MAX_AHEAD_MS = 250;

/** Pause between two looks at a full queue, beyond the time until it can have room. */
const LOOK_AGAIN_MS = 20;

/**
 * A limiter over a slot store. Background callers of one process stand in line here, first come first served, and only
 * the first of them asks the store: the store's cost does not grow with the number of waiters.
 */
export function createSlotLimiter(store: SlotStore, pause: Sleep = sleep): CallLimiter {
  const lines = new Map<string, Promise<void>>();

  const takeInBackground = async (appKey: string, signal: AbortSignal | undefined): Promise<number> => {
    for (;;) {
      signal?.throwIfAborted();
      const slot = await store.reserve(appKey, BACKGROUND_MAX_AHEAD_MS);
      if (slot.taken) return slot.waitMs;
      await pause(Math.max(0, slot.waitMs - BACKGROUND_MAX_AHEAD_MS) + LOOK_AGAIN_MS, signal);
    }
  };

  const standInLine = async (key: PermitKey, signal: AbortSignal | undefined): Promise<number> => {
    const before = lines.get(key.appKey) ?? Promise.resolve();
    const turn = before.then(() => takeInBackground(key.appKey, signal));
    // Whoever comes next waits for our turn to end, well or badly.
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    lines.set(key.appKey, settled);
    try {
      return await orAborted(turn, signal);
    } finally {
      if (lines.get(key.appKey) === settled) lines.delete(key.appKey);
    }
  };

  return {
    async acquire(key, signal) {
      signal?.throwIfAborted();
      const waitMs =
        key.priority === 'interactive'
          ? (await store.reserve(key.appKey, null)).waitMs
          : await standInLine(key, signal);
      if (waitMs > 0) await pause(waitMs, signal);
    },
    async penalize(key, retryAfterMs) {
      await store.pushBack(key.appKey, retryAfterMs);
    },
  };
}

/** Somebody far back in the line can leave it at once. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
