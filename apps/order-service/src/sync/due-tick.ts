import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { SyncKind, SyncRun } from '#contracts';
import { LOGGER } from '#messaging';
import { Database, describeError, type Logger } from '#runtime';
import { RunWorker } from '#sync';
import { OrderServiceConfig } from '../config.js';
import { STILL_TO_SHIP } from '../orders/order-store.js';
import { isRefused } from './follow-ups.js';

const TICK_MS = 10_000;

/** When something of a shop is due, by kind. */
const DUE: readonly (readonly [kind: SyncKind, mode: SyncRun['mode'], due: string])[] = [
  [
    'after_sales',
    'update',
    `SELECT FROM orders AS parent WHERE parent.shop_id = shops.shop_id
       AND parent.cancel_due_at IS NOT NULL AND parent.cancel_due_at <= clock_timestamp()`,
  ],
  [
    'amounts',
    'queue',
    `SELECT FROM orders AS parent WHERE parent.shop_id = shops.shop_id
       AND parent.amounts_due_at IS NOT NULL AND parent.amounts_due_at <= clock_timestamp()`,
  ],
  [
    'addresses',
    'queue',
    `SELECT FROM order_addresses AS address JOIN orders AS parent USING (shop_id, order_number)
       WHERE address.shop_id = shops.shop_id AND address.due_at IS NOT NULL AND address.due_at <= clock_timestamp()
         AND (address.is_changed OR parent.status IN ${STILL_TO_SHIP})`,
  ],
];

/**
 * Queues a run wherever amounts, addresses or requests to cancel are due and none is open: those that the platform was still computing, and
 * those that became due while a run was just ending. A run that failed is left alone for one interval of the timer, and
 * one that the token is refused for until the token changes.
 */
@Injectable()
export class DueTick {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RunWorker) private readonly worker: RunWorker,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Interval('due questions of orders', TICK_MS)
  async tick(): Promise<void> {
    for (const [kind, mode, due] of DUE) await this.queue(kind, mode, due);
  }

  private async queue(kind: SyncKind, mode: SyncRun['mode'], due: string): Promise<void> {
    try {
      const queued = await this.database.query(
        `INSERT INTO sync_runs (shop_id, kind, trigger, mode)
         SELECT shops.shop_id, $2, 'followup', $3 FROM shops
         WHERE shops.status = 'connected' AND EXISTS (${due})
           AND NOT EXISTS (SELECT FROM sync_runs AS run WHERE run.shop_id = shops.shop_id AND run.kind = $2
             AND run.status IN ('failed', 'cancelled') AND run.finished_at > now() - $1 * interval '1 minute')
           AND NOT ${isRefused('shops.shop_id', '$2')}
         ON CONFLICT (shop_id, kind) WHERE status IN ('queued', 'running', 'waiting') DO NOTHING RETURNING id`,
        [this.config.intervalMinutes, kind, mode],
      );
      if (queued.length > 0) this.worker.wake();
    } catch (error) {
      this.logger.warn({ err: error }, `${kind} could not be queued: ${describeError(error)}`);
    }
  }
}
