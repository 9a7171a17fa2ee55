import {
  EXPIRES_SOON_DAYS,
  type MarketplaceId,
  type MarketplaceRegionId,
  type Said,
  type ShopState,
  type ShopStatus,
  type ShopView,
  sentence,
} from '#contracts';

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
  token_expires_at: Date | null;
  token_ended_at: Date | null;
  scopes: string[];
  missing_scopes: string[];
  credential_version: number;
  version: number;
  connected_at: Date;
}

/** All but the sealed token: that is read where it is opened. */
export const SHOP_COLUMNS = `id, marketplace, region, platform_shop_id, app_id, name, time_zone, currency, status,
  status_reason, token_expires_at, token_ended_at, scopes, missing_scopes, credential_version, version, connected_at`;

const EXPIRES_SOON_MS = EXPIRES_SOON_DAYS * 86_400_000;

export function shopViewOf(row: ShopRow, now: Date): ShopView {
  const leftMs = row.token_expires_at === null ? null : row.token_expires_at.getTime() - now.getTime();
  return {
    id: row.id,
    marketplace: row.marketplace,
    region: row.region,
    platformShopId: row.platform_shop_id,
    name: row.name,
    timeZone: row.time_zone,
    currency: row.currency,
    status: row.status,
    statusReason: row.status_reason === null ? null : sentence(row.status_reason),
    expiresSoon: row.status === 'connected' && leftMs !== null && leftMs <= EXPIRES_SOON_MS,
    // What the marketplace once said of a token that has ended since is no news about it.
    tokenExpiresAt: row.status === 'connected' ? (row.token_expires_at?.toISOString() ?? null) : null,
    tokenEndedAt: row.token_ended_at?.toISOString() ?? null,
    scopes: row.scopes,
    missingScopes: row.missing_scopes,
    credentialVersion: row.credential_version,
    connectedAt: row.connected_at.toISOString(),
    version: row.version,
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
