import { configurationError, parseBaseUrl, withoutTrailingSlash } from '../../call/base-url.js';
import { TEMU_GATEWAYS, TEMU_SELLER_CENTERS, type TemuRegion } from './regions.js';

export type BaseUrls = Partial<Record<TemuRegion, string>>;

const OFFICIAL_SELLER_CENTERS: BaseUrls = TEMU_SELLER_CENTERS;
const ROUTER_PATH = '/openapi/router';
const CONSENT_PATH = '/open-platform/client-manage/authorization';

/** Where each region's calls go. Throws kind `configuration` for a base URL that cannot be used. */
export function resolveRouters(overrides: BaseUrls): Record<TemuRegion, URL> {
  const router = (region: TemuRegion): URL => {
    const base = parseBaseUrl(
      overrides[region] || TEMU_GATEWAYS[region],
      `gateway of region ${region}`,
      TEMU_GATEWAYS.us,
    );
    if (!base.pathname.endsWith(ROUTER_PATH))
      base.pathname = withoutTrailingSlash(base.pathname) + ROUTER_PATH;
    return base;
  };
  return {
    us: router('us'),
    eu: router('eu'),
    global: router('global'),
    cn: router('cn'),
    partner: router('partner'),
  };
}

export function consentPageUrl(
  sellerCenters: BaseUrls,
  input: { region: TemuRegion; appKey: string; redirectUri: string; state: string },
): string {
  const configured = sellerCenters[input.region] || OFFICIAL_SELLER_CENTERS[input.region];
  if (!configured) {
    throw configurationError(
      `Temu has no single consent page for region ${input.region}`,
      'Set the seller centre address of this region, or let the seller copy a token by hand and paste it.',
    );
  }
  const url = parseBaseUrl(configured, `seller centre of region ${input.region}`, TEMU_GATEWAYS.us);
  url.pathname = withoutTrailingSlash(url.pathname) + CONSENT_PATH;
  url.searchParams.set('appKey', input.appKey);
  url.searchParams.set('redirect_uri', input.redirectUri);
  url.searchParams.set('state', input.state);
  return url.href;
}

/**
 * The callback names the API host to use. We never call what it names, but a host that is not the region's own means
 * that the callback was forged or meant for another region. A configured seller centre counts too: it may stand under
 * another name for browsers than the gateway does for us (containers).
 */
export function isKnownCallbackHost(
  router: URL,
  region: TemuRegion,
  callbackHost: string,
  sellerCenter?: string | undefined,
): boolean {
  const text = callbackHost.trim().toLowerCase();
  let named: URL;
  try {
    named = new URL(/^https?:\/\//.test(text) ? text : `${router.protocol}//${text}`);
  } catch {
    return false;
  }
  if (named.username || named.password || named.search || named.hash) return false;
  if (
    !['', '/', ROUTER_PATH, router.pathname, gatewayPath(router), `${gatewayPath(router)}/`].includes(
      named.pathname,
    )
  ) {
    return false;
  }
  const official = new URL(TEMU_GATEWAYS[region]);
  const known = [router.host, router.hostname, official.host];
  if (sellerCenter !== undefined) known.push(new URL(sellerCenter).host);
  return known.includes(named.host);
}

function gatewayPath(router: URL): string {
  return router.pathname.slice(0, -ROUTER_PATH.length);
}
