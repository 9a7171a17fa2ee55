import { createHash } from 'node:crypto';
import type { CallOptions, CallReport } from '../port.js';
import { type BreakerBoard, BreakerOpenError, type BreakerPass } from './breaker.js';
import {
  abortedFault,
  breakerOpenFault,
  CallFault,
  limiterFault,
  transportFault,
  usedUpFault,
} from './call-fault.js';
import { TransportError } from './http.js';
import { type CallLimiter, type PermitKey, PermitsUsedUp } from './limiter.js';
import { sleep } from './paced-limiter.js';
import { decideRetry, type RetryPolicy } from './retry.js';

export interface CallerParts<T> {
  readonly limiter: CallLimiter;
  readonly breakers: BreakerBoard<T>;
  readonly retryPolicy: RetryPolicy;
  /** In [0, 1). */
  readonly random: () => number;
  readonly clock: () => number;
}

export interface PreparedCall<T> {
  readonly operation: string;
  readonly permit: PermitKey;
  /** Calls of one key are spared together. */
  readonly breakerKey: string;
  /** Whether the call may be sent again when we cannot know if the first one was carried out. */
  readonly repeatable: boolean;
  readonly options: CallOptions;
  /**
   * One try.
   * @param sentAtMs our clock
   * @throws CallFault, TransportError
   */
  exchange(sentAtMs: number): Promise<T>;
}

/** Every call of every marketplace: retry → limiter → breaker → HTTP. Rejects with `MarketplaceError` only. */
export class Caller<T> {
  constructor(private readonly parts: CallerParts<T>) {}

  async call(call: PreparedCall<T>): Promise<T> {
    const { operation, options } = call;
    let clockResynced = false;
    for (let attempt = 1; ; attempt += 1) {
      const sending: Sending = { sentAtMs: null };
      try {
        const answer = await this.try(call, sending);
        this.report(call, sending, 'ok');
        return answer;
      } catch (error) {
        const fault = toFault(error, operation, options.signal);
        const decision = decideRetry(
          {
            retryClass: fault.retryClass,
            attempt,
            repeatable: call.repeatable,
            notCarriedOut: fault.notCarriedOut,
            clockResynced,
            retryAfterMs: fault.marketplaceError.retryAfterMs,
          },
          this.parts.retryPolicy,
          this.parts.random(),
        );
        this.report(call, sending, decision.retry ? 'retried' : 'failed');
        if (fault.retryClass === 'rate') await this.penalize(call, sending, fault);
        if (!decision.retry) throw fault.marketplaceError;
        clockResynced ||= fault.retryClass === 'clock';
        await pause(decision.delayMs, operation, options.signal);
      }
    }
  }

  private async try(call: PreparedCall<T>, sending: Sending): Promise<T> {
    const { signal } = call.options;
    signal?.throwIfAborted();
    const pass: BreakerPass<T> = this.parts.breakers.enter(call.breakerKey);
    try {
      await this.takePermit(call.permit, signal);
      return await pass.run(() => {
        sending.sentAtMs = this.parts.clock();
        return call.exchange(sending.sentAtMs);
      });
    } finally {
      pass.release();
    }
  }

  /** Only of tries that were sent. A reporter that fails must not fail the call. */
  private report(
    { options, operation }: PreparedCall<T>,
    { sentAtMs }: Sending,
    outcome: CallReport['outcome'],
  ): void {
    if (sentAtMs === null) return;
    try {
      options.onCall?.({ operation, durationMs: Math.max(0, this.parts.clock() - sentAtMs), outcome });
    } catch {
      // Nothing to do: the report is the caller's own.
    }
  }

  private async takePermit(key: PermitKey, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.parts.limiter.acquire(key, signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      if (error instanceof PermitsUsedUp) throw usedUpFault(key.operation, error);
      throw limiterFault(key.operation, error);
    }
  }

  private async penalize(
    { permit }: PreparedCall<T>,
    { sentAtMs }: Sending,
    fault: CallFault,
  ): Promise<void> {
    const { clock, limiter } = this.parts;
    const sentAgoMs = sentAtMs === null ? 0 : Math.max(0, clock() - sentAtMs);
    try {
      await limiter.penalize(permit, fault.marketplaceError.retryAfterMs, sentAgoMs);
    } catch (error) {
      throw limiterFault(permit.operation, error).marketplaceError;
    }
  }
}

/** When the current try was sent; null while it has not been. */
interface Sending {
  sentAtMs: number | null;
}

/** The limiter tells shops apart by it; the counters' keys may hold it, so the token cannot be read from it. */
export function shopMark(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

/** Whether a rejection of a try says that the gateway itself is unwell. */
export function isPlatformFault(error: unknown): boolean {
  if (error instanceof CallFault) return error.isPlatformFault;
  return error instanceof TransportError && error.fault !== 'aborted';
}

async function pause(delayMs: number, operation: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    if (delayMs > 0) await sleep(delayMs, signal);
  } catch {
    throw abortedFault(operation).marketplaceError;
  }
}

function toFault(error: unknown, operation: string, signal: AbortSignal | undefined): CallFault {
  if (error instanceof CallFault) return error;
  if (signal?.aborted) return abortedFault(operation);
  if (error instanceof BreakerOpenError) return breakerOpenFault(operation, error.retryAfterMs);
  if (error instanceof TransportError) return transportFault(operation, error);
  throw error;
}
