import type { HttpAnswer } from '../call/http.js';
import { boundedLine, type Redact } from '../call/redact.js';
import type { RetryClass } from '../call/retry.js';
import { MarketplaceError } from '../errors.js';
import type { MarketplaceRegion } from '../port.js';
import { classifyCode, SUCCESS_CODE } from './error-table.js';
import { isJsonObject, type JsonObject } from './read.js';
import { numberText, readWireJson } from './wire-json.js';

const MAX_PLATFORM_MESSAGE = 300;

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

export interface AnswerContext {
  region: MarketplaceRegion;
  operation: string;
  redact: Redact;
}

/**
 * The result of a successful answer. Success is `success` true *and* code 1000000, at any HTTP status 200, and then no
 * failure inside the result. Throws a `CallFault` for everything else.
 */
export function readResult(answer: HttpAnswer, context: AnswerContext): unknown {
  if (answer.status !== 200) throw httpStatusFault(answer, context);
  const envelope = readEnvelope(answer.text, context);
  const code = codeText(envelope.errorCode);
  if (envelope.success !== true || code !== SUCCESS_CODE) {
    throw codeFault(code, textOf(envelope.errorMsg), textOf(envelope.requestId), answer, context);
  }
  const { result } = envelope;
  if (isJsonObject(result) && (result.success === false || result.operateResult === false)) {
    const innerCode = codeText(result.errorCode);
    throw codeFault(
      innerCode === SUCCESS_CODE ? null : innerCode,
      textOf(result.errorMsg) || textOf(result.msg),
      textOf(envelope.requestId),
      answer,
      context,
    );
  }
  return result;
}

/** An answer of the right envelope whose content contradicts itself: nothing of it may be stored. */
export function incompleteAnswer(operation: string, what: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'transient',
    operation,
    message: `${operation}: the platform's answer is incomplete: ${what}`,
    remedy: 'Nothing was changed; it is tried again later.',
    retryable: true,
  });
}

/** An answer that will not get better by asking again: the platform has changed, or we have misread its documents. */
export function misunderstoodAnswer(operation: string, what: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'programming',
    operation,
    message: `${operation}: the platform's answer could not be understood: ${what}`,
    remedy: 'This is a fault of this program: report it with the call and the field.',
    retryable: false,
  });
}

function readEnvelope(text: string, context: AnswerContext): JsonObject {
  let parsed: unknown;
  try {
    parsed = readWireJson(text);
  } catch {
    // The parser's message quotes the text, so it is not kept.
    throw unusableAnswer('not_json', 'the answer is not JSON', context);
  }
  if (!isJsonObject(parsed) || typeof parsed.success !== 'boolean') {
    throw unusableAnswer('not_an_envelope', 'the answer is JSON, but not the envelope of this API', context);
  }
  return parsed;
}

function codeFault(
  code: string | null,
  platformText: string,
  requestId: string,
  answer: HttpAnswer,
  context: AnswerContext,
): CallFault {
  const { operation, redact } = context;
  const platformMessage = boundedLine(redact(platformText), MAX_PLATFORM_MESSAGE);
  const found = classifyCode(context.region, operation, code ?? '', platformText);
  return new CallFault(
    new MarketplaceError({
      kind: found.kind,
      operation,
      message: `${operation}: ${found.meaning} (code ${code ?? 'missing'}${platformMessage ? `: ${platformMessage}` : ''})`,
      remedy: found.remedy,
      retryable: found.kind === 'rate' || found.kind === 'transient',
      platformCode: code,
      platformMessage: platformMessage || null,
      requestId: boundedLine(redact(requestId), 100) || null,
      retryAfterMs: answer.retryAfterMs,
    }),
    {
      retryClass: found.retry,
      // These are refused at the door, before the business behind it.
      notCarriedOut: found.retry === 'rate' || found.retry === 'clock',
      isPlatformFault: found.retry === 'platform',
    },
  );
}

function httpStatusFault(answer: HttpAnswer, context: AnswerContext): CallFault {
  const tooMany = answer.status === 429;
  return new CallFault(
    new MarketplaceError({
      kind: tooMany ? 'rate' : 'transient',
      operation: context.operation,
      message: `${context.operation}: the gateway answered HTTP ${answer.status}`,
      remedy:
        answer.status >= 300 && answer.status < 500 && !tooMany
          ? 'If it stays, check the gateway address of this region.'
          : 'Nothing to do now; it is tried again later.',
      retryable: true,
      platformCode: `http_${answer.status}`,
      retryAfterMs: answer.retryAfterMs,
    }),
    {
      retryClass: tooMany ? 'rate' : 'transport',
      notCarriedOut: tooMany,
      isPlatformFault: !tooMany,
    },
  );
}

function unusableAnswer(code: string, what: string, context: AnswerContext): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'transient',
      operation: context.operation,
      message: `${context.operation}: ${what}`,
      remedy: 'If it stays, check the gateway address of this region and any proxy in between.',
      retryable: true,
      platformCode: code,
    }),
    { retryClass: 'transport', notCarriedOut: false, isPlatformFault: true },
  );
}

function codeText(value: unknown): string | null {
  const number = numberText(value);
  if (number !== undefined) return boundedLine(number, 40);
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
