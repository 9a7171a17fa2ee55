import { configurationError, parseBaseUrl, withoutTrailingSlash } from '../../call/base-url.js';
import { TIKTOK_API_HOST, TIKTOK_CONSENT_PAGES, TIKTOK_TOKEN_HOST, type TikTokRegion } from './regions.js';

export type BaseUrls = Partial<Readonly<Record<TikTokRegion, string>>>;

/** Where each region's calls go. @throws MarketplaceError `configuration` for an address that cannot be used */
export function resolveHosts(given: BaseUrls): Record<TikTokRegion, URL> {
  return {
    us: parseBaseUrl(given.us || TIKTOK_API_HOST, 'API address of region us', TIKTOK_API_HOST),
    global: parseBaseUrl(given.global || TIKTOK_API_HOST, 'API address of region global', TIKTOK_API_HOST),
  };
}

export function resolveTokenHosts(given: BaseUrls): Record<TikTokRegion, URL> {
  return {
    us: parseBaseUrl(given.us || TIKTOK_TOKEN_HOST, 'token address of region us', TIKTOK_API_HOST),
    global: parseBaseUrl(
      given.global || TIKTOK_TOKEN_HOST,
      'token address of region global',
      TIKTOK_API_HOST,
    ),
  };
}

/**
 * The page on which a seller consents [D]. It knows the app by its `service_id`, which is not its key; where the seller is sent
 * back to is what is registered for the app, whatever an address says.
 */
export function consentPageUrl(
  pages: BaseUrls,
  { region, serviceId, state }: { region: TikTokRegion; serviceId: string; state: string },
): string {
  if (serviceId === '')
    throw configurationError(
      'The app has no service id',
      'Enter the service id that Partner Center shows beside the app key.',
    );
  const url = parseBaseUrl(
    pages[region] || TIKTOK_CONSENT_PAGES[region],
    `consent page of region ${region}`,
    TIKTOK_API_HOST,
  );
  url.pathname = `${withoutTrailingSlash(url.pathname)}/open/authorize`;
  url.searchParams.set('service_id', serviceId);
  url.searchParams.set('state', state);
  return url.href;
}
