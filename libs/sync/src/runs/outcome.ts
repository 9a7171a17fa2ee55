import { type Said, say } from '#contracts';
import { isMarketplaceError, type MarketplaceError } from '#marketplace';
import { AppError, type ErrorKind, isDatabaseAway } from '#runtime';
import { saidOf } from '../access/said-of.js';
import { LeaseLost } from './lease.js';

/** What becomes of a run whose handler has thrown. */
export type Outcome =
  | { readonly action: 'fail'; readonly code: string; readonly said: Said }
  /** Goes on by itself after the delay. `countsAsAttempt`: after too many without progress the run fails. */
  | {
      readonly action: 'pause';
      readonly code: string;
      readonly said: Said;
      readonly delayMs: number;
      readonly countsAsAttempt: boolean;
    }
  /** Somebody else works on it now. */
  | { readonly action: 'leave' };

/** Without one record read in between. */
export const MAX_FRUITLESS_ATTEMPTS = 5;

const PAUSE_MS = [2_000, 5_000, 15_000, 60_000, 300_000] as const;
const LONGEST_PAUSE_MS = 300_000;
const BREAKER_PAUSE_MS = 15_000;

function pauseAfter(attempts: number): number {
  return PAUSE_MS[attempts] ?? LONGEST_PAUSE_MS;
}

/** Whether it passes by itself: the run waits and is no worse for it. */
const PASSES: Readonly<Record<ErrorKind, boolean>> = {
  unavailable: true,
  timeout: true,
  rate_limited: true,
  invalid: false,
  unauthenticated: false,
  forbidden: false,
  not_found: false,
  conflict: false,
  internal: false,
};

export function decideOutcome(error: unknown, fruitlessAttempts: number): Outcome {
  if (error instanceof LeaseLost) return { action: 'leave' };
  if (isMarketplaceError(error)) return marketplaceOutcome(error, fruitlessAttempts);
  if (error instanceof AppError) {
    if (PASSES[error.kind]) {
      return pause(error.code, saidOf(error), pauseAfter(fruitlessAttempts), false);
    }
    return { action: 'fail', code: error.code, said: saidOf(error) };
  }
  if (isDatabaseAway(error)) {
    return pause('database.away', say('run.database_away'), pauseAfter(fruitlessAttempts), false);
  }
  return {
    action: 'fail',
    code: 'internal',
    said: say('run.internal'),
  };
}

function pause(code: string, said: Said, delayMs: number, countsAsAttempt: boolean): Outcome {
  return { action: 'pause', code, said, delayMs, countsAsAttempt };
}

function marketplaceOutcome(error: MarketplaceError, fruitlessAttempts: number): Outcome {
  const { said } = error;
  switch (error.kind) {
    case 'breaker_open':
      return pause('marketplace.spared', said, error.retryAfterMs ?? BREAKER_PAUSE_MS, false);
    case 'rate':
      return pause(
        'marketplace.rate_limited',
        said,
        error.retryAfterMs ?? pauseAfter(fruitlessAttempts),
        false,
      );
    case 'transient':
      return fruitlessAttempts + 1 >= MAX_FRUITLESS_ATTEMPTS
        ? { action: 'fail', code: 'marketplace.unavailable', said }
        : pause('marketplace.unavailable', said, pauseAfter(fruitlessAttempts), true);
    case 'token':
      return { action: 'fail', code: 'shop.needs_reauthorization', said };
    case 'scope':
      return { action: 'fail', code: 'shop.missing_permission', said };
    case 'aborted':
      return { action: 'leave' };
    case 'signature':
    case 'clock':
    case 'ip':
    case 'business':
    case 'configuration':
    case 'programming':
    case 'unreadable':
      return { action: 'fail', code: `marketplace.${error.kind}`, said };
  }
}
