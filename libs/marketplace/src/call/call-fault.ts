import { type Said, say } from '#said';
import { MarketplaceError, type MarketplaceErrorKind } from '../errors.js';
import type { TransportError } from './http.js';
import type { PermitsUsedUp } from './limiter.js';
import type { RetryClass } from './retry.js';

/** A failed try, with what the retry and the breaker need to know; never leaves the connector. */
export class CallFault extends Error {
  override readonly name = 'CallFault';
  readonly marketplaceError: MarketplaceError;
  readonly retryClass: RetryClass;
  /** The platform surely did not carry the call out. */
  readonly notCarriedOut: boolean;
  /** Counts for the breaker: the gateway itself is unwell. */
  readonly isPlatformFault: boolean;

  constructor(
    marketplaceError: MarketplaceError,
    traits: { retryClass: RetryClass; notCarriedOut: boolean; isPlatformFault: boolean },
  ) {
    super(marketplaceError.message);
    this.marketplaceError = marketplaceError;
    this.retryClass = traits.retryClass;
    this.notCarriedOut = traits.notCarriedOut;
    this.isPlatformFault = traits.isPlatformFault;
  }
}

/** What one platform code means and what to do about it. */
export interface CodeRow {
  kind: MarketplaceErrorKind;
  retry: RetryClass;
  meaning: Said;
  remedy: Said;
}

/** What an answer says that went wrong; bounded, credentials blanked. */
export interface SaidError {
  code: string | null;
  text: string;
}

/** A failure of a call, named by it. */
export function failed(operation: string, what: Said): Said {
  return say('call.failed', { operation, what });
}

/** The same with what the answer says itself. */
export function refused(
  operation: string,
  what: Said,
  { code: platformCode, text: platformMessage }: SaidError,
): Said {
  if (platformCode !== null && platformMessage !== '')
    return say('call.refused', { operation, what, platformCode, platformMessage });
  if (platformCode !== null) return say('call.refused_by_code', { operation, what, platformCode });
  return platformMessage === ''
    ? failed(operation, what)
    : say('call.refused_in_words', { operation, what, platformMessage });
}

/** A refusal by a code of the platform's own. */
export function codeFault(
  operation: string,
  row: CodeRow,
  { code, text }: SaidError,
  {
    requestId,
    retryAfterMs,
    permission = null,
  }: { requestId: string | null; retryAfterMs: number | null; permission?: string | null },
): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: row.kind,
      operation,
      what: refused(operation, row.meaning, { code: code ?? 'missing', text }),
      remedy: row.remedy,
      retryable: row.kind === 'rate' || row.kind === 'transient',
      platformCode: code,
      platformMessage: text || null,
      permission,
      requestId,
      retryAfterMs,
    }),
    {
      retryClass: row.retry,
      // These are refused at the door, before the business behind it.
      notCarriedOut: row.retry === 'rate' || row.retry === 'clock',
      isPlatformFault: row.retry === 'platform',
    },
  );
}

/** A status of HTTP in place of an answer: a gateway's or a proxy's. What its body says is shown. */
export function httpStatusFault(
  operation: string,
  { status, retryAfterMs }: { status: number; retryAfterMs: number | null },
  said: SaidError,
): CallFault {
  const tooMany = status === 429;
  const isRefusal = status >= 300 && status < 500 && !tooMany;
  return new CallFault(
    new MarketplaceError({
      kind: tooMany ? 'rate' : 'transient',
      operation,
      what: refused(operation, say('answer.http_status', { status }), said),
      remedy: say(isRefusal ? 'remedy.check_gateway' : 'remedy.later'),
      retryable: true,
      platformCode: `http_${status}`,
      platformMessage: said.text || null,
      retryAfterMs,
    }),
    { retryClass: tooMany ? 'rate' : 'transport', notCarriedOut: tooMany, isPlatformFault: !tooMany },
  );
}

/** Something answered, and not as the platform does. */
export function unusableAnswer(operation: string, code: string, what: Said, text = ''): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'transient',
      operation,
      what,
      remedy: say('remedy.check_proxy'),
      retryable: true,
      platformCode: code,
      platformMessage: text || null,
    }),
    { retryClass: 'transport', notCarriedOut: false, isPlatformFault: true },
  );
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

/** @throws MarketplaceError before anything is sent, for a credential that is empty */
export function requireSet(
  operation: string,
  value: string,
  kind: 'configuration' | 'token',
  name: Said,
): void {
  if (value) return;
  throw new MarketplaceError({
    kind,
    operation,
    what: failed(operation, say('setup.empty', { name })),
    remedy: kind === 'token' ? say('remedy.authorise_first') : say('remedy.enter', { name }),
    retryable: false,
  });
}

const NO_RETRY = { retryClass: 'never', notCarriedOut: true, isPlatformFault: false } as const;

export function abortedFault(operation: string): CallFault {
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

export function breakerOpenFault(operation: string, retryAfterMs: number): CallFault {
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

export function usedUpFault(operation: string, { retryAfterMs }: PermitsUsedUp): CallFault {
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

export function limiterFault(operation: string, cause: unknown): CallFault {
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

export function transportFault(operation: string, error: TransportError): CallFault {
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
