import type { CallLimiter } from './limiter.js';

export interface LocalLimiterOptions {
  permitsPerSecond?: number | undefined;
}

/** Paces one process only: for tests and tools. Services use `createPostgresLimiter`. */
export function createLocalLimiter(_options: LocalLimiterOptions = {}): CallLimiter {
  throw new Error('createLocalLimiter: being written');
}
