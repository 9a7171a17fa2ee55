import { Inject, Injectable } from '@nestjs/common';
import type { MarketplaceId, ReceivedWebhook, ReceiveWebhook, WebhookRefusal } from '#contracts';
import { Connectors, type PushedMessage } from '#marketplace';
import { pushesOf } from '#marketplaces';
import { LOGGER, OutboxRelay } from '#messaging';
import { AppError, describeError, invalid, type Logger } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { assertPushes } from './assert-pushes.js';
import { InboxPool } from './inbox-pool.js';
import { RefusalCounts } from './refusal-counts.js';
import { storeWebhook } from './store-webhook.js';
import { type WebhookApp, WebhookApps } from './webhook-apps.js';
import { WebhookTexts } from './webhook-texts.js';

/** What clocks may differ by, as for calls the other way. */
const AHEAD_MS = 300_000;

@Injectable()
export class WebhookInbox {
  constructor(
    private readonly connectors: Connectors,
    private readonly apps: WebhookApps,
    private readonly refusals: RefusalCounts,
    private readonly texts: WebhookTexts,
    private readonly pool: InboxPool,
    private readonly relay: OutboxRelay,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Verified and stored when it answers. A store that comes too late is refused, so that the marketplace sends again;
   * should it have succeeded all the same, that will be a double.
   */
  async receive(input: ReceiveWebhook): Promise<ReceivedWebhook> {
    const late = lateness(this.pool.deadlineMs);
    try {
      return await Promise.race([this.accept(input), late.promise]);
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.logger.error({ err: error }, `a webhook could not be stored: ${describeError(error)}`);
      throw new AppError(
        'unavailable',
        'webhook.storage_unavailable',
        'The message could not be stored now. Send it again.',
        {},
        { cause: error },
      );
    } finally {
      late.clear();
    }
  }

  private async accept(input: ReceiveWebhook): Promise<ReceivedWebhook> {
    const { app, message } = this.verified(input, await this.apps.of(input.marketplace));
    const stored = await storeWebhook(this.pool, this.texts, app, message, this.now());
    if (stored.isHandedOn) this.relay.wake();
    return { webhookId: stored.id, isDouble: stored.isDouble };
  }

  private verified(
    { marketplace, headers, body }: ReceiveWebhook,
    apps: readonly WebhookApp[],
  ): { app: WebhookApp; message: PushedMessage } {
    assertPushes(marketplace);
    const read = this.connectors.of({ marketplace }).readPush({ headers, body }, apps);
    switch (read.verdict) {
      case 'malformed':
        throw this.refuse(
          marketplace,
          null,
          'malformed',
          invalid('webhook.malformed', `The message cannot be read: ${read.problem}.`),
        );
      case 'refused':
        throw this.refuse(marketplace, read.app?.id ?? null, read.reason, notSigned());
      case 'genuine':
        this.assertAge(read.app, read.message);
        return read;
    }
  }

  /** After the signature: the time is believed only when the marketplace has signed it. */
  private assertAge(app: WebhookApp, { sentAt }: PushedMessage): void {
    const ageMs = this.now().getTime() - sentAt.getTime();
    const { oldestMs } = pushesOf(app.marketplace);
    if (ageMs > oldestMs) {
      const error = invalid(
        'webhook.too_old',
        `The message was made more than ${oldestMs / 3_600_000} hours ago; retries end earlier. What it tells of is found by reading the lists.`,
      );
      throw this.refuse(app.marketplace, app.id, 'too_old', error);
    }
    if (ageMs < -AHEAD_MS) {
      const error = invalid(
        'webhook.from_future',
        'The message was made more than five minutes from now. Check the clock of this server.',
      );
      throw this.refuse(app.marketplace, app.id, 'from_future', error);
    }
  }

  private refuse(
    marketplace: MarketplaceId,
    appId: string | null,
    reason: WebhookRefusal,
    error: AppError,
  ): AppError {
    this.refusals.note(marketplace, appId, reason);
    return error;
  }
}

/** One text for an unknown app, a missing and a wrong signature: a stranger learns nothing of our apps. */
function notSigned(): AppError {
  return new AppError(
    'unauthenticated',
    'webhook.refused',
    'The message is not signed by an app that is entered here. The counts of refused messages say more.',
  );
}

function lateness(afterMs: number): { promise: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not stored within ${afterMs} ms`)), afterMs);
  });
  return { promise, clear: () => clearTimeout(timer) };
}
