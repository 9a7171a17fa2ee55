import { Controller, Inject, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type WebhookHint, webhookReceived } from '#contracts';
import { HandleEvent, LOGGER } from '#messaging';
import { Database, type Logger } from '#runtime';
import { queueFollowUps } from '#sync';
import { HintStore } from './hint-store.js';
import { HintWorker } from './hint-worker.js';
import { TOPICS } from './topics.js';

/** Longer than any number of an order. */
const MAX_NUMBER_LENGTH = 100;

/** Hears of webhooks. A webhook is a hint only: what it names is read again by its number. */
@Controller()
export class HintEvents implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly hints: HintStore,
    private readonly worker: HintWorker,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  @HandleEvent(webhookReceived, 'webhook-received')
  async received(@Payload() hint: WebhookHint): Promise<void> {
    if (TOPICS[hint.topic].isTest) return;
    const { shopId, webhookId } = hint;
    if (TOPICS[hint.topic].provesToken) return queueFollowUps(this.database, shopId, ['orders']);
    const number = hint.orderNumber ?? (await this.orderOfCase(hint));
    if (number === undefined) {
      // Only its case is named, and we have never met it: the next run of its kind finds it by its update time.
      if (hint.caseNumber !== null) await queueFollowUps(this.database, shopId, ['after_sales']);
      else this.logger.info({ shopId, webhookId, topic: hint.topic }, 'a webhook names no order');
      return;
    }
    if (number.trim() === '' || number.length > MAX_NUMBER_LENGTH) {
      this.logger.warn({ shopId, webhookId }, 'a webhook names something that is no number of an order');
      return;
    }
    await this.hints.note(hint, number);
    this.worker.wakeAfter(this.hints.settleMs);
  }

  private async orderOfCase({ shopId, caseNumber }: WebhookHint): Promise<string | undefined> {
    return caseNumber === null ? undefined : this.hints.orderOfCase(shopId, caseNumber);
  }
}
