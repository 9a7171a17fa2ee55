import { createHash, timingSafeEqual } from 'node:crypto';
import { compactJson, type JsonNode, type JsonObject } from './ordered-json.js';

export interface SignatureVariant {
  /** A body null is left out of the base string, or signed as the text `null` (V12: undocumented, both are accepted). */
  nulls: 'dropped' | 'text';
  /** A top-level string is signed raw, or with its JSON backslash escapes left in (V15: official samples do). */
  strings: 'raw' | 'escaped';
  /** Python's `True`/`False` for booleans; refused unless the sandbox is told to accept it. */
  booleans: 'json' | 'python';
}

const CANONICAL: SignatureVariant = { nulls: 'dropped', strings: 'raw', booleans: 'json' };

function signedText(node: JsonNode, variant: SignatureVariant): string {
  switch (node.kind) {
    case 'string':
      return variant.strings === 'raw' ? node.value : JSON.stringify(node.value).slice(1, -1);
    case 'boolean':
      if (variant.booleans === 'json') return String(node.value);
      return node.value ? 'True' : 'False';
    case 'number':
    case 'null':
    case 'array':
    case 'object':
      return compactJson(node);
  }
}

/** The text between the two secrets; shown in the control interface's call log to debug a client. */
export function signatureBase(body: JsonObject, variant: SignatureVariant = CANONICAL): string {
  // Array#sort without a comparator is by UTF-16 code unit: for the ASCII names of the protocol that is ASCII order.
  const keys = [...body.entries.keys()].filter((key) => key !== 'sign').sort();
  let base = '';
  for (const key of keys) {
    const node = body.entries.get(key);
    if (node === undefined || (node.kind === 'null' && variant.nulls === 'dropped')) continue;
    base += key + signedText(node, variant);
  }
  return base;
}

export function signBody(body: JsonObject, secret: string, variant: SignatureVariant = CANONICAL): string {
  return createHash('md5')
    .update(secret + signatureBase(body, variant) + secret, 'utf8')
    .digest('hex')
    .toUpperCase();
}

export function isSignatureValid(
  body: JsonObject,
  sign: string,
  secret: string,
  acceptPythonBooleans: boolean,
): boolean {
  const given = Buffer.from(sign, 'utf8');
  for (const booleans of acceptPythonBooleans ? (['json', 'python'] as const) : (['json'] as const)) {
    for (const nulls of ['dropped', 'text'] as const) {
      for (const strings of ['raw', 'escaped'] as const) {
        const expected = Buffer.from(signBody(body, secret, { nulls, strings, booleans }), 'utf8');
        if (expected.length === given.length && timingSafeEqual(expected, given)) return true;
      }
    }
  }
  return false;
}
