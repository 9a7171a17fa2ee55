import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  type IntegrationList,
  type MarketplaceId,
  type MarketplaceRegionId,
  type OpenAuthorizationInput,
  type OpenedAuthorization,
} from '#contracts';
import { Connectors, isMarketplaceError, type MarketplaceApp } from '#marketplace';
import { descriptorOf, MARKETPLACES, regionOf, regionsOf } from '#marketplaces';
import { conflict, Database, forbidden, insertOf, type Transaction } from '#runtime';
import { MarketplaceApps, type OpenApp } from '../apps/marketplace-apps.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { hashToken } from '../sessions/tokens.js';
import { findShop } from '../shops/shops.js';
import { SINGLE_SHOPS } from './authorized-shop.js';

export const PUBLIC_URL = Symbol('public url');

@Injectable()
export class OpenAuthorizations {
  constructor(
    private readonly database: Database,
    private readonly apps: MarketplaceApps,
    private readonly connectors: Connectors,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async list(): Promise<IntegrationList> {
    const active = await this.database.query<{ marketplace: MarketplaceId; region: MarketplaceRegionId }>(
      'SELECT DISTINCT marketplace, region FROM marketplace_apps WHERE is_active',
    );
    return {
      rows: MARKETPLACES.map((marketplace) => ({
        marketplace,
        name: descriptorOf(marketplace).words.en,
        regions: regionsOf(marketplace).map((region) => ({
          region,
          name: regionOf(marketplace, region).words.en,
          isConfigured: active.some((app) => app.marketplace === marketplace && app.region === region),
          hasConsentPage: this.consentPage(marketplace, anyApp(marketplace, region), 'state') !== null,
        })),
      })),
    };
  }

  /** A random state that only this user can use, once, within ten minutes. */
  async open(input: OpenAuthorizationInput, caller: Caller): Promise<OpenedAuthorization> {
    const state = randomBytes(32).toString('base64url');
    const now = this.now();
    const expiresAt = new Date(now.getTime() + descriptorOf(input.marketplace).codeLifeMs);
    return this.database.transaction(async (tx) => {
      const app = await this.appFor(tx, input, caller);
      const authorizationUrl = this.consentPage(input.marketplace, app, state);
      if (authorizationUrl === null) {
        throw conflict(
          'integration.no_consent_page',
          `Region ${input.region} has no consent page that we know. Let the seller copy a token in the seller centre and paste it.`,
        );
      }
      const consent = insertOf({
        state_hash: hashToken(state),
        user_id: caller.userId,
        app_id: app.id,
        shop_id: input.shopId ?? null,
        created_at: now,
        expires_at: expiresAt,
      });
      await tx.query(
        `INSERT INTO consents (${consent.names}) VALUES (${consent.parameters})`,
        consent.values,
      );
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'authorization.opened',
        subject: `${input.marketplace} ${input.region}`,
        shopId: input.shopId ?? null,
        details: { appKey: app.appKey },
        at: now,
      });
      return { authorizationUrl, expiresAt: expiresAt.toISOString() };
    });
  }

  /** A shop is authorised again through its own app; a new one through the region's. */
  private async appFor(tx: Transaction, input: OpenAuthorizationInput, caller: Caller): Promise<OpenApp> {
    if (input.shopId === undefined) {
      assertMayConnect(caller);
      return this.apps.choose(input.marketplace, input.region, input.appId);
    }
    const shop = await findShop(tx, input.shopId, caller);
    return input.appId === undefined
      ? this.apps.open(shop.app_id)
      : this.apps.choose(shop.marketplace, shop.region, input.appId);
  }

  private consentPage(
    marketplace: MarketplaceId,
    { region, appKey, fields = {} }: Omit<MarketplaceApp, 'appSecret'>,
    state: string,
  ): string | null {
    try {
      return this.connectors.of({ marketplace }).authorizationUrl({
        region,
        appKey,
        fields,
        redirectUri: new URL(`/integrations/${marketplace}/callback`, this.publicUrl).href,
        state,
      });
    } catch (error) {
      if (isMarketplaceError(error) && error.kind === 'configuration') return null;
      throw error;
    }
  }
}

/** Invented, to see whether the region has a consent page. */
function anyApp(marketplace: MarketplaceId, region: MarketplaceRegionId): Omit<MarketplaceApp, 'appSecret'> {
  const fields = descriptorOf(marketplace).appFields.map(({ name, example }) => [name, example]);
  return { region, appKey: 'app-key', fields: Object.fromEntries(fields) };
}

/** @throws AppError `shop.not_manageable` */
export function assertMayConnect(caller: Caller): void {
  if (caller.shopIds === null) return;
  throw forbidden('shop.not_manageable', SINGLE_SHOPS);
}
