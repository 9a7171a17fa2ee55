import { say } from '#said';
import {
  type CallFault,
  codeFault,
  failed,
  httpStatusFault,
  refused,
  type SaidError,
  unusableAnswer,
} from '../../call/call-fault.js';
import type { HttpAnswer } from '../../call/http.js';
import { boundedLine, type Redact } from '../../call/redact.js';
import { isJsonObject, type JsonObject } from '../../payload/read.js';
import { codeText, saidError } from '../../payload/said-error.js';
import { readWireJson } from '../../payload/wire-json.js';
import { classifyCode, isKnownCode, SUCCESS_CODE } from './error-table.js';
import type { TemuRegion } from './regions.js';

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
  if (answer.status !== 200) throw statusFault(answer, context);
  const envelope = readEnvelope(answer, context);
  const isSuccess = envelope.success === true && codeText(envelope.errorCode) === SUCCESS_CODE;
  if (!isSuccess) throw refusal(saidError(envelope, context.redact), envelope, answer, context);
  const { result } = envelope;
  // Calls without a result of their own answer true or false.
  if (result === false) throw refusal({ code: null, text: '' }, envelope, answer, context);
  if (isJsonObject(result) && (result.success === false || result.operateResult === false)) {
    const inner = saidError(result, context.redact);
    const code = inner.code === SUCCESS_CODE ? null : inner.code;
    throw refusal({ ...inner, code }, envelope, answer, context);
  }
  return result;
}

/** An error in another envelope still says what it is: by its code where we know it, else an unusable answer. */
function readEnvelope(answer: HttpAnswer, context: AnswerContext): JsonObject {
  const parsed = parseObject(answer.text);
  // The parser's message quotes the text, so it is not kept.
  if (parsed === undefined)
    throw unusableAnswer(context.operation, 'not_json', failed(context.operation, say('answer.not_json')));
  if (isJsonObject(parsed) && typeof parsed.success === 'boolean') return parsed;
  const what = say('answer.not_an_envelope');
  if (!isJsonObject(parsed)) {
    throw unusableAnswer(context.operation, 'not_an_envelope', failed(context.operation, what));
  }
  const said = saidError(parsed, context.redact);
  if (isKnownCode(context.region, said.code)) throw refusal(said, parsed, answer, context);
  throw unusableAnswer(
    context.operation,
    said.code ?? 'not_an_envelope',
    refused(context.operation, what, said),
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

function refusal(
  said: SaidError,
  envelope: JsonObject,
  answer: HttpAnswer,
  context: AnswerContext,
): CallFault {
  const { operation, redact } = context;
  const row = classifyCode(context.region, operation, said.code ?? '', said.text);
  const requestId = envelope.requestId ?? envelope.request_id;
  return codeFault(operation, row, said, {
    requestId: typeof requestId === 'string' ? boundedLine(redact(requestId), 100) || null : null,
    retryAfterMs: answer.retryAfterMs,
  });
}

/** Temu answers everything with 200: other statuses are a gateway's or proxy's. What their body says is shown. */
function statusFault(answer: HttpAnswer, context: AnswerContext): CallFault {
  const isRefusal = answer.status >= 300 && answer.status < 500 && answer.status !== 429;
  const parsed = parseObject(answer.text);
  const said = isJsonObject(parsed) ? saidError(parsed, context.redact) : { code: null, text: '' };
  if (isRefusal && isJsonObject(parsed) && isKnownCode(context.region, said.code)) {
    return refusal(said, parsed, answer, context);
  }
  return httpStatusFault(context.operation, answer, said);
}
