import { quoted } from '#said';
import { MarketplaceError } from '../errors.js';

/**
 * An address that a setting gives, or the marketplace's own.
 * @param what it is of, for the error
 * @throws MarketplaceError `configuration` for one that cannot be used
 */
export function parseBaseUrl(text: string, what: string, example: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw configurationError(`The ${what} is not a URL`, `Set it to an address such as ${example}.`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw configurationError(`The ${what} must begin with https:// or http://`, 'Correct the address.');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw configurationError(
      `The ${what} must hold no user, password, query or fragment`,
      'Leave only scheme, host, port and path.',
    );
  }
  return url;
}

export function configurationError(message: string, remedy: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'configuration',
    operation: 'setup',
    what: quoted(message),
    remedy: quoted(remedy),
    retryable: false,
  });
}

export function withoutTrailingSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
