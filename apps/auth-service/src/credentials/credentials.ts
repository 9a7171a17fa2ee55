import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CompactEncrypt, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import {
  type Caller,
  english,
  type LeaseCredentials,
  type LeasedCredentials,
  type RejectCredentials,
  type RejectedCredentials,
  type Said,
  type SealedCredentials,
  say,
} from '#contracts';
import type { MarketplaceCredentials } from '#marketplace';
import { AppError, conflict, Database, forbidden, type Transaction } from '#runtime';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { TokenRenewal } from '../renewal/token-renewal.js';
import { accessTokenContext, appSecretContext, Sealer, shopExtrasContext } from '../secrets/sealer.js';
import { SHOP_COLUMNS, SHOPS, type ShopRow } from '../shops/shop-row.js';
import { lockedShop, Shops, shopNotFound, updateShop } from '../shops/shops.js';

export const LEASE_KEY = Symbol('lease key');

/** Older questions are refused: clocks of one installation differ by less. */
const LONGEST_AGE_MS = 2 * 60_000;

/** A token that is refused so soon after it was issued is not helped by another one. */
const FRESH_MS = 5 * 60_000;

interface SealedShopRow extends ShopRow {
  access_sealed: string | null;
  extras_sealed: string | null;
  authorization_version: number | null;
  issued_at: Date | null;
  app_key: string;
  secret_sealed: string;
}

/** A shop with its credentials in clear: only in memory, only for calls. */
export interface OpenShop {
  readonly row: ShopRow;
  readonly credentials: MarketplaceCredentials;
}

@Injectable()
export class Credentials {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly shops: Shops,
    private readonly renewal: TokenRenewal,
    @Inject(LEASE_KEY) private readonly leaseKey: Uint8Array,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Hands out the credentials of a connected shop, readable only by the asker. */
  async lease(input: LeaseCredentials, caller: Caller): Promise<SealedCredentials> {
    const publicKey = publicPartOf(input.publicKey);
    const refusal = await this.refusalOf(input, publicKey);
    if (refusal !== null || publicKey === null) {
      await this.recordRefusal(input.shopId, say(`act.lease_${refusal ?? 'key'}`), caller);
      throw forbidden(
        'credentials.lease_refused',
        `The question for credentials was refused (${refusal}). CREDENTIAL_LEASE_KEY must be the same in all services, and their clocks within two minutes.`,
      );
    }
    const { row, credentials } = await this.open(input.shopId);
    const leased: LeasedCredentials = {
      ...credentials,
      expiresAt: row.access_expires_at?.toISOString() ?? null,
    };
    const jwe = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(leased)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', shop: row.id })
      .encrypt(await importJWK(publicKey, 'ECDH-ES'));
    return { jwe };
  }

  /**
   * The credentials of a connected shop, in clear: for this service's own calls, and to be sealed to an asker.
   * @throws AppError `shop.not_found`, `shop.disconnected`, `shop.needs_reauthorization`, `marketplace.unavailable`
   */
  async open(shopId: string): Promise<OpenShop> {
    const row = await this.findSealed(shopId);
    if (!this.hasEnded(row) || !isRenewable(row)) return this.opened(row);
    await this.renew(row);
    return this.opened(await this.findSealed(shopId));
  }

  private hasEnded({ access_expires_at }: ShopRow): boolean {
    return access_expires_at !== null && access_expires_at <= this.now();
  }

  /** @throws AppError `marketplace.unavailable`: neither renewed nor refused. */
  private async renew({ authorization_id, authorization_version }: SealedShopRow): Promise<void> {
    if (authorization_id === null || authorization_version === null) return;
    const renewal = await this.renewal.renew({
      authorizationId: authorization_id,
      version: authorization_version,
    });
    if (renewal.outcome !== 'failed') return;
    const why = say('error.renewal_failed', { why: renewal.why });
    throw new AppError('unavailable', 'marketplace.unavailable', english(why), { why });
  }

  private async opened(row: SealedShopRow): Promise<OpenShop> {
    const { authorization_id, access_sealed, extras_sealed } = row;
    if (authorization_id === null || access_sealed === null) {
      throw conflict('shop.disconnected', `The shop ${row.name} is disconnected. Connect it again.`, {
        why: say('error.shop_disconnected'),
      });
    }
    if (row.status === 'needs_reauthorization' || this.hasEnded(row)) {
      throw conflict(
        'shop.needs_reauthorization',
        `The shop ${row.name} must be authorised again by its seller.`,
        { why: say('error.shop_needs_reauthorization') },
      );
    }
    const credentials = {
      marketplace: row.marketplace,
      region: row.region,
      appKey: row.app_key,
      appSecret: await this.sealer.open(row.secret_sealed, appSecretContext(row.app_id)),
      accessToken: await this.sealer.open(access_sealed, accessTokenContext(authorization_id)),
      scopes: usableScopes(row),
      ...(extras_sealed === null
        ? {}
        : { shopExtras: parseExtras(await this.sealer.open(extras_sealed, shopExtrasContext(row.id))) }),
      version: row.credential_version,
    };
    return { row, credentials };
  }

