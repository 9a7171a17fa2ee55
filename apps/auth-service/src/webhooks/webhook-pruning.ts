import { Inject, Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { Database } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';

export const WEBHOOK_RETENTION_DAYS = Symbol('webhook retention days');

/** Rows a statement: none holds its locks for long. */
const BATCH = 2_000;

@Injectable()
export class WebhookPruning {
  constructor(
    private readonly database: Database,
    @Inject(WEBHOOK_RETENTION_DAYS) private readonly retentionDays: number,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Any number of replicas may prune at once: each skips what another has in hand. */
  @Cron(CronExpression.EVERY_HOUR, { name: 'prune webhooks', waitForCompletion: true })
  async prune(batch: number = BATCH): Promise<void> {
    const before = new Date(this.now().getTime() - this.retentionDays * 86_400_000);
    let pruned = batch;
    while (pruned === batch) {
      const rows = await this.database.query(
        `WITH old AS MATERIALIZED (
           SELECT shop_id, hash FROM webhooks WHERE received_at < $1
           ORDER BY received_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         DELETE FROM webhooks w USING old WHERE w.shop_id = old.shop_id AND w.hash = old.hash RETURNING 1`,
        [before, batch],
      );
      pruned = rows.length;
    }
    await this.database.query('DELETE FROM webhook_refusals WHERE day < $1::date', [before]);
  }
}
