import { type Said, say } from '#said';
import type { HttpAnswer } from '../../call/http.js';
import { boundedLine, type Redact } from '../../call/redact.js';
import type { RetryClass } from '../../call/retry.js';
import { type EmptyPage, MarketplaceError } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../payload/read.js';
import { readWireJson } from '../../payload/wire-json.js';
import { classifyCode, isKnownCode, SUCCESS_CODE } from './error-table.js';
import { codeText, type SaidError, saidError } from './foreign-error.js';
import type { TemuRegion } from './regions.js';

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

/** A failure of a call, named by it. */
export function failed(operation: string, what: Said): Said {
  return say('call.failed', { operation, what });
}

/** The same with what the answer says itself. */
function refused(
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

export interface AnswerContext {
  region: TemuRegion;
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
export function incompleteAnswer(operation: string, what: Said, emptyPage?: EmptyPage): MarketplaceError {
  return new MarketplaceError({
    kind: 'transient',
    operation,
    what: failed(operation, say('answer.incomplete', { what })),
    remedy: say('remedy.nothing_changed'),
    retryable: true,
    emptyPage,
  });
}

/** An answer that will not get better by asking again: the platform has changed, or we have misread its documents. */
export function misunderstoodAnswer(operation: string, what: Said): MarketplaceError {
  return new MarketplaceError({
    kind: 'programming',
    operation,
    what: failed(operation, say('answer.misunderstood', { what })),
    remedy: say('remedy.report_field'),
    retryable: false,
  });
}

/** An answer about one record that cannot be understood: the record is set apart with it, its neighbours go on. */
export function unreadableAnswer(operation: string, what: Said, raw: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'unreadable',
    operation,
    what: failed(operation, say('answer.unreadable', { what })),
    remedy: say('remedy.kept'),
    retryable: false,
    raw,
  });
}

/** An error in another envelope still says what it is: by its code where we know it, else an unusable answer. */
function readEnvelope(answer: HttpAnswer, context: AnswerContext): JsonObject {
  const parsed = parseObject(answer.text);
  // The parser's message quotes the text, so it is not kept.
  if (parsed === undefined)
    throw unusableAnswer('not_json', failed(context.operation, say('answer.not_json')), context);
  if (isJsonObject(parsed) && typeof parsed.success === 'boolean') return parsed;
  const what = say('answer.not_an_envelope');
  if (!isJsonObject(parsed)) {
    throw unusableAnswer('not_an_envelope', failed(context.operation, what), context);
  }
  const said = saidError(parsed, context.redact);
  if (isKnownCode(context.region, said.code)) throw codeFault(said, parsed, answer, context);
  throw unusableAnswer(
    said.code ?? 'not_an_envelope',
    refused(context.operation, what, said),
    context,
    said.text,
  );
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
      what: refused(operation, found.meaning, { code: code ?? 'missing', text }),
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
      what: refused(context.operation, say('answer.http_status', { status: answer.status }), said),
      remedy: say(isRefusal ? 'remedy.check_gateway' : 'remedy.later'),
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

function unusableAnswer(code: string, what: Said, context: AnswerContext, text = ''): CallFault {
  return new CallFault(
    new MarketplaceError({
      kind: 'transient',
      operation: context.operation,
      what,
      remedy: say('remedy.check_proxy'),
      retryable: true,
      platformCode: code,
      platformMessage: text || null,
    }),
    { retryClass: 'transport', notCarriedOut: false, isPlatformFault: true },
  );
}
