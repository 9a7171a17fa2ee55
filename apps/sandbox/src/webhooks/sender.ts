import type { Accounts } from '../accounts/accounts.js';
import type { App } from '../accounts/types.js';
import type { SandboxClock } from '../clock.js';
import { Prng } from '../world/prng.js';
import type { WorldChange } from '../world/world.js';
import { type Delivery, NO_COUNTS, post, type WebhookCounters, type WebhookSettings } from '../pushing/delivery.js';
import { eventsOf } from './events.js';
import { buildMessage, type WebhookEvent, type WebhookMessage } from './message.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
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
const MAX_IN_FLIGHT = 16;
const KEPT_DELIVERIES = 2_000;

interface Waiting {
  delivery: Delivery;
  message: WebhookMessage;
  url: string;
  timer: NodeJS.Timeout | undefined;
}

export interface SenderOptions {
  accounts: Accounts;
  clock: SandboxClock;
  seed: string;
  settings: WebhookSettings;
  /** How many may wait; the oldest goes when there are more. */
  maxPending?: number;
}

/** Pushes events with the documented ladder. Nothing of it is stored: a restart forgets what waits. */
export class WebhookSender {
  #settings: WebhookSettings;
  #counters: WebhookCounters = { ...NO_COUNTS };
  #waiting = new Map<string, Waiting>();
  #ready: Waiting[] = [];
  #inFlight = 0;
  #finished: Delivery[] = [];
  #lastId = 0;
  #prng: Prng;
  #isClosed = false;

  constructor(private readonly options: SenderOptions) {
    this.#settings = options.settings;
    this.#prng = new Prng(`${options.seed}/webhooks`);
  }

  get settings(): WebhookSettings {
    return this.#settings;
  }

  change(settings: Partial<WebhookSettings>, seed?: string): void {
    this.#settings = { ...this.#settings, ...settings };
    if (seed !== undefined) this.#prng = new Prng(seed);
  }

  get counters(): WebhookCounters & { pending: number; inFlight: number } {
    return { ...this.#counters, pending: this.#waiting.size, inFlight: this.#inFlight };
  }

  pending(limit: number): Delivery[] {
    return [...this.#waiting.values()].slice(0, limit).map((waiting) => waiting.delivery);
  }

  /** The latest that are over, newest first. */
  finished(filter: { state?: string; eventCode?: string; contains?: string }, limit: number): Delivery[] {
    return this.#finished
      .filter(
        (each) =>
          (filter.state === undefined || each.state === filter.state) &&
          (filter.eventCode === undefined || each.eventCode === filter.eventCode) &&
          (filter.contains === undefined || each.eventData.includes(filter.contains)),
      )
      .slice(-limit)
      .reverse();
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

  /** Queues one message, with the faults that are set. Undefined when there is nowhere to push to. */
  push(app: App, event: WebhookEvent, isEncrypted = true): Delivery | undefined {
    const url = app.pushUrl ?? this.#settings.url;
    if (url === null || this.#isClosed) return undefined;
    this.#counters.events += 1;
    const timestampMs = this.options.clock.nowMs();
    const withExtParam = this.#counters.events % 2 === 1;
    const message = buildMessage(event, app, timestampMs, { withExtParam, isEncrypted });
    const delivery = this.#deliveryOf(app, event, timestampMs, withExtParam, null);
    const { lossShare, duplicateShare, delayShare, delayMaxMs } = this.#settings;
    if (this.#prng.chance(lossShare)) {
      this.#counters.lost += 1;
      this.#finish(delivery, 'lost');
      return delivery;
    }
    const delay = (): number => {
      if (!this.#prng.chance(delayShare)) return 0;
      this.#counters.delayed += 1;
      return this.#prng.int(1, Math.max(1, delayMaxMs));
    };
    this.#wait({ delivery, message, url, timer: undefined }, delay());
    if (this.#prng.chance(duplicateShare)) {
      this.#counters.duplicated += 1;
      const copy = this.#deliveryOf(app, event, timestampMs, withExtParam, delivery.id);
      this.#wait({ delivery: copy, message, url, timer: undefined }, delay());
    }
    return delivery;
  }

  /** Sends everything that waits for its time now. */
  flush(): number {
    const waiting = [...this.#waiting.values()].filter((each) => each.timer !== undefined);
    for (const each of waiting) this.#due(each);
    return waiting.length;
  }

  /** Forgets what waits, the log and the counters. */
  reset(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#ready = [];
    this.#finished = [];
    this.#counters = { ...NO_COUNTS };
  }

  close(): void {
    this.#isClosed = true;
    this.reset();
  }

  #deliveryOf(
    app: App,
    { eventCode, eventData }: WebhookEvent,
    timestampMs: number,
    isExtParamSigned: boolean,
    duplicateOf: string | null,
  ): Delivery {
    this.#lastId += 1;
    return {
      id: `push-${this.#lastId}`,
      appKey: app.appKey,
      eventCode,
      eventData,
      timestampMs,
      isExtParamSigned,
      state: 'pending',
      duplicateOf,
      attempts: [],
    };
  }

  #wait(waiting: Waiting, delayMs: number): void {
    this.#waiting.set(waiting.delivery.id, waiting);
    const [oldest] = this.#waiting.values();
    if (oldest !== undefined && this.#waiting.size > (this.options.maxPending ?? 20_000)) {
      this.#counters.overflowed += 1;
      this.#finish(oldest.delivery, 'dropped');
    }
    waiting.timer = setTimeout(() => this.#due(waiting), delayMs);
    waiting.timer.unref();
  }

  #due(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    waiting.timer = undefined;
    this.#ready.push(waiting);
    this.#sendNext();
  }

  #sendNext(): void {
    while (this.#inFlight < MAX_IN_FLIGHT) {
      const next = this.#ready.shift();
      if (next === undefined) return;
      if (!this.#waiting.has(next.delivery.id)) continue;
      this.#inFlight += 1;
      void this.#attempt(next).finally(() => {
        this.#inFlight -= 1;
        this.#sendNext();
      });
    }
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const { delivery } = waiting;
    const attempt = await post(waiting.url, waiting.message, this.options.clock.nowMs());
    if (!this.#waiting.has(delivery.id)) return;
    delivery.attempts.push(attempt);
    this.#counters.attempts += 1;
    if (attempt.httpStatus === 200) {
      this.#counters.delivered += 1;
      this.#finish(delivery, 'delivered');
      return;
    }
    this.#counters.failedAttempts += 1;
    const waitMs = LADDER_MS[delivery.attempts.length - 1];
    if (waitMs === undefined) {
      this.#counters.dropped += 1;
      this.#finish(delivery, 'dropped');
      return;
    }
    this.#wait(waiting, waitMs / this.#settings.timeScale);
  }

  #finish(delivery: Delivery, state: Delivery['state']): void {
    clearTimeout(this.#waiting.get(delivery.id)?.timer);
    this.#waiting.delete(delivery.id);
    delivery.state = state;
    this.#finished.push(delivery);
    if (this.#finished.length > KEPT_DELIVERIES * 1.2)
      this.#finished = this.#finished.slice(-KEPT_DELIVERIES);
  }
}
