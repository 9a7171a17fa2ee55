import type { SandboxClock } from '../clock.js';
import { Prng } from '../world/prng.js';
import {
  type Delivery,
  type Fate,
  NO_COUNTS,
  type PushMessage,
  post,
  type WebhookCounters,
  type WebhookSettings,
} from './delivery.js';

const MAX_IN_FLIGHT = 16;
const KEPT_DELIVERIES = 2_000;

interface Waiting<What> {
  delivery: Delivery<What>;
  message: PushMessage;
  url: string;
  timer: NodeJS.Timeout | undefined;
  /** By the sandbox's clock. */
  dueAtMs: number;
}

export interface QueueOptions {
  clock: SandboxClock;
  seed: string;
  settings: WebhookSettings;
  /** Waits after each failed attempt; a failure after the last one drops the message. */
  ladderMs: readonly number[];
  /** An answer that comes later is none. */
  answerWithinMs: number;
  /** How many may wait; the oldest goes when there are more. */
  maxPending?: number;
}

/** Pushes messages with a ladder of retries. Nothing of it is stored: a restart forgets what waits. */
export class PushQueue<What extends object> {
  #settings: WebhookSettings;
  #counters: WebhookCounters = { ...NO_COUNTS };
  #waiting = new Map<string, Waiting<What>>();
  #ready: Waiting<What>[] = [];
  #inFlight = 0;
  #finished: Delivery<What>[] = [];
  #lastId = 0;
  #prng: Prng;
  #isClosed = false;

  constructor(private readonly options: QueueOptions) {
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

  pending(limit: number): Delivery<What>[] {
    return [...this.#waiting.values()].slice(0, limit).map((waiting) => waiting.delivery);
  }

  /** The latest that are over, newest first. */
  finished(isMeant: (delivery: Delivery<What>) => boolean, limit: number): Delivery<What>[] {
    return this.#finished.filter(isMeant).slice(-limit).reverse();
  }

  /** Queues one message, with the faults that are set. Undefined when the queue is closed. */
  push(url: string, what: What, message: PushMessage): Delivery<What> | undefined {
    if (this.#isClosed) return undefined;
    this.#counters.events += 1;
    const delivery = this.#deliveryOf(what, null);
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
    this.#wait({ delivery, message, url, timer: undefined, dueAtMs: 0 }, delay());
    if (this.#prng.chance(duplicateShare)) {
      this.#counters.duplicated += 1;
      const copy = this.#deliveryOf(what, delivery.id);
      this.#wait({ delivery: copy, message, url, timer: undefined, dueAtMs: 0 }, delay());
    }
    return delivery;
  }

  /** Sends everything that waits for its time now. */
  flush(): number {
    const waiting = [...this.#waiting.values()].filter((each) => each.timer !== undefined);
    for (const each of waiting) this.#due(each);
    return waiting.length;
  }

  /** To be called when the sandbox's clock has jumped: what is due by it goes now. */
  wake(): void {
    const nowMs = this.options.clock.nowMs();
    for (const each of [...this.#waiting.values()])
      if (each.timer !== undefined && each.dueAtMs <= nowMs) this.#due(each);
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

  #deliveryOf(what: What, duplicateOf: string | null): Delivery<What> {
    this.#lastId += 1;
    return { ...what, id: `push-${this.#lastId}`, state: 'pending', duplicateOf, attempts: [] };
  }

  /** `waitMs` by the sandbox's clock, which comes about in `realMs` while that runs. */
  #wait(waiting: Waiting<What>, waitMs: number, realMs = waitMs): void {
    this.#waiting.set(waiting.delivery.id, waiting);
    const [oldest] = this.#waiting.values();
    if (oldest !== undefined && this.#waiting.size > (this.options.maxPending ?? 20_000)) {
      this.#counters.overflowed += 1;
      this.#finish(oldest.delivery, 'dropped');
    }
    waiting.dueAtMs = this.options.clock.nowMs() + waitMs;
    waiting.timer = setTimeout(() => this.#due(waiting), realMs);
    waiting.timer.unref();
  }

  #due(waiting: Waiting<What>): void {
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

  async #attempt(waiting: Waiting<What>): Promise<void> {
    const { delivery } = waiting;
    const { clock, answerWithinMs, ladderMs } = this.options;
    const attempt = await post(waiting.url, waiting.message, clock.nowMs(), answerWithinMs);
    if (!this.#waiting.has(delivery.id)) return;
    delivery.attempts.push(attempt);
    this.#counters.attempts += 1;
    if (attempt.httpStatus === 200) {
      this.#counters.delivered += 1;
      this.#finish(delivery, 'delivered');
      return;
    }
    this.#counters.failedAttempts += 1;
    const waitMs = ladderMs[delivery.attempts.length - 1];
    if (waitMs === undefined) {
      this.#counters.dropped += 1;
      this.#finish(delivery, 'dropped');
      return;
    }
    this.#wait(waiting, waitMs, waitMs / this.#settings.timeScale);
  }

  #finish(delivery: Delivery<What>, state: Fate['state']): void {
    clearTimeout(this.#waiting.get(delivery.id)?.timer);
    this.#waiting.delete(delivery.id);
    const fate: Fate = delivery;
    fate.state = state;
    this.#finished.push(delivery);
    if (this.#finished.length > KEPT_DELIVERIES * 1.2)
      this.#finished = this.#finished.slice(-KEPT_DELIVERIES);
  }
}
