import { createHash } from 'node:crypto';
import { assertWellFormed, type WireObject, type WireValue, writeWireJson } from '../../payload/wire-json.js';

/**
 * Temu's signature over the top-level fields of a body: sorted by name (ASCII), name and value joined without
 * separators, the app secret before and after, MD5, upper-case hex. Nested order is the order sent.
 * Rule and vectors V01 to V18: the API integration guide's "signature" page, both worked examples recomputed.
 *
 * `sign` itself and nulls are left out; the request builder leaves nulls out of the body too.
 */
export function signTemuFields(fields: WireObject, appSecret: string): string {
  return createHash('md5')
    .update(`${appSecret}${signatureBase(fields)}${appSecret}`, 'utf8')
    .digest('hex')
    .toUpperCase();
}

/** The text between the two secrets, to debug with; it holds the access token, so never log it. */
export function signatureBase(fields: WireObject): string {
  return Object.keys(fields)
    .filter((name) => name !== 'sign')
    .sort() // by code unit, as ASCII is
    .map((name) => {
      const value = fields[name];
      return value === null || value === undefined ? '' : `${name}${signedText(value, name)}`;
    })
    .join('');
}

/** Strings are signed raw, without quotes or escapes; everything else as its compact JSON. */
function signedText(value: WireValue, name: string): string {
  return typeof value === 'string' ? assertWellFormed(value, name) : writeWireJson(value, name);
}
