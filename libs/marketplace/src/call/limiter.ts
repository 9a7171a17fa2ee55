import type { CallPriority } from '../port.js';

/** A limit that the platform sets on one call, beside that of the app key. */
export interface CallLimit {
  calls: number;
  perMs: number;
  /** Whether all shops of the app key share it, or each has its own. */
  of: 'app' | 'shop';
}

/** Marketplaces count per app key, not per shop. */
export interface PermitKey {
  appKey: string;
  operation: string;
  priority: CallPriority;
  /** Tells shops apart, so that they take turns; never the token itself. */
  shop: string;
  /** Both permits are taken then. */
  ownLimit?: CallLimit | undefined;
}

/** Paces the tries of one app key. Every try takes one permit. */
export interface CallLimiter {
  /**
   * Resolves when the call may be sent. Rejects with the signal's reason, with `PermitsUsedUp` when a long quota is
   * spent, and with whatever keeps the counter from answering: a failing limiter never lets through.
   */
  acquire(key: PermitKey, signal?: AbortSignal): Promise<void>;
  /**
   * The platform refused a call for its rate. Nobody calls for as long as it has asked (`retryAfterMs`); and all go more
   * slowly until it refuses no more, or until that turns out to have another cause (see `Refusals`).
   * @param sentAgoMs how long ago the call was sent: what was on its way when the pace changed says nothing about it
   */
  penalize(key: PermitKey, retryAfterMs: number | null, sentAgoMs?: number): Promise<void> | void;
}

/** A quota of hours or days is spent; waiting in line would hold the caller for as long. */
export class PermitsUsedUp extends Error {
  override readonly name = 'PermitsUsedUp';
  constructor(readonly retryAfterMs: number) {
    super(`no permit is left for ${Math.ceil(retryAfterMs / 60_000)} minutes`);
  }
}

/** What we use of a limit: the rest is for clocks and lines that are never quite even. */
export const SHARE_OF_LIMIT = 0.95;

/** 95 % of 20 requests a second, where a marketplace says nothing else. */
export const DEFAULT_PERMITS_PER_SECOND = 20 * SHARE_OF_LIMIT;
