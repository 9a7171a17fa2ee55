import {
  EXPIRES_SOON_DAYS,
  type MarketplaceId,
  type MarketplaceRegionId,
  type Said,
  type ShopAuthorization,
  type ShopState,
  type ShopStatus,
  type ShopView,
  sentence,
} from '#contracts';
import { lackedBy } from '#marketplaces';

export interface ShopRow {
  id: string;
  marketplace: MarketplaceId;
  region: MarketplaceRegionId;
  platform_shop_id: string;
  app_id: string;
  name: string;
  time_zone: string;
  currency: string | null;
  status: ShopStatus;
  status_reason: Said | null;
  authorization_id: string | null;
  access_expires_at: Date | null;
  refresh_expires_at: Date | null;
  /** There is a refresh token: the seller is not needed when the access token ends. */
  renews_itself: boolean;
  renewal_failing_since: Date | null;
  renewal_failures: number;
  renewal_error: Said | null;
  /** Of its authorisation, this one included. */
  authorized_shops: number;
  token_ended_at: Date | null;
  scopes: string[];
  missing_scopes: string[];
  credential_version: number;
  version: number;
  connected_at: Date;
}

/** All but what is sealed: that is read where it is opened. */
export const SHOP_COLUMNS = `s.id, s.marketplace, s.region, s.platform_shop_id, s.app_id, s.name, s.time_zone, s.currency,
  s.status, s.status_reason, s.authorization_id, s.token_ended_at, s.missing_scopes, s.credential_version, s.version,
  s.connected_at, coalesce(z.scopes, '{}') AS scopes, z.access_expires_at, z.refresh_expires_at,
  coalesce(z.refresh_sealed IS NOT NULL, false) AS renews_itself,
  z.renewal_failing_since, coalesce(z.renewal_failures, 0) AS renewal_failures, z.renewal_error,
  (SELECT count(*)::int FROM shops o WHERE o.authorization_id = s.authorization_id) AS authorized_shops`;

/** A shop and what it is authorised by. To lock it: `FOR UPDATE OF s`. */
export const SHOPS = 'shops s LEFT JOIN authorizations z ON z.id = s.authorization_id';

const EXPIRES_SOON_MS = EXPIRES_SOON_DAYS * 86_400_000;

export function shopViewOf(row: ShopRow, now: Date): ShopView {
  const endsAt = row.renews_itself ? row.refresh_expires_at : row.access_expires_at;
  const leftMs = endsAt === null ? null : endsAt.getTime() - now.getTime();
  return {
    id: row.id,
    marketplace: row.marketplace,
    notAvailable: lackedBy(row.marketplace),
    region: row.region,
    platformShopId: row.platform_shop_id,
    name: row.name,
    timeZone: row.time_zone,
    currency: row.currency,
    status: row.status,
    statusReason: row.status_reason === null ? null : sentence(row.status_reason),
    expiresSoon: row.status === 'connected' && leftMs !== null && leftMs <= EXPIRES_SOON_MS,
    // What the marketplace once said of a token that has ended since is no news about it.
    tokenExpiresAt: row.status === 'connected' ? (endsAt?.toISOString() ?? null) : null,
    tokenEndedAt: row.token_ended_at?.toISOString() ?? null,
    authorization: authorizationViewOf(row),
    scopes: row.scopes,
    missingScopes: row.missing_scopes,
    credentialVersion: row.credential_version,
    connectedAt: row.connected_at.toISOString(),
    version: row.version,
  };
}

function authorizationViewOf(row: ShopRow): ShopAuthorization | null {
  if (row.authorization_id === null) return null;
  const { renewal_failing_since: since, renewal_error: reason } = row;
  return {
    id: row.authorization_id,
    shopCount: row.authorized_shops,
    renewsItself: row.renews_itself,
    renewalFailure:
      since === null || reason === null
        ? null
        : { since: since.toISOString(), failures: row.renewal_failures, reason: sentence(reason) },
  };
}

export function shopStateOf(row: ShopRow): ShopState {
  return {
    shopId: row.id,
    marketplace: row.marketplace,
    region: row.region,
    platformShopId: row.platform_shop_id,
    name: row.name,
    timeZone: row.time_zone,
    currency: row.currency,
    status: row.status,
    credentialVersion: row.credential_version,
    version: row.version,
  };
}
