import { type Said, say } from '#contracts';
import type { MarketplaceError, RenewedToken } from '#marketplace';
import type { Transaction } from '#runtime';
import { recordAudit, SYSTEM_ACTOR } from '../audit/audit.js';
import { accessTokenContext, refreshTokenContext, type Sealer } from '../secrets/sealer.js';
import type { ShopRow } from '../shops/shop-row.js';
import { updateShop } from '../shops/shops.js';
import type { Asked } from './ask-for-token.js';
import type { Renewal, TokenVersion } from './renewable.js';

/** `changed`: to be announced once it is committed. */
export interface Settled {
  readonly renewal: Renewal;
  readonly changed: readonly ShopRow[];
}

interface AuthorizedShop {
  readonly id: string;
  readonly name: string;
  readonly status: ShopRow['status'];
}

/**
 * Stores what the marketplace said, in one transaction: the new pair with the news of all its shops, or that they need
 * their seller, or only that it failed. Nothing of it where the token is another one by now.
 */
export async function settleRenewal(
  tx: Transaction,
  sealer: Sealer,
  token: TokenVersion,
  asked: Asked,
  now: Date,
): Promise<Settled> {
  // Shops before authorisations, as everywhere.
  const shops = await tx.query<AuthorizedShop>(
    'SELECT id, name, status FROM shops WHERE authorization_id = $1 ORDER BY id FOR UPDATE',
    [token.authorizationId],
  );
  const isStored =
    'token' in asked
      ? await storePair(tx, sealer, token, asked, now)
      : await storeFailure(tx, token, asked.error, now);
  if (!isStored) return { renewal: { outcome: 'superseded' }, changed: [] };
  const changed: ShopRow[] = [];
  if ('token' in asked) {
    for (const { id } of shops)
      changed.push(await updateShop(tx, id, 'credential_version = credential_version + 1', []));
    return { renewal: { outcome: 'renewed' }, changed };
  }
  const { error } = asked;
  if (error.kind !== 'token') return { renewal: { outcome: 'failed', why: error.said }, changed };
  for (const shop of shops.filter(({ status }) => status === 'connected'))
    changed.push(await markRefused(tx, shop, error, now));
  return { renewal: { outcome: 'refused' }, changed };
}

async function storePair(
  tx: Transaction,
  sealer: Sealer,
  { authorizationId, version }: TokenVersion,
  { token, askedWith }: { readonly token: RenewedToken; readonly askedWith: 'current' | 'former' },
  now: Date,
): Promise<boolean> {
  const access = await sealer.seal(token.accessToken, accessTokenContext(authorizationId));
  const rows = await tx.query(
    `UPDATE authorizations SET access_sealed = $3, access_key_id = $4, access_expires_at = $5, issued_at = $6,
       version = version + 1, renewal_tried_at = $6, renewal_failing_since = NULL, renewal_failures = 0, renewal_error = NULL
     WHERE id = $1 AND version = $2 RETURNING 1`,
    [authorizationId, version, access.sealed, access.keyId, token.expiresAt, now],
  );
  if (rows.length === 0) return false;
  if (token.refresh === null) return true;
  const refresh = await sealer.seal(token.refresh.token, refreshTokenContext(authorizationId));
  // The one that was used becomes the one before.
  const former =
    askedWith === 'former'
      ? ''
      : 'former_refresh_sealed = refresh_sealed, former_refresh_key_id = refresh_key_id,';
  await tx.query(
    `UPDATE authorizations SET ${former} refresh_sealed = $2, refresh_key_id = $3, refresh_expires_at = $4 WHERE id = $1`,
    [authorizationId, refresh.sealed, refresh.keyId, token.refresh.expiresAt],
  );
  return true;
}

async function storeFailure(
  tx: Transaction,
  { authorizationId, version }: TokenVersion,
  { said }: MarketplaceError,
  now: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE authorizations SET renewal_tried_at = $3, renewal_failing_since = coalesce(renewal_failing_since, $3),
       renewal_failures = renewal_failures + 1, renewal_error = $4
     WHERE id = $1 AND version = $2 RETURNING 1`,
    [authorizationId, version, now, said],
  );
  return rows.length > 0;
}

async function markRefused(
  tx: Transaction,
  shop: AuthorizedShop,
  { what, platformCode }: MarketplaceError,
  now: Date,
): Promise<ShopRow> {
  const reason: Said = say('shop.renewal_refused', { why: what });
  const row = await updateShop(
    tx,
    shop.id,
    `status = 'needs_reauthorization', status_reason = $2, token_ended_at = $3`,
    [reason, now],
  );
  await recordAudit(tx, {
    ...SYSTEM_ACTOR,
    action: 'shop.needs_reauthorization',
    subject: shop.name,
    shopId: shop.id,
    details: { reason: say('act.renewal_refused'), platformCode },
    at: now,
  });
  return row;
}
