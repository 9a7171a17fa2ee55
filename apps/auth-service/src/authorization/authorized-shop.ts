import { randomUUID } from 'node:crypto';
import {
  type Caller,
  canReach,
  type MarketplaceId,
  type RefusedShop,
  shopChanged,
  shopConnected,
} from '#contracts';
import type { IssuedAuthorization, ShopIdentity } from '#marketplace';
import { placeOf } from '#marketplaces';
import { appendToOutbox } from '#messaging';
import { insertOf, type Transaction } from '#runtime';
import type { OpenApp } from '../apps/marketplace-apps.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { type Sealer, shopExtrasContext } from '../secrets/sealer.js';
import { defaultShopName, usableName } from '../shops/default-name.js';
import { missingScopes } from '../shops/needed-scopes.js';
import { recordPushes } from '../shops/record-pushes.js';
import { type ShopRow, shopStateOf } from '../shops/shop-row.js';
import { lockedShop } from '../shops/shops.js';

/** Why a caller without the right for all shops connects none. */
export const SINGLE_SHOPS =
  'You manage single shops. To connect a new one you need a role for all shops; ask an owner.';

/** A token of which the marketplace has said what it is. */
export type VerifiedAuthorization = Omit<IssuedAuthorization, 'further' | 'unreadableFurther'>;

export interface AuthorizationTarget {
  readonly marketplace: MarketplaceId;
  readonly app: OpenApp;
  /** Set when this shop is authorised again; null when a shop is connected. */
  readonly shopId: string | null;
  readonly caller: Caller;
  readonly shopName?: string | undefined;
  readonly now: Date;
}

/** One shop of an authorisation that is stored already. */
export interface AuthorizedShop extends Pick<VerifiedAuthorization, 'scopes' | 'expiresAt' | 'refresh'> {
  readonly shop: ShopIdentity;
  readonly authorizationId: string;
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

/** Returns its id. */
export async function insertShop(
  tx: Transaction,
  sealer: Sealer,
  target: AuthorizationTarget,
  authorized: AuthorizedShop,
): Promise<string> {
  const id = randomUUID();
  const { marketplace } = target;
  const { region } = target.app;
  const { shop, authorizationId, scopes } = authorized;
  const place = placeOf(marketplace, region, shop.platformRegion);
  const extras = await sealExtras(sealer, id, shop);
  const inserted = insertOf({
    id,
    marketplace,
    region,
    platform_shop_id: shop.platformShopId,
    app_id: target.app.id,
    name:
      target.shopName ?? usableName(shop.name) ?? defaultShopName(marketplace, region, shop.platformShopId),
    time_zone: place.timeZone,
    currency: place.currency,
    status: 'connected',
    authorization_id: authorizationId,
    extras_sealed: extras?.sealed ?? null,
    extras_key_id: extras?.keyId ?? null,
    missing_scopes: missingScopes(marketplace, region, scopes),
    connected_at: target.now,
  });
  await tx.query(`INSERT INTO shops (${inserted.names}) VALUES (${inserted.parameters})`, inserted.values);
  const row = await lockedShop(tx, id);
  await recordPushes(tx, id, shop.pushes, target.now);
  await appendToOutbox(tx, shopConnected, [shopStateOf(row)]);
  await recordAudit(tx, {
    ...actorOf(target.caller),
    action: 'shop.connected',
    subject: row.name,
    shopId: id,
    details: {
      platformShopId: shop.platformShopId,
      region,
      expiresAt: endOf(authorized)?.toISOString() ?? null,
    },
    at: target.now,
  });
  return row.id;
}

/** Connected or not: the shop now belongs to the new authorisation, and no longer to the one before. Returns its id. */
export async function reauthorizeShop(
  tx: Transaction,
  sealer: Sealer,
  target: AuthorizationTarget,
  authorized: AuthorizedShop,
  known: ShopRow,
): Promise<string> {
  const { shop, authorizationId, scopes } = authorized;
  const extras = await sealExtras(sealer, known.id, shop);
  await tx.query(
    `UPDATE shops SET app_id = $2, status = 'connected', status_reason = NULL, authorization_id = $3, extras_sealed = $4,
       extras_key_id = $5, token_ended_at = NULL, missing_scopes = $6, name = coalesce($7, name),
       credential_version = credential_version + 1, version = version + 1, changed_at = now()
     WHERE id = $1`,
    [
      known.id,
      target.app.id,
      authorizationId,
      extras?.sealed ?? null,
      extras?.keyId ?? null,
      missingScopes(target.marketplace, target.app.region, scopes),
      target.shopName ?? null,
    ],
  );
  const row = await lockedShop(tx, known.id);
  await recordPushes(tx, row.id, shop.pushes, target.now);
  await appendToOutbox(tx, shopChanged, [shopStateOf(row)]);
  await recordAudit(tx, {
    ...actorOf(target.caller),
    action: 'shop.reauthorized',
    subject: row.name,
    shopId: known.id,
    details: {
      credentialVersion: row.credential_version,
      expiresAt: endOf(authorized)?.toISOString() ?? null,
      ...(known.id === target.shopId ? {} : { authorizationWasForAnotherShop: target.shopId !== null }),
    },
    at: target.now,
  });
  return row.id;
}

/** When the seller is needed again. */
function endOf({ refresh, expiresAt }: AuthorizedShop): Date | null {
  return refresh === null ? expiresAt : refresh.expiresAt;
}

async function sealExtras(sealer: Sealer, shopId: string, { extras }: ShopIdentity) {
  return extras === undefined ? null : sealer.seal(JSON.stringify(extras), shopExtrasContext(shopId));
}
