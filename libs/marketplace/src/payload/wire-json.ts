import { isLosslessNumber, type LosslessNumber, parse } from 'lossless-json';

/** What may stand in a request. A 64-bit id goes as `bigint`, so that it is written as a bare integer, unrounded. */
export type WireValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | LosslessNumber
  | readonly WireValue[]
  | WireObject;

export type WireObject = { readonly [field: string]: WireValue | undefined };

/** A value that must not be sent: thrown before anything leaves the process. */
export class UnsendableValueError extends Error {
  override readonly name = 'UnsendableValueError';
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Compact JSON as the signature wants it: no spaces, order kept, Unicode raw, `/` and `&` unescaped.
 * The signer and the body use this one writer, so that what is signed is what is sent.
 */
export function writeWireJson(value: WireValue, path = 'request'): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return JSON.stringify(assertWellFormed(value, path));
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return value.toString();
    case 'number':
      return writeNumber(value, path);
    case 'object':
      return writeStructure(value, path);
    default:
      throw new UnsendableValueError(`${path} is a ${typeof value}; only JSON values can be sent`);
  }
}

function writeStructure(value: LosslessNumber | readonly WireValue[] | WireObject, path: string): string {
  if (isLosslessNumber(value)) return value.value;
  if (isWireArray(value)) {
    return `[${value.map((item, index) => writeWireJson(item, `${path}[${index}]`)).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new UnsendableValueError(`${path} is not a plain object; convert it to text or a number first`);
  }
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    members.push(`${JSON.stringify(key)}:${writeWireJson(member, `${path}.${key}`)}`);
  }
  return `{${members.join(',')}}`;
}

function isWireArray(value: readonly WireValue[] | WireObject): value is readonly WireValue[] {
  return Array.isArray(value);
}

function writeNumber(value: number, path: string): string {
  if (!Number.isFinite(value)) {
    throw new UnsendableValueError(`${path} is ${value}; only finite numbers can be sent`);
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new UnsendableValueError(`${path} is beyond 2^53 and may have been rounded; pass it as a bigint`);
  }
  return JSON.stringify(value);
}

/** A lone surrogate has no UTF-8 form: what is signed and what arrives would differ. */
export function assertWellFormed(text: string, path: string): string {
  if (LONE_SURROGATE.test(text)) {
    throw new UnsendableValueError(`${path} holds half of a surrogate pair; it cannot be sent as UTF-8`);
  }
  return text;
}

/** The platform's 64-bit ids, kept as text on our side. Throws where the text is no such id. */
export function longId(id: string, field: string): bigint {
  if (!/^[1-9]\d{0,18}$/.test(id)) {
    throw new UnsendableValueError(`${field} must be 1 to 19 digits, got ${JSON.stringify(id.slice(0, 40))}`);
  }
  return BigInt(id);
}

/** A number that stands outside quotes and that JavaScript would change: long, or with a point or an exponent. */
const NOT_KEPT_BY_JAVASCRIPT = /(?:^|[:[,])\s*-?(?:\d{16}|\d{1,15}[.eE])/;

/**
 * No number is ever rounded: one that JavaScript would change comes as its text (`LosslessNumber`); an answer without
 * one, which most are, is parsed by the engine, five times as fast. Throws on anything that is not JSON.
 */
export function readWireJson(text: string): unknown {
  // Some gateways put a byte order mark in front.
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return NOT_KEPT_BY_JAVASCRIPT.test(json) ? parse(json) : (JSON.parse(json) as unknown);
}

/** A number of an answer as it was written; undefined for anything else. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return isLosslessNumber(value) ? value.value : undefined;
}
