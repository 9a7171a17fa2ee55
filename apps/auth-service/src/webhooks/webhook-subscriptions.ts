import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  type ChangeWebhookSubscriptionInput,
  canReach,
  english,
  type ShopById,
  type WebhookSubscription,
} from '#contracts';
import { Connectors, isMarketplaceError, type MarketplaceConnector, type ShopPushes } from '#marketplace';
import { descriptorOf } from '#marketplaces';
import { conflict, Database, invalid, refusedField, type Transaction } from '#runtime';
import { actorOf, recordAudit } from '../audit/audit.js';
import { explainRefusal } from '../authorization/marketplace-refusal.js';
import { PUBLIC_URL } from '../authorization/open-authorization.js';
import { CLOCK, type Clock } from '../clock.js';
import { Credentials, type OpenShop } from '../credentials/credentials.js';
import { recordPushes } from '../shops/record-pushes.js';
import { SHOP_COLUMNS, SHOPS, type ShopRow } from '../shops/shop-row.js';
import { shopNotFound } from '../shops/shops.js';
import { assertPushes } from './assert-pushes.js';
import { eventStatesOf, gatesOf, isPublicUrl, usedEvents } from './gates.js';

/** Refused messages of these days are mentioned where none has been accepted yet. */
const REFUSED_WITHIN_DAYS = 7;

