import { randomUUID } from 'node:crypto';
import type { RefusedShop } from '#contracts';
import { insertOf, type Transaction } from '#runtime';
import { accessTokenContext, refreshTokenContext, type Sealer } from '../secrets/sealer.js';
import { SHOP_COLUMNS, SHOPS, type ShopRow } from '../shops/shop-row.js';
import { forgetUnused, lockedShop } from '../shops/shops.js';
import {
  type AuthorizationTarget,
  insertShop,
  reauthorizeShop,
  refusalOf,
  type VerifiedAuthorization,
} from './authorized-shop.js';

export interface Stored {
  readonly shops: readonly ShopRow[];
  readonly refused: readonly RefusedShop[];
}

/**
 * Keeps one authorisation for those of its shops that may have it, in the transaction of all that came with a consent.
 * - A connected shop that the caller manages takes its new token: issuing it has killed the stored one already. So do the
 *   shops that were authorised together with it, whoever manages them: they would be dead else.
 * - An unknown or disconnected shop is connected when that is what was asked for and the caller may connect shops.
 * - Anything else is refused; when all is, nothing is stored.
 */
export async function storeAuthorization(
  tx: Transaction,
  sealer: Sealer,
  target: AuthorizationTarget,
  issued: VerifiedAuthorization,
): Promise<Stored> {
  const known = await lockKnown(tx, target, issued);
  const refusals = new Map(
    issued.shops.map(({ platformShopId }) => [platformShopId, refusalOf(target, known.get(platformShopId))]),
  );
  const renewedTogether = new Set(
    [...known.values()]
      .filter((row) => row.authorization_id !== null && refusals.get(row.platform_shop_id) === null)
      .map((row) => row.authorization_id),
  );
  const refused: RefusedShop[] = [];
  const accepted = issued.shops.filter(({ platformShopId }) => {
    const refusal = refusals.get(platformShopId) ?? null;
    const isTogether = renewedTogether.has(known.get(platformShopId)?.authorization_id ?? null);
    if (refusal === null || isTogether) return true;
    refused.push({ platformShopId, ...refusal });
    return false;
  });
  if (accepted.length === 0) return { shops: [], refused };

  const authorizationId = await insertAuthorization(tx, sealer, target, issued);
  const ids: string[] = [];
  for (const shop of accepted) {
    const authorized = { ...issued, shop, authorizationId };
    const row = known.get(shop.platformShopId);
    ids.push(
      row === undefined
        ? await insertShop(tx, sealer, target, authorized)
        : await reauthorizeShop(tx, sealer, target, authorized, row),
    );
  }
  await forgetUnused(
    tx,
    [...known.values()].flatMap((row) => row.authorization_id ?? []),
  );
  // As they are now that all of them are there.
  const shops: ShopRow[] = [];
  for (const id of ids) shops.push(await lockedShop(tx, id));
  return { shops, refused };
}

async function lockKnown(
  tx: Transaction,
  { marketplace, app }: AuthorizationTarget,
  { shops }: VerifiedAuthorization,
): Promise<Map<string, ShopRow>> {
  const rows = await tx.query<ShopRow>(
    `SELECT ${SHOP_COLUMNS} FROM ${SHOPS} WHERE s.marketplace = $1 AND s.region = $2 AND s.platform_shop_id = ANY ($3)
     ORDER BY s.id FOR UPDATE OF s`,
    [marketplace, app.region, shops.map(({ platformShopId }) => platformShopId)],
  );
  return new Map(rows.map((row) => [row.platform_shop_id, row]));
}

async function insertAuthorization(
  tx: Transaction,
  sealer: Sealer,
  { marketplace, app, now }: AuthorizationTarget,
  { accessToken, expiresAt, refresh, scopes, platformSellerId }: VerifiedAuthorization,
): Promise<string> {
  const id = randomUUID();
  const access = await sealer.seal(accessToken, accessTokenContext(id));
  const sealedRefresh = refresh === null ? null : await sealer.seal(refresh.token, refreshTokenContext(id));
  const row = insertOf({
    id,
    marketplace,
    region: app.region,
    app_id: app.id,
    platform_seller_id: platformSellerId,
    scopes,
    access_sealed: access.sealed,
    access_key_id: access.keyId,
    access_expires_at: expiresAt,
    refresh_sealed: sealedRefresh?.sealed ?? null,
    refresh_key_id: sealedRefresh?.keyId ?? null,
    refresh_expires_at: refresh?.expiresAt ?? null,
    issued_at: now,
  });
  await tx.query(`INSERT INTO authorizations (${row.names}) VALUES (${row.parameters})`, row.values);
  return id;
}
