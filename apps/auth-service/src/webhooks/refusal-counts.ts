import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { MarketplaceId, WebhookRefusal } from '#contracts';
import { LOGGER } from '#messaging';
import { batchOf, Database, describeError, type Logger } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { NO_ID } from './no-id.js';

const WRITE_EVERY_MS = 1_000;

interface Count {
  readonly day: string;
  readonly marketplace: MarketplaceId;
  readonly appId: string;
  readonly reason: WebhookRefusal;
  count: number;
  lastAt: Date;
}

const COUNTS = batchOf<Count>(
  {
    day: ['date', ({ day }) => day],
    marketplace: ['text', ({ marketplace }) => marketplace],
    app_id: ['uuid', ({ appId }) => appId],
    reason: ['text', ({ reason }) => reason],
    count: ['bigint', ({ count }) => count],
    last_at: ['timestamptz', ({ lastAt }) => lastAt],
  },
  1,
);

/**
 * How often messages are refused. Counted in memory and written once a second: the address is open to everybody, and a
 * flood of made-up messages must not become a flood of writes. A killed process loses a second of them.
 */
@Injectable()
export class RefusalCounts implements OnApplicationShutdown {
  private counts = new Map<string, Count>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  note(marketplace: MarketplaceId, appId: string | null, reason: WebhookRefusal): void {
    const lastAt = this.now();
    this.add({
      day: lastAt.toISOString().slice(0, 10),
      marketplace,
      appId: appId ?? NO_ID,
      reason,
      count: 1,
      lastAt,
    });
    this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }

  private add(count: Count): void {
    const key = [count.day, count.marketplace, count.appId, count.reason].join(' ');
    const known = this.counts.get(key);
    if (known === undefined) {
      this.counts.set(key, count);
      return;
    }
    known.count += count.count;
    if (count.lastAt > known.lastAt) known.lastAt = count.lastAt;
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    // In one order for all replicas, which write to the same rows.
    const counts = [...this.counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, count]) => count);
    if (counts.length === 0) return;
    this.counts = new Map();
    try {
      await this.database.query(
        `INSERT INTO webhook_refusals AS known (${COUNTS.names}) SELECT ${COUNTS.names} FROM ${COUNTS.rows}
         ON CONFLICT (day, marketplace, app_id, reason) DO UPDATE
           SET count = known.count + excluded.count, last_at = greatest(known.last_at, excluded.last_at)`,
        COUNTS.values(counts),
      );
    } catch (error) {
      this.logger.warn(`refused webhooks are counted later: ${describeError(error)}`);
      for (const count of counts) this.add(count);
      this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
    }
  }
}
