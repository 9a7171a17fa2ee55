import { randomUUID } from 'node:crypto';
import {
  type Caller,
  canReach,
  type MarketplaceId,
  type RefusedShop,
  shopChanged,
  shopConnected,
} from '#contracts';
import type { ShopIdentity } from '#marketplace';
import { placeOf } from '#marketplaces';
import { appendToOutbox } from '#messaging';
import type { Transaction } from '#runtime';
import type { OpenApp } from '../apps/marketplace-apps.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { type Sealer, tokenContext } from '../secrets/sealer.js';
import { defaultShopName } from '../shops/default-name.js';
import { missingScopes } from '../shops/needed-scopes.js';
import { SHOP_COLUMNS, type ShopRow, shopStateOf } from '../shops/shop-row.js';
import { recordPushes } from '../webhooks/record-pushes.js';

/** Why a caller without the right for all shops connects none. */
export const SINGLE_SHOPS =
  'You manage single shops. To connect a new one you need a role for all shops; ask an owner.';

/** A token whose shop the marketplace has named. */
export interface VerifiedToken {
  readonly identity: ShopIdentity;
  readonly accessToken: string;
}

export interface AuthorizationTarget {
  readonly marketplace: MarketplaceId;
  readonly app: OpenApp;
  /** Set when this shop is authorised again; null when a shop is connected. */
  readonly shopId: string | null;
  readonly caller: Caller;
  readonly shopName?: string | undefined;
  readonly now: Date;
}

export type Stored = { readonly shop: ShopRow } | { readonly refused: RefusedShop };

/**
 * Keeps one token, in the transaction of all tokens of an authorization.
 * - A connected shop that the caller manages takes its new token: issuing it has killed the stored one already.
 * - An unknown or disconnected shop is connected when that is what was asked for and the caller may connect shops.
 * - Anything else is refused, and nothing of it is stored.
 */
export async function storeAuthorizedShop(
  tx: Transaction,
  sealer: Sealer,
  target: AuthorizationTarget,
  token: VerifiedToken,
): Promise<Stored> {
  const platformShopId = token.identity.platformShopId;
  const [known] = await tx.query<ShopRow>(
    `SELECT ${SHOP_COLUMNS} FROM shops WHERE marketplace = $1 AND region = $2 AND platform_shop_id = $3 FOR UPDATE`,
    [target.marketplace, target.app.region, platformShopId],
  );
  const refusal = refusalOf(target, known);
  if (refusal !== null) return { refused: { platformShopId, ...refusal } };
  if (known === undefined) return { shop: await insertShop(tx, sealer, target, token) };
  return { shop: await renewShop(tx, sealer, target, token, known) };
}

export function refusalOf(
  target: Pick<AuthorizationTarget, 'shopId' | 'caller'>,
  known: Pick<ShopRow, 'id' | 'status'> | undefined,
): Omit<RefusedShop, 'platformShopId'> | null {
  const isConnected = known !== undefined && known.status !== 'disconnected';
  if (known !== undefined && !canReach(target.caller, known.id)) {
    return {
      code: 'shop.not_manageable',
      message: 'This shop is connected, but you may not manage it. Ask somebody who may.',
    };
  }
  if (known !== undefined && known.id === target.shopId) return null;
  if (isConnected) return null;
  if (target.shopId !== null) {
    return {
      code: 'authorization.wrong_shop',
      message: 'The token is of another shop, which is not connected. Connect it as a new shop.',
    };
  }
  if (target.caller.shopIds !== null) {
    return { code: 'shop.not_manageable', message: SINGLE_SHOPS };
  }
  return null;
}

async function insertShop(
  tx: Transaction,
  sealer: Sealer,
  target: AuthorizationTarget,
  { identity, accessToken }: VerifiedToken,
): Promise<ShopRow> {
  const id = randomUUID();
  const { sealed, keyId } = await sealer.seal(accessToken, tokenContext(id));
  const { marketplace } = target;
  const { region } = target.app;
  const place = placeOf(marketplace, region, identity.platformRegionId);
  const [row] = await tx.query<ShopRow>(
    `INSERT INTO shops (id, marketplace, region, platform_shop_id, app_id, name, time_zone, currency, status,
       token_sealed, token_key_id, token_expires_at, scopes, missing_scopes, connected_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'connected', $9, $10, $11, $12, $13, $14) RETURNING ${SHOP_COLUMNS}`,
    [
      id,
      marketplace,
      region,
      identity.platformShopId,
      target.app.id,
      target.shopName ?? defaultShopName(marketplace, region, identity.platformShopId),
      place.timeZone,
      place.currency,
      sealed,
      keyId,
      identity.expiresAt,
      identity.scopes,
      missingScopes(marketplace, region, identity.scopes),
      target.now,
    ],
  );
  if (row === undefined) throw new Error('the shop was not stored');
  await recordPushes(tx, id, identity.pushes, target.now);
  await appendToOutbox(tx, shopConnected, [shopStateOf(row)]);
  await recordAudit(tx, {
    ...actorOf(target.caller),
    action: 'shop.connected',
    subject: row.name,
    shopId: id,
    details: {
      platformShopId: identity.platformShopId,
      region,
      expiresAt: identity.expiresAt?.toISOString() ?? null,
    },
    at: target.now,
  });
  return row;
}

async function renewShop(
  tx: Transaction,
  sealer: Sealer,
  target: AuthorizationTarget,
  { identity, accessToken }: VerifiedToken,
  known: ShopRow,
): Promise<ShopRow> {
  const { sealed, keyId } = await sealer.seal(accessToken, tokenContext(known.id));
  const [row] = await tx.query<ShopRow>(
    `UPDATE shops SET app_id = $2, status = 'connected', status_reason = NULL, token_sealed = $3, token_key_id = $4,
       token_expires_at = $5, token_ended_at = NULL, scopes = $6, missing_scopes = $7, name = coalesce($8, name),
       credential_version = credential_version + 1, version = version + 1, changed_at = now()
     WHERE id = $1 RETURNING ${SHOP_COLUMNS}`,
    [
      known.id,
      target.app.id,
      sealed,
      keyId,
      identity.expiresAt,
      identity.scopes,
      missingScopes(target.marketplace, target.app.region, identity.scopes),
      target.shopName ?? null,
    ],
  );
  if (row === undefined) throw new Error(`the shop ${known.id} is gone`);
  await recordPushes(tx, row.id, identity.pushes, target.now);
  await appendToOutbox(tx, shopChanged, [shopStateOf(row)]);
  await recordAudit(tx, {
    ...actorOf(target.caller),
    action: 'shop.reauthorized',
    subject: row.name,
    shopId: known.id,
    details: {
      credentialVersion: row.credential_version,
      expiresAt: identity.expiresAt?.toISOString() ?? null,
      ...(known.id === target.shopId ? {} : { authorizationWasForAnotherShop: target.shopId !== null }),
    },
    at: target.now,
  });
  return row;
}