  /** Null when the asker is one of our services, else why not. */
  private async refusalOf(
    input: LeaseCredentials,
    publicKey: JWK | null,
  ): Promise<'key' | 'age' | 'proof' | null> {
    if (publicKey === null) return 'key';
    if (Math.abs(this.now().getTime() - Date.parse(input.askedAt)) > LONGEST_AGE_MS) return 'age';
    const thumbprint = await calculateJwkThumbprint(publicKey);
    const expected = createHmac('sha256', this.leaseKey)
      .update(`${input.shopId}|${thumbprint}|${input.askedAt}`)
      .digest();
    return timingSafeEqual(expected, Buffer.from(input.proof, 'hex')) ? null : 'proof';
  }

  private async findSealed(shopId: string): Promise<SealedShopRow> {
    const [row] = await this.database.query<SealedShopRow>(
      `SELECT ${SHOP_COLUMNS}, z.access_sealed, z.version AS authorization_version, z.issued_at,
         s.extras_sealed, a.app_key, a.secret_sealed
       FROM ${SHOPS} JOIN marketplace_apps a ON a.id = s.app_id WHERE s.id = $1`,
      [shopId],
    );
    if (row === undefined) throw shopNotFound(shopId);
    return row;
  }

  private async recordRefusal(shopId: string, reason: Said, caller: Caller): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [shop] = await tx.query<{ name: string }>('SELECT name FROM shops WHERE id = $1', [shopId]);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'lease.refused',
        subject: shop?.name ?? shopId,
        shopId,
        details: { reason },
        at: this.now(),
      });
    });
  }

  /**
   * What the marketplace said about a lease counts only for the version it was said about. A token that can be renewed is,
   * before the shop is marked.
   */
  async reject(input: RejectCredentials, caller: Caller): Promise<RejectedCredentials> {
    if (input.reason === 'token') await this.renewRefused(input);
    const { result, changed } = await this.database.transaction(async (tx) => {
      const row = await lockedShop(tx, input.shopId);
      const isCurrent = row.credential_version === input.version;
      return {
        result: { isCurrent, currentVersion: row.credential_version },
        changed: isCurrent ? await this.markRejected(tx, row, input, caller) : null,
      };
    });
    if (changed !== null) this.shops.announce(changed);
    return result;
  }

  private async renewRefused({ shopId, version }: RejectCredentials): Promise<void> {
    const row = await this.findSealed(shopId);
    if (row.credential_version !== version || !isRenewable(row)) return;
    const freshUntil = (row.issued_at?.getTime() ?? 0) + FRESH_MS;
    if (freshUntil <= this.now().getTime()) await this.renew(row);
  }

  private async markRejected(
    tx: Transaction,
    row: ShopRow,
    input: RejectCredentials,
    caller: Caller,
  ): Promise<ShopRow | null> {
    if (input.reason === 'scope') return this.noteMissingScope(tx, row, input.operation);
    if (row.status !== 'connected') return null;
    const { platformCode } = input;
    const reason =
      platformCode === undefined
        ? say('shop.token_refused')
        : say('shop.token_refused_by_code', { platformCode });
    const changed = await updateShop(
      tx,
      row.id,
      `status = 'needs_reauthorization', status_reason = $2, token_ended_at = $3`,
      [reason, this.now()],
    );
    await recordAudit(tx, {
      ...actorOf(caller),
      action: 'shop.needs_reauthorization',
      subject: row.name,
      shopId: row.id,
      details: {
        reason: say('act.token_refused'),
        platformCode: input.platformCode ?? null,
        version: input.version,
      },
      at: this.now(),
    });
    return changed;
  }

  /** Leases that are out do not know it yet: they are dropped, and the next ones no longer hold the call. */
  private async noteMissingScope(
    tx: Transaction,
    row: ShopRow,
    operation: string | undefined,
  ): Promise<ShopRow | null> {
    if (operation === undefined || row.missing_scopes.includes(operation)) return null;
    return updateShop(tx, row.id, 'missing_scopes = missing_scopes || $2::text', [operation]);
  }
}

/** Granted with the token and not refused since; null where the marketplace told no scopes: unknown is not missing. */
function usableScopes({ scopes, missing_scopes }: ShopRow): string[] | null {
  return scopes.length === 0 ? null : scopes.filter((scope) => !missing_scopes.includes(scope));
}

function isRenewable({ status, renews_itself }: ShopRow): boolean {
  return status === 'connected' && renews_itself;
}

/** As `insertShop` has sealed it. */
function parseExtras(text: string): Record<string, string> {
  return JSON.parse(text) as Record<string, string>;
}

/** Only the fields of a public key on a curve that we know; a private one is a mistake of the asker. */
function publicPartOf(jwk: Record<string, unknown>): JWK | null {
  const { kty, crv, x, y } = jwk;
  if ('d' in jwk || typeof x !== 'string') return null;
  if (kty === 'OKP' && crv === 'X25519') return { kty, crv, x };
  if (kty === 'EC' && crv === 'P-256' && typeof y === 'string') return { kty, crv, x, y };
  return null;
}

/** @throws Error naming the variable, for the operator. */
export function parseLeaseKey(text: string): Uint8Array {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) {
    throw new Error(
      'CREDENTIAL_LEASE_KEY must be the base64 of 32 bytes. Make one with: openssl rand -base64 32',
    );
  }
  return new Uint8Array(key);
}
