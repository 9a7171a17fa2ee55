import type { Accounts } from '../accounts/accounts.js';
import type { App } from '../accounts/types.js';
import type { SandboxClock } from '../clock.js';
import type { Delivery, WebhookSettings } from '../pushing/delivery.js';
import { PushQueue } from '../pushing/push-queue.js';
import type { WorldChange } from '../world/world.js';
import { eventsOf } from './events.js';
import { buildMessage, type WebhookEvent } from './message.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ANSWER_WITHIN_MS = 500;
/** Waits after each failed attempt (reference §9); a failure after the last one drops the message. */
export const LADDER_MS: readonly number[] = [
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  HOUR_MS,
  HOUR_MS,
  12 * HOUR_MS,
  12 * HOUR_MS,
];

/** One event of Temu's, pushed to one app. */
export interface Pushed extends WebhookEvent {
  appKey: string;
  timestampMs: number;
  isExtParamSigned: boolean;
}

export interface SenderOptions {
  accounts: Accounts;
  clock: SandboxClock;
  seed: string;
  settings: WebhookSettings;
}

/** Pushes events to the apps that listen, with the documented ladder. */
export class WebhookSender {
  readonly queue: PushQueue<Pushed>;

  constructor(private readonly options: SenderOptions) {
    this.queue = new PushQueue({ ...options, ladderMs: LADDER_MS, answerWithinMs: ANSWER_WITHIN_MS });
  }

  /** Tells every app that is subscribed, granted by the shop's seller and switched on by it. */
  announce(change: WorldChange): void {
    const { mallId } = change.shop.shop;
    for (const event of eventsOf(change)) {
      for (const app of this.#listeners(mallId, event.eventCode)) this.push(app, event);
    }
  }

  #listeners(mallId: number, eventCode: string): App[] {
    const { accounts, clock } = this.options;
    return accounts
      .apps()
      .filter(
        (app) =>
          app.eventCodes.includes(eventCode) &&
          accounts
            .tokensOf(app.appKey, mallId)
            .some(
              (token) =>
                !token.isReplaced &&
                token.expiresAtSeconds > clock.nowSeconds() &&
                token.grantedEventCodes.includes(eventCode) &&
                token.permittedEventCodes.includes(eventCode),
            ),
      );
  }

  /** The two documented forms of the signature alternate. Undefined when there is nowhere to push to. */
  push(app: App, event: WebhookEvent, isEncrypted = true): Delivery<Pushed> | undefined {
    const url = app.pushUrl ?? this.queue.settings.url;
    if (url === null) return undefined;
    const timestampMs = this.options.clock.nowMs();
    const isExtParamSigned = this.queue.counters.events % 2 === 0;
    const message = buildMessage(event, app, timestampMs, { withExtParam: isExtParamSigned, isEncrypted });
    return this.queue.push(url, { appKey: app.appKey, ...event, timestampMs, isExtParamSigned }, message);
  }
}
