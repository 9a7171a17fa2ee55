import type { SaidError } from '../call/call-fault.js';
import { boundedLine, type Redact } from '../call/redact.js';
import { isJsonObject, type JsonObject } from './read.js';
import { numberText } from './wire-json.js';

const MAX_TEXT = 300;
const MAX_CODE = 40;

/** Names of other envelopes: of sister platforms (`error_response` with `sub_msg`), of gateways and proxies. */
const CODE_NAMES = ['errorCode', 'error_code', 'code', 'sub_code'] as const;
const TEXT_NAMES = ['errorMsg', 'error_msg', 'sub_msg', 'message', 'msg', 'error_description'] as const;
const WRAPPERS = ['error_response', 'errorResponse', 'error', 'response'] as const;

/** Code and text of an error, in the platform's envelope or another's; whatever is not there is `null` and `''`. */
export function saidError(answer: JsonObject, redact: Redact): SaidError {
  const places = [answer, ...WRAPPERS.map((name) => answer[name])].filter(isJsonObject);
  const code = firstOf(places, CODE_NAMES, codeText);
  const texts = TEXT_NAMES.flatMap((name) => places.flatMap((place) => textOf(place[name])));
  const text = texts.length > 0 ? [...new Set(texts)].join(': ') : (textOf(answer.error)[0] ?? '');
  return {
    code: code === undefined ? null : redact(code),
    text: boundedLine(redact(text), MAX_TEXT),
  };
}

/** A number, or a short word such as `SYSTEM_ERROR`. */
export function codeText(value: unknown): string | undefined {
  const text = numberText(value) ?? value;
  if (typeof text !== 'string' || !/^-?\w[\w.-]*$/.test(text)) return undefined;
  return boundedLine(text, MAX_CODE);
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
}

function firstOf<T>(
  places: readonly JsonObject[],
  names: readonly string[],
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const place of places) {
    for (const name of names) {
      const found = read(place[name]);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
