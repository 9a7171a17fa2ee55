import { API_KEY_PREFIX } from '#contracts';
import { invalid } from '#runtime';

/** Long enough to be no path of the page or name of a cookie. */
const KEY_LIKE = new RegExp(`${API_KEY_PREFIX}[0-9A-Za-z]{12}_[0-9A-Za-z]`);
const KEY_FIELD = /[?&](?:x[-_]?)?(?:api[-_]?key|access[-_]?token|authorization|bearer)=/i;

/**
 * Addresses end up in histories, referrers and logs of proxies: a key there is as good as published. Refused before
 * anything repeats the address.
 * @throws AppError `request.key_in_url`
 */
export function assertNoKeyInUrl(url: string): void {
  const decoded = decodedUrl(url);
  if (!KEY_LIKE.test(url) && !KEY_LIKE.test(decoded) && !KEY_FIELD.test(decoded)) return;
  throw invalid(
    'request.key_in_url',
    'An API key must not stand in an address. Send it as the header Authorization: Bearer omni_…, and end the key if it was a real one.',
  );
}

function decodedUrl(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
