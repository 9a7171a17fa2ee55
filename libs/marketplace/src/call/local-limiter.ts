import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type CallLimiter, DEFAULT_PERMITS_PER_SECOND } from './limiter.js';
import { createPacedLimiter, type Sleep } from './paced-limiter.js';

export interface LocalLimiterOptions {
  permitsPerSecond?: number | undefined;
  /** Milliseconds, never going back; default `performance.now`. */
  clock?: (() => number) | undefined;
  sleep?: Sleep | undefined;
}

/** Paces one process only: for tests and tools. Services use `createPostgresLimiter`. */
export function createLocalLimiter(options: LocalLimiterOptions = {}): CallLimiter {
  return createPacedLimiter({
    openCounter: (keyPrefix, points, windowMs) =>
      new RateLimiterMemory({ keyPrefix, points, duration: windowMs / 1000 }),
    permitsPerSecond: requireRate(options.permitsPerSecond),
    sleep: options.sleep,
    clock: options.clock,
  });
}

export function requireRate(permitsPerSecond: number = DEFAULT_PERMITS_PER_SECOND): number {
  if (!(permitsPerSecond > 0 && permitsPerSecond <= 10_000)) {
    throw new RangeError(`permitsPerSecond must be above 0 and at most 10000, got ${permitsPerSecond}`);
  }
  return permitsPerSecond;
}
