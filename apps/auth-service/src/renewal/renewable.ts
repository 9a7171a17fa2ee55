import type { MarketplaceId, MarketplaceRegionId, Said } from '#contracts';
import type { MarketplaceApp } from '#marketplace';
import type { Transaction } from '#runtime';
import { appSecretContext, refreshTokenContext, type Sealer } from '../secrets/sealer.js';

export type Renewal =
  /** `superseded`: the token is another one by now, or there is nothing to renew. `refused`: the seller is needed. */
  | { readonly outcome: 'renewed' | 'superseded' | 'refused' }
  /** Nobody has said no: it is tried again by itself. */
  | { readonly outcome: 'failed'; readonly why: Said };

/** A token by the version that was seen. */
export interface TokenVersion {
  readonly authorizationId: string;
  readonly version: number;
}

/** What a renewal is asked with, in clear: only in memory, only for the call. */
export interface Renewable {
  readonly marketplace: MarketplaceId;
  readonly app: MarketplaceApp;
  readonly refreshToken: string;
  /** The refresh token before, where there is one. */
  readonly formerRefreshToken: string | null;
}

/** After 1, 2, 4 … 32 minutes: a marketplace that is down is not asked by every run of every shop. */
const AGAIN_FROM = `z.renewal_tried_at + interval '1 minute' * power(2, least(z.renewal_failures - 1, 5))`;

/** Or why there is nothing to ask: the token is another one by now, or was asked for in vain just before. */
export async function findRenewable(
  tx: Transaction,
  sealer: Sealer,
  { authorizationId, version }: TokenVersion,
  now: Date,
): Promise<Renewable | { readonly renewal: Renewal }> {
  const [row] = await tx.query<{
    marketplace: MarketplaceId;
    region: MarketplaceRegionId;
    app_id: string;
    app_key: string;
    secret_sealed: string;
    refresh_sealed: string;
    former_refresh_sealed: string | null;
    renewal_error: Said | null;
    is_too_soon: boolean;
  }>(
    `SELECT z.marketplace, z.region, z.app_id, a.app_key, a.secret_sealed, z.refresh_sealed, z.former_refresh_sealed,
       z.renewal_error, z.renewal_failures > 0 AND ${AGAIN_FROM} > $3 AS is_too_soon
     FROM authorizations z JOIN marketplace_apps a ON a.id = z.app_id
     WHERE z.id = $1 AND z.version = $2 AND z.refresh_sealed IS NOT NULL
       AND (z.refresh_expires_at IS NULL OR z.refresh_expires_at > $3)
       AND EXISTS (SELECT 1 FROM shops s WHERE s.authorization_id = z.id AND s.status = 'connected')`,
    [authorizationId, version, now],
  );
  if (row === undefined) return { renewal: { outcome: 'superseded' } };
  if (row.is_too_soon && row.renewal_error !== null)
    return { renewal: { outcome: 'failed', why: row.renewal_error } };
  const context = refreshTokenContext(authorizationId);
  const former = row.former_refresh_sealed;
  return {
    marketplace: row.marketplace,
    app: {
      region: row.region,
      appKey: row.app_key,
      appSecret: await sealer.open(row.secret_sealed, appSecretContext(row.app_id)),
    },
    refreshToken: await sealer.open(row.refresh_sealed, context),
    formerRefreshToken: former === null ? null : await sealer.open(former, context),
  };
}
