import type { CallLimiter } from './limiter.js';
import { spacingOf } from './postgres-limiter.js';
import { createSlotLimiter, type Sleep } from './slot-limiter.js';

export interface LocalLimiterOptions {
  permitsPerSecond?: number | undefined;
  /** Milliseconds, never going back; default `performance.now`. */
  clock?: (() => number) | undefined;
  sleep?: Sleep | undefined;
}

/** Paces one process only: for tests and tools. Services use `createPostgresLimiter`. */
export function createLocalLimiter(options: LocalLimiterOptions = {}): CallLimiter {
  const spacingMs = spacingOf(options.permitsPerSecond);
  const clock = options.clock ?? (() => performance.now());
  const nextAt = new Map<string, number>();
  return createSlotLimiter(
    {
      async reserve(appKey, maxAheadMs) {
        const now = clock();
        const slotAt = Math.max(nextAt.get(appKey) ?? now, now);
        const taken = maxAheadMs === null || slotAt - now <= maxAheadMs;
        if (taken) nextAt.set(appKey, slotAt + spacingMs);
        return { taken, waitMs: Math.ceil(slotAt - now) };
      },
      async pushBack(appKey, delayMs) {
        nextAt.set(appKey, Math.max(nextAt.get(appKey) ?? 0, clock() + delayMs));
      },
    },
    options.sleep,
  );
}
