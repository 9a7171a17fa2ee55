import { say } from '#said';
import {
  type CallFault,
  codeFault,
  failed,
  httpStatusFault,
  refused,
  unusableAnswer,
} from '../../call/call-fault.js';
import type { HttpAnswer } from '../../call/http.js';
import { boundedLine, type Redact } from '../../call/redact.js';
import { isJsonObject, type JsonObject } from '../../payload/read.js';
import { codeText, saidError } from '../../payload/said-error.js';
import { readWireJson } from '../../payload/wire-json.js';
import { classifyCode, isKnownCode, SUCCESS_CODE } from './error-table.js';

export interface AnswerContext {
  readonly operation: string;
  /** That the call needs. */
  readonly scope: string | null;
  readonly redact: Redact;
}

/**
 * `data` of a successful answer: HTTP 200 *and* code 0. Refusals come with HTTP 200 too, and with other statuses, with the same
 * envelope `{code, message, data, request_id}` [D]: its code speaks, whatever the status.
 * @throws CallFault for everything else
 */
export function readData(answer: HttpAnswer, context: AnswerContext): unknown {
  const { operation, redact } = context;
  const parsed = parse(answer.text);
  const envelope = isJsonObject(parsed) ? parsed : undefined;
  const said = envelope === undefined ? { code: null, text: '' } : saidError(envelope, redact);
  if (envelope !== undefined && isRefusal(answer.status, envelope, said.code))
    throw codeFault(operation, classifyCode(said.code ?? '', said.text, context.scope), said, {
      requestId: requestIdOf(envelope, redact),
      retryAfterMs: answer.retryAfterMs,
      permission: context.scope,
    });
  if (answer.status !== 200) throw httpStatusFault(operation, answer, said);
  if (envelope !== undefined && said.code === SUCCESS_CODE) return envelope.data;
  throw notAnEnvelope(operation, parsed, said.code);
}

/** A gateway before TikTok's may answer with a code of its own: with a status of fault only codes that we know are believed. */
function isRefusal(status: number, envelope: JsonObject, code: string | null): boolean {
  if (code === null || code === SUCCESS_CODE) return false;
  if (isKnownCode(code)) return true;
  const isOurs = codeText(envelope.code) !== undefined && typeof envelope.message === 'string';
  return isOurs && status < 500 && status !== 429;
}

function notAnEnvelope(operation: string, parsed: unknown, code: string | null): CallFault {
  if (parsed === undefined)
    return unusableAnswer(operation, 'not_json', failed(operation, say('answer.not_json')));
  const what = say('answer.not_an_envelope');
  const platformCode = code ?? 'not_an_envelope';
  return unusableAnswer(operation, platformCode, refused(operation, what, { code, text: '' }));
}

function parse(text: string): unknown {
  try {
    return readWireJson(text);
  } catch {
    // The parser's message quotes the text, so it is not kept.
    return undefined;
  }
}

/** TikTok's support asks for it. */
function requestIdOf(envelope: JsonObject, redact: Redact): string | null {
  const { request_id: requestId } = envelope;
  return typeof requestId === 'string' ? boundedLine(redact(requestId), 100) || null : null;
}
