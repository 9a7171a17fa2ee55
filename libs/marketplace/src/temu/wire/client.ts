import { createHash } from 'node:crypto';
import { type Said, say } from '#said';
import { type BreakerBoard, BreakerOpenError, type BreakerPass } from '../../call/breaker.js';
import { type HttpPoster, TransportError } from '../../call/http.js';
import { type CallLimiter, type PermitKey, PermitsUsedUp } from '../../call/limiter.js';
import { sleep } from '../../call/paced-limiter.js';
import { createRedactor, type Redact } from '../../call/redact.js';
import { decideRetry, type RetryPolicy } from '../../call/retry.js';
import { MarketplaceError } from '../../errors.js';
import { UnsendableValueError, type WireObject, writeWireJson } from '../../payload/wire-json.js';
import type { CallOptions, CallReport, MarketplaceApp } from '../../port.js';
import { CallFault, failed, readResult } from './answer.js';
import { limitOfCall } from './call-limits.js';
import { buildFields, TEMU_CALLS, type TemuCallParams, type TemuCallType } from './calls.js';
import type { TemuRegion } from './regions.js';
import { requireScope } from './scopes.js';
import { signTemuFields } from './signing.js';

/** What the gateway said, its envelope taken off. Numbers are still their text. */
export interface TemuAnswer {
  result: unknown;
  platformTime: Date;
  requestStartedAt: Date;
  /** Blanks this call's credentials. */
  redact: Redact;
}

export interface TemuIdentity {
  app: MarketplaceApp & { readonly region: TemuRegion };
  accessToken: string;
  /** `null`: not known. */
  scopes: readonly string[] | null;
}

export interface TemuClientParts {
  routers: Record<TemuRegion, URL>;
  poster: HttpPoster;
  limiter: CallLimiter;
  breakers: BreakerBoard<TemuAnswer>;
  retryPolicy: RetryPolicy;
  random: () => number;
  clock: () => number;
}

/**
 * One call: known permissions → retry → limiter → breaker → HTTP with its own deadline. Rejects with `MarketplaceError`
 * only.
 */
export class TemuClient {
  readonly #parts: TemuClientParts;
  /** How far a gateway's clock is from ours, learnt when it refused a timestamp. */
  readonly #clockOffsetMs = new Map<TemuRegion, number>();
  /** How far its clock was from ours at its last answer, in whole seconds or less; only to name a time, never to sign. */
  readonly #seenOffsetMs = new Map<TemuRegion, number>();

  constructor(parts: TemuClientParts) {
    this.#parts = parts;
  }

  /** The gateway's clock as far as its answers have told it, in whole seconds, rounded up. */
  platformSeconds(region: TemuRegion): number {
    return Math.ceil((this.#parts.clock() + (this.#seenOffsetMs.get(region) ?? 0)) / 1000);
  }

  async call<T extends TemuCallType>(
    operation: T,
    params: TemuCallParams[T],
    identity: TemuIdentity,
    options: CallOptions,
  ): Promise<TemuAnswer> {
    requireScope(operation, identity.app.region, identity.scopes);
    const call: PreparedCall = {
      operation,
      fields: prepareFields(operation, params, identity),
      identity,
      options,
      permit: {
        appKey: identity.app.appKey,
        operation,
        priority: options.priority ?? 'background',
        shop: shopMark(identity.accessToken),
        ownLimit: limitOfCall(identity.app.region, operation),
      },
      redact: createRedactor([identity.app.appSecret, identity.accessToken]),
      sentAtMs: null,
    };
    const traits = TEMU_CALLS[operation];
    const breakerKey = `temu:${identity.app.region}:${traits.group}`;
    let clockResynced = false;

    for (let attempt = 1; ; attempt += 1) {
      call.sentAtMs = null;
      try {
        const answer = await this.#try(call, breakerKey);
        this.#report(call, 'ok');
        return answer;
      } catch (error) {
        const fault = toFault(error, operation, options.signal);
        const decision = decideRetry(
          {
            retryClass: fault.retryClass,
            attempt,
            repeatable: traits.repeatable,
            notCarriedOut: fault.notCarriedOut,
            clockResynced,
            retryAfterMs: fault.marketplaceError.retryAfterMs,
          },
          this.#parts.retryPolicy,
          this.#parts.random(),
        );
        this.#report(call, decision.retry ? 'retried' : 'failed');
        if (fault.retryClass === 'rate') await this.#penalize(call, fault);
        if (!decision.retry) throw fault.marketplaceError;
        clockResynced ||= fault.retryClass === 'clock';
        await pause(decision.delayMs, operation, options.signal);
      }
    }
  }

  async #try(call: PreparedCall, breakerKey: string): Promise<TemuAnswer> {
    const { signal } = call.options;
    signal?.throwIfAborted();
    const pass: BreakerPass<TemuAnswer> = this.#parts.breakers.enter(breakerKey);
    try {
      await this.#takePermit(call.permit, signal);
      return await pass.run(() => this.#exchange(call));
    } finally {
      pass.release();
    }
  }

  async #exchange(call: PreparedCall): Promise<TemuAnswer> {
    const { clock, poster, routers } = this.#parts;
    const { app } = call.identity;
    const sentAtMs = clock();
    call.sentAtMs = sentAtMs;
    const offsetMs = this.#clockOffsetMs.get(app.region) ?? 0;
    const fields = { ...call.fields, timestamp: Math.floor((sentAtMs + offsetMs) / 1000) };
    const body = writeWireJson({ ...fields, sign: signTemuFields(fields, app.appSecret) });
    const answer = await poster.postJson(routers[app.region], body, call.options.signal);
    if (answer.date) this.#seenOffsetMs.set(app.region, answer.date.getTime() - clock());
    try {
      const result = readResult(answer, {
        region: app.region,
        operation: call.operation,
        redact: call.redact,
      });
      return {
        result,
        // Without a Date header our own clock at the start stands in: it is earlier, so no window ends in the future.
        platformTime: answer.date ?? new Date(sentAtMs + offsetMs),
        requestStartedAt: new Date(sentAtMs),
        redact: call.redact,
      };
    } catch (error) {
      if (error instanceof CallFault && error.retryClass === 'clock' && answer.date) {
        this.#clockOffsetMs.set(app.region, answer.date.getTime() - clock());
      }
      throw error;
    }
  }

  /** Only of tries that were sent. A reporter that fails must not fail the call. */
  #report({ options, operation, sentAtMs }: PreparedCall, outcome: CallReport['outcome']): void {
    if (sentAtMs === null) return;
    try {
      options.onCall?.({ operation, durationMs: Math.max(0, this.#parts.clock() - sentAtMs), outcome });
    } catch {
      // Nothing to do: the report is the caller's own.
    }
  }

  async #takePermit(key: PermitKey, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#parts.limiter.acquire(key, signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      if (error instanceof PermitsUsedUp) throw usedUpFault(key.operation, error);
      throw limiterFault(key.operation, error);
    }
  }

  async #penalize({ permit, sentAtMs }: PreparedCall, fault: CallFault): Promise<void> {
    const { clock, limiter } = this.#parts;
    const sentAgoMs = sentAtMs === null ? 0 : Math.max(0, clock() - sentAtMs);
    try {
      await limiter.penalize(permit, fault.marketplaceError.retryAfterMs, sentAgoMs);
    } catch (error) {
      throw limiterFault(permit.operation, error).marketplaceError;
    }
  }
}

