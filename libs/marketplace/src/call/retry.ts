/**
 * How a failed try may be followed:
 * `never` the same request will fail again; `rate` refused for its pace, before it was carried out; `platform` the
 * platform's own internal error; `hiccup` a code that is sometimes passing and sometimes a bad parameter; `transport`
 * no usable answer came; `clock` our timestamp was refused.
 */
export type RetryClass = 'never' | 'rate' | 'platform' | 'hiccup' | 'transport' | 'clock';

export interface FailedTry {
  retryClass: RetryClass;
  /** This try's number, from 1. */
  attempt: number;
  /** Whether the call may be carried out twice. */
  repeatable: boolean;
  /** Whether the platform surely did not carry it out: never connected, or refused at the door. */
  notCarriedOut: boolean;
  /** Whether this call was already signed again with the platform's clock. */
  clockResynced: boolean;
  /** What the platform asked for, if it did. */
  retryAfterMs: number | null;
}

export type RetryDecision =
  | { retry: true; reason: string; delayMs: number }
  | { retry: false; reason: string };

export interface RetryPolicy {
  /** Tries in all, the first included. */
  maxTries: Record<'rate' | 'platform' | 'hiccup' | 'transport', number>;
  baseDelayMs: number;
  /**
   * In place of `baseDelayMs` after a refusal for the pace. Short: the limiter slows all calls where that is needed, the
   * next try waits for a permit like any other, and pages that are read together wait for the slowest of them.
   */
  paceBaseDelayMs: number;
  maxDelayMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  // Unknown app keys are answered with the platform's internal error too: few tries, never for ever.
  maxTries: { rate: 8, platform: 3, hiccup: 2, transport: 3 },
  baseDelayMs: 400,
  paceBaseDelayMs: 100,
  maxDelayMs: 8_000,
};

/** Pure: the same failed try and the same random number give the same decision. `random` is in [0, 1). */
export function decideRetry(failed: FailedTry, policy: RetryPolicy, random: number): RetryDecision {
  if (failed.retryClass === 'never') return { retry: false, reason: 'the same request would fail again' };
  if (failed.retryClass === 'clock') {
    return failed.clockResynced
      ? { retry: false, reason: "refused again with the platform's own clock" }
      : { retry: true, reason: "signed again with the platform's clock", delayMs: 0 };
  }
  if (!failed.repeatable && !failed.notCarriedOut) {
    return { retry: false, reason: 'it may have been carried out, and must not be twice' };
  }
  const maxTries = policy.maxTries[failed.retryClass];
  if (failed.attempt >= maxTries) return { retry: false, reason: `failed ${maxTries} times` };
  return {
    retry: true,
    reason: REASONS[failed.retryClass],
    delayMs: Math.max(failed.retryAfterMs ?? 0, fullJitterMs(failed, policy, random)),
  };
}

const REASONS = {
  rate: 'refused for its pace',
  platform: "the platform's internal error",
  hiccup: 'a code that may pass',
  transport: 'no usable answer',
} as const;

/** Full jitter: anywhere from nothing to the exponential bound, so that many callers do not come back together. */
function fullJitterMs({ attempt, retryClass }: FailedTry, policy: RetryPolicy, random: number): number {
  const baseMs = retryClass === 'rate' ? policy.paceBaseDelayMs : policy.baseDelayMs;
  const boundMs = Math.min(policy.maxDelayMs, baseMs * 2 ** (attempt - 1));
  return Math.floor(random * boundMs);
}
