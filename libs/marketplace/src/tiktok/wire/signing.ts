import { createHmac } from 'node:crypto';

/** Values as they are before they are escaped for the address. */
export type Query = Readonly<Record<string, string>>;

const NOT_SIGNED = new Set(['sign', 'access_token']);

/**
 * HMAC-SHA256, lower-case hex, over path, sorted names and values of the query, and the bytes of the body, with the app secret
 * before, after and as key. Rule: reference 1.3; held to its vectors T1 to T9 [C: six other programs].
 * @param path as the server sees it, its parameters filled in
 * @param body the very text that is sent; empty for a file upload, which is not signed
 */
export function signTikTokCall(
  { path, query, body }: { readonly path: string; readonly query: Query; readonly body: string },
  appSecret: string,
): string {
  const named = Object.keys(query)
    .filter((name) => !NOT_SIGNED.has(name))
    .sort() // by code unit, as the names' bytes are
    .map((name) => name + query[name])
    .join('');
  return createHmac('sha256', appSecret)
    .update(`${appSecret}${path}${named}${body}${appSecret}`, 'utf8')
    .digest('hex');
}

/** Of a pushed message: over the app key and the raw body. Vectors W1, W2 [C]. */
export function signTikTokPush(
  body: string,
  app: { readonly appKey: string; readonly appSecret: string },
): Buffer {
  return createHmac('sha256', app.appSecret).update(`${app.appKey}${body}`, 'utf8').digest();
}
