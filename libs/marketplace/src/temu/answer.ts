import type { HttpAnswer } from '../call/http.js';
import { boundedLine, type Redact } from '../call/redact.js';
import type { RetryClass } from '../call/retry.js';
import { type EmptyPage, MarketplaceError } from '../errors.js';
import type { MarketplaceRegion } from '../port.js';
import { classifyCode, isKnownCode, SUCCESS_CODE } from './error-table.js';
import { codeText, inWords, type SaidError, saidError } from './foreign-error.js';
import { isJsonObject, type JsonObject } from './read.js';
import { readWireJson } from './wire-json.js';

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
  const envelope = readEnvelope(answer, context);
  const isSuccess = envelope.success === true && codeText(envelope.errorCode) === SUCCESS_CODE;
  if (!isSuccess) throw codeFault(saidError(envelope, context.redact), envelope, answer, context);
  const { result } = envelope;
  // Calls without a result of their own answer true or false.
  if (result === false) throw codeFault({ code: null, text: '' }, envelope, answer, context);
  if (isJsonObject(result) && (result.success === false || result.operateResult === false)) {
    const inner = saidError(result, context.redact);
    const code = inner.code === SUCCESS_CODE ? null : inner.code;
    throw codeFault({ ...inner, code }, envelope, answer, context);
  }
  return result;
}

/**
 * An answer of the right envelope whose content contradicts itself: nothing of it may be stored.
 * @param emptyPage where it is a page of a list without the rows that the list counts
 */
export function incompleteAnswer(operation: string, what: string, emptyPage?: EmptyPage): MarketplaceError {
  return new MarketplaceError({
    kind: 'transient',
    operation,
    message: `${operation}: the platform's answer is incomplete: ${what}`,
    remedy: 'Nothing was changed; it is tried again later.',
    retryable: true,
    emptyPage,
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

/** An answer about one record that cannot be understood: the record is set apart with it, its neighbours go on. */
export function unreadableAnswer(operation: string, what: string, raw: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'unreadable',
    operation,
    message: `${operation}: the platform's answer about this record could not be understood: ${what}`,
    remedy: 'The answer is kept in quarantine; everything else goes on. Report the field if it stays.',
    retryable: false,
    raw,
  });
}

/** An error in another envelope still says what it is: by its code where we know it, else an unusable answer. */
function readEnvelope(answer: HttpAnswer, context: AnswerContext): JsonObject {
  const parsed = parseObject(answer.text);
  // The parser's message quotes the text, so it is not kept.
  if (parsed === undefined) throw unusableAnswer('not_json', 'the answer is not JSON', context);
  if (isJsonObject(parsed) && typeof parsed.success === 'boolean') return parsed;
  const what = 'the answer is JSON, but not the envelope of this API';
  if (!isJsonObject(parsed)) throw unusableAnswer('not_an_envelope', what, context);
  const said = saidError(parsed, context.redact);
  if (isKnownCode(context.region, said.code)) throw codeFault(said, parsed, answer, context);
  throw unusableAnswer(said.code ?? 'not_an_envelope', `${what}${inWords(said)}`, context, said.text);
}

function parseObject(text: string): unknown {
  try {
    return readWireJson(text);
  } catch {
    return undefined;
  }
}

function codeFault(
  { code, text }: SaidError,
  envelope: JsonObject,
  answer: HttpAnswer,
  context: AnswerContext,
): CallFault {
  const { operation, redact } = context;
  const found = classifyCode(context.region, operation, code ?? '', text);
  const requestId = envelope.requestId ?? envelope.request_id;
  return new CallFault(
    new MarketplaceError({
      kind: found.kind,
      operation,
      message: `${operation}: ${found.meaning}${inWords({ code: code ?? 'missing', text })}`,
      remedy: found.remedy,
      retryable: found.kind === 'rate' || found.kind === 'transient',
      platformCode: code,
      platformMessage: text || null,
      requestId: typeof requestId === 'string' ? boundedLine(redact(requestId), 100) || null : null,
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

/** Temu answers everything with 200: other statuses are a gateway's or proxy's. What their body says is shown. */
function httpStatusFault(answer: HttpAnswer, context: AnswerContext): CallFault {
  const tooMany = answer.status === 429;
  const isRefusal = answer.status >= 300 && answer.status < 500 && !tooMany;
  const parsed = parseObject(answer.text);
  const said = isJsonObject(parsed) ? saidError(parsed, context.redact) : { code: null, text: '' };
  if (isRefusal && isJsonObject(parsed) && isKnownCode(context.region, said.code)) {
    return codeFault(said, parsed, answer, context);
  }
  return new CallFault(
    new MarketplaceError({
      kind: tooMany ? 'rate' : 'transient',
      operation: context.operation,
      message: `${context.operation}: the gateway answered HTTP ${answer.status}${inWords(said)}`,
      remedy: isRefusal
        ? 'If it stays, check the gateway address of this region.'
        : 'Nothing to do now; it is tried again later.',
      retryable: true,
      platformCode: `http_${answer.status}`,
      platformMessage: said.text || null,
      retryAfterMs: answer.retryAfterMs,
    }),
    {
      retryClass: tooMany ? 'rate' : 'transport',
      notCarriedOut: tooMany,
      isPlatformFault: !tooMany,
    },
  );
}

function unusableAnswer(code: string, what: string, context: AnswerContext, text = ''): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'transient',
      operation: context.operation,
      message: `${context.operation}: ${what}`,
      remedy: 'If it stays, check the gateway address of this region and any proxy in between.',
      retryable: true,
      platformCode: code,
      platformMessage: text || null,
    }),
    { retryClass: 'transport', notCarriedOut: false, isPlatformFault: true },
  );
}
