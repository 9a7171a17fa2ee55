import type { CallPriority } from '../port.js';

/** Marketplaces count per app key, not per shop; `operation` is only for reports. */
export interface PermitKey {
  appKey: string;
  operation: string;
  priority: CallPriority;
}

/** Paces the tries of one app key. Every try takes one permit. */
export interface CallLimiter {
  /** Resolves when the call may be sent. Rejects with the signal's reason; a failing limiter rejects, never lets through. */
  acquire(key: PermitKey, signal?: AbortSignal): Promise<void>;
  /** The platform refused a call for its rate: nobody gets a permit for `retryAfterMs`. */
  penalize(key: PermitKey, retryAfterMs: number): Promise<void> | void;
}

/** 95 % of the 20 requests a second that Temu grants an app key. */
export const DEFAULT_PERMITS_PER_SECOND = 19;
