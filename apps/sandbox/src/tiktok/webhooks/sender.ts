import type { SandboxClock } from '../../clock.js';
import type { Delivery, WebhookSettings } from '../../pushing/delivery.js';
import { PushQueue } from '../../pushing/push-queue.js';
import type { TikTokAccounts } from '../accounts/accounts.js';
import type { App, Grant } from '../accounts/types.js';
import type { WorldChange } from '../world/world.js';
import { eventsOf, type TikTokEvent } from './events.js';
import { buildMessage } from './message.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ANSWER_WITHIN_MS = 3_000;
/** Waits after each failed attempt; a failure after the last one drops the message. */
export const LADDER_MS: readonly number[] = [2 * MINUTE_MS, 30 * MINUTE_MS, 3 * HOUR_MS, 12 * HOUR_MS];

export interface Pushed {
  appKey: string;
  shopId: string;
  eventType: string;
  /** The same in every copy and retry. */
  notificationId: string;
  body: string;
}

export interface SenderOptions {
  accounts: TikTokAccounts;
  clock: SandboxClock;
  seed: string;
  settings: WebhookSettings;
}

/** Pushes events to the address that a shop has for them, else to the app's. */
export class TikTokWebhooks {
  readonly queue: PushQueue<Pushed>;
  #lastNumber = 0;

  constructor(private readonly options: SenderOptions) {
    this.queue = new PushQueue({
      ...options,
      seed: `${options.seed}/tiktok`,
      ladderMs: LADDER_MS,
      answerWithinMs: ANSWER_WITHIN_MS,
    });
  }

  /** Tells every app that the shop's seller has let in. */
  announce(change: WorldChange): void {
    const { id: shopId, openId } = change.shop;
    for (const event of eventsOf(change)) {
      for (const app of this.options.accounts.apps()) {
        const grant = this.options.accounts.grant(app.appKey, openId);
        if (grant !== undefined && this.#isAlive(grant) && grant.shopIds.includes(shopId)) {
          this.push(app, shopId, event);
        }
      }
    }
  }

  /** To be called when a seller has taken everything back, with the grant as it was. */
  announceEnd(app: App, grant: Grant): void {
    for (const shopId of grant.shopIds) {
      this.push(app, shopId, {
        eventType: 'SELLER_DEAUTHORIZATION',
        type: 6,
        data: { message: `Seller has deauthorized app ${app.name} for shop ${shopId}.` },
      });
    }
  }

  #isAlive(grant: Grant): boolean {
    return !grant.isWithdrawn && grant.refreshExpiresAt > this.options.clock.nowSeconds();
  }

  /** Undefined when there is nowhere to push to. */
  push(app: App, shopId: string, event: TikTokEvent): Delivery<Pushed> | undefined {
    const own = this.options.accounts
      .subscriptions(app.appKey, shopId)
      .find(({ eventType }) => eventType === event.eventType)?.address;
    const url = own ?? app.webhookUrl ?? this.queue.settings.url;
    if (url === null) return undefined;
    this.#lastNumber += 1;
    const timestamp = this.options.clock.nowSeconds();
    const notificationId = `73${timestamp}${String(this.#lastNumber).padStart(7, '0')}`;
    const { type, data } = event;
    const body = JSON.stringify({
      type,
      tts_notification_id: notificationId,
      shop_id: shopId,
      timestamp,
      data,
    });
    const what = { appKey: app.appKey, shopId, eventType: event.eventType, notificationId, body };
    return this.queue.push(url, what, buildMessage(body, app));
  }
}