@Injectable()
export class WebhookSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly connectors: Connectors,
    private readonly credentials: Credentials,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async get({ shopId }: ShopById, caller: Caller): Promise<WebhookSubscription> {
    const facts = await this.factsOf(shopId);
    if (facts === undefined || !canReach(caller, shopId)) throw shopNotFound(shopId);
    const pushUrl = this.pushUrlOf(facts);
    const { pushes: descriptor } = descriptorOf(facts.marketplace);
    const { pushEvents } = this.connectors.of(facts);
    const pushes = facts.checked_at === null ? undefined : facts.pushes;
    return {
      shopId,
      pushUrl,
      isPushUrlPublic: isPublicUrl(pushUrl),
      isAvailable: descriptor !== null,
      gates:
        descriptor === null
          ? []
          : gatesOf({
              shopStatus: facts.status,
              pushUrl,
              pushes,
              events: pushEvents,
              subscriptionScope: descriptor.subscriptionScope,
              scopes: facts.scopes,
              appDeliveredAt: facts.app_delivered_at,
              refusedCount: facts.refused,
            }),
      events: descriptor === null ? [] : eventStatesOf(pushEvents, pushes),
      checkedAt: facts.checked_at?.toISOString() ?? null,
      lastReceivedAt: facts.last_received_at?.toISOString() ?? null,
    };
  }

  async check(input: ShopById, caller: Caller): Promise<WebhookSubscription> {
    await this.ask(await this.openShop(input.shopId, caller), caller);
    return this.get(input, caller);
  }

  async change(input: ChangeWebhookSubscriptionInput, caller: Caller): Promise<WebhookSubscription> {
    const shop = await this.openShop(input.shopId, caller);
    const { permit, cancel } = await this.wanted(shop, input, caller);
    if (permit.length + cancel.length > 0) {
      await this.refusable(shop, caller, (connector) =>
        connector.changePushSubscription(
          { credentials: shop.credentials, priority: 'interactive' },
          { permit, cancel, address: this.pushUrlOf(shop.row) },
        ),
      );
      await this.database.transaction((tx) => this.recordChange(tx, shop.row, permit, cancel, caller));
      await this.ask(shop, caller);
    }
    return this.get(input, caller);
  }

  /** Without a list of the caller's: every event that is granted, of use and not yet subscribed. */
  private async wanted(
    shop: OpenShop,
    { subscribe, unsubscribe }: ChangeWebhookSubscriptionInput,
    caller: Caller,
  ): Promise<{ permit: string[]; cancel: string[] }> {
    if (subscribe !== undefined || unsubscribe !== undefined) {
      const [permit, cancel] = [[...new Set(subscribe ?? [])], [...new Set(unsubscribe ?? [])]];
      const both = permit.find((eventCode) => cancel.includes(eventCode));
      if (both === undefined) return { permit, cancel };
      throw invalid('request.invalid', `${both} stands in both lists.`, [
        refusedField('unsubscribe', 'input.in_both_lists', { code: both }),
      ]);
    }
    const pushes = await this.ask(shop, caller);
    const used = usedEvents(this.connectors.of(shop.row).pushEvents);
    const isWanted = (eventCode: string): boolean =>
      pushes === null ||
      (pushes.grantedEvents.includes(eventCode) && !pushes.subscribedEvents.includes(eventCode));
    return { permit: used.filter(isWanted), cancel: [] };
  }

  private pushUrlOf({ marketplace }: Pick<ShopRow, 'marketplace'>): string {
    return new URL(`/api/v1/webhooks/${marketplace}`, this.publicUrl).href;
  }

  private async openShop(shopId: string, caller: Caller): Promise<OpenShop> {
    if (!canReach(caller, shopId)) throw shopNotFound(shopId);
    const shop = await this.credentials.open(shopId);
    assertPushes(shop.row.marketplace);
    return shop;
  }

  private async ask(shop: OpenShop, caller: Caller): Promise<ShopPushes | null> {
    const { shops } = await this.refusable(shop, caller, (connector) =>
      connector.describeToken({ credentials: shop.credentials, priority: 'interactive' }),
    );
    const own = shops.find(({ platformShopId }) => platformShopId === shop.row.platform_shop_id);
    const pushes = own?.pushes ?? null;
    await this.database.transaction((tx) => recordPushes(tx, shop.row.id, pushes, this.now()));
    return pushes;
  }

  private async refusable<T>(
    { row, credentials }: OpenShop,
    caller: Caller,
    work: (connector: MarketplaceConnector) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(this.connectors.of(row));
    } catch (error) {
      if (!isMarketplaceError(error)) throw error;
      if (error.kind === 'scope' || error.kind === 'business' || error.kind === 'configuration') {
        throw conflict('webhook.subscription_refused', english(error.said), {
          why: error.said,
          ...(error.platformCode === null ? {} : { platformCode: error.platformCode }),
        });
      }
      if (error.kind === 'token') {
        await this.credentials.reject(
          {
            shopId: row.id,
            version: credentials.version,
            reason: 'token',
            operation: error.operation,
            ...(error.platformCode === null ? {} : { platformCode: error.platformCode }),
          },
          caller,
        );
      }
      throw explainRefusal(error, 'token.refused');
    }
  }

  private async recordChange(
    tx: Transaction,
    shop: ShopRow,
    permit: readonly string[],
    cancel: readonly string[],
    caller: Caller,
  ): Promise<void> {
    await recordAudit(tx, {
      ...actorOf(caller),
      action: 'webhook_subscription.changed',
      subject: shop.name,
      shopId: shop.id,
      details: { subscribed: permit, unsubscribed: cancel },
      at: this.now(),
    });
  }

  private async factsOf(shopId: string) {
    const refusedSince = new Date(this.now().getTime() - REFUSED_WITHIN_DAYS * 86_400_000);
    const [facts] = await this.database.query<
      ShopRow & {
        pushes: ShopPushes | null;
        checked_at: Date | null;
        app_delivered_at: Date | null;
        last_received_at: Date | null;
        refused: number;
      }
    >(
      `SELECT ${SHOP_COLUMNS}, k.pushes, k.checked_at,
         (SELECT max(received_at) FROM webhooks w WHERE w.app_id = s.app_id) AS app_delivered_at,
         (SELECT max(received_at) FROM webhooks w WHERE w.shop_id = s.id) AS last_received_at,
         (SELECT coalesce(sum(count), 0)::bigint FROM webhook_refusals r
          WHERE r.app_id = s.app_id AND r.reason = 'signature_wrong' AND r.day >= $2::date) AS refused
       FROM ${SHOPS} LEFT JOIN webhook_subscriptions k ON k.shop_id = s.id WHERE s.id = $1`,
      [shopId, refusedSince],
    );
    return facts;
  }
}