/** The limiter tells shops apart by it; the counters' keys may hold it, so the token cannot be read from it. */
function shopMark(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex').slice(0, 16);
}

interface PreparedCall {
  operation: TemuCallType;
  /** Everything but timestamp and sign. */
  fields: WireObject;
  identity: TemuIdentity;
  options: CallOptions;
  permit: PermitKey;
  redact: Redact;
  /** When the current try was sent; null while it has not been. */
  sentAtMs: number | null;
}

/** The body's fields, checked before a permit is spent on them. */
function prepareFields<T extends TemuCallType>(
  operation: T,
  params: TemuCallParams[T],
  { app, accessToken }: TemuIdentity,
): WireObject {
  requireSet(operation, app.appKey, 'configuration', say('setup.app_key'));
  requireSet(operation, app.appSecret, 'configuration', say('setup.app_secret'));
  requireSet(operation, accessToken, 'token', say('setup.access_token'));
  const fields = buildFields({
    ...params,
    type: operation,
    app_key: app.appKey,
    access_token: accessToken,
    data_type: 'JSON',
  });
  try {
    writeWireJson(fields, operation);
  } catch (error) {
    if (error instanceof UnsendableValueError) throw unsendable(operation, error.message);
    throw error;
  }
  return fields;
}

function requireSet(operation: string, value: string, kind: 'configuration' | 'token', name: Said): void {
  if (value) return;
  throw new MarketplaceError({
    kind,
    operation,
    what: failed(operation, say('setup.empty', { name })),
    remedy: kind === 'token' ? say('remedy.authorise_first') : say('remedy.enter', { name }),
    retryable: false,
  });
}

/** For a value that cannot be sent; nothing was. */
export function unsendable(operation: string, message: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'programming',
    operation,
    what: failed(operation, say('unsendable', { text: message })),
    remedy: say('remedy.correct'),
    retryable: false,
  });
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

const NO_RETRY = { retryClass: 'never', notCarriedOut: true, isPlatformFault: false } as const;

function abortedFault(operation: string): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'aborted',
      operation,
      what: failed(operation, say('transport.aborted')),
      remedy: say('remedy.start_again'),
      retryable: true,
    }),
    NO_RETRY,
  );
}

function breakerOpenFault(operation: string, retryAfterMs: number): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'breaker_open',
      operation,
      what: failed(operation, say('breaker.open')),
      remedy: say('remedy.by_itself'),
      retryable: true,
      retryAfterMs,
    }),
    NO_RETRY,
  );
}

function usedUpFault(operation: string, { retryAfterMs }: PermitsUsedUp): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'rate',
      operation,
      what: failed(operation, say('limiter.used_up')),
      remedy: say('remedy.counted_anew'),
      retryable: true,
      retryAfterMs,
    }),
    NO_RETRY,
  );
}

function limiterFault(operation: string, cause: unknown): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'transient',
      operation,
      what: failed(operation, say('limiter.away')),
      remedy: say('remedy.check_database'),
      retryable: true,
      cause,
    }),
    NO_RETRY,
  );
}

function transportFault(operation: string, error: TransportError): CallFault {
  const { code, what } = error;
  return new CallFault(
    new MarketplaceError({
      kind: 'transient',
      operation,
      what: failed(operation, code ? say('transport.with_code', { what, code }) : what),
      remedy: say('remedy.check_network'),
      retryable: true,
      platformCode: error.fault,
    }),
    { retryClass: 'transport', notCarriedOut: !error.sent, isPlatformFault: true },
  );
}
