import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LOGGER } from '#messaging';
import { Database, describeError, type Logger } from '#runtime';
import { type DueKind, queueWhereDue, RunWorker } from '#sync';
import { OrderServiceConfig } from '../config.js';
import { STILL_TO_SHIP } from '../orders/order-store.js';

const TICK_MS = 10_000;

/** When something of a shop is due, by kind: a kind that follows from others and is forgotten here does not compile. */
const DUE: Readonly<Record<DueKind, string>> = {
  after_sales: `SELECT FROM orders AS parent WHERE parent.shop_id = shops.shop_id
    AND parent.cancel_due_at IS NOT NULL AND parent.cancel_due_at <= clock_timestamp()`,
  amounts: `SELECT FROM orders AS parent WHERE parent.shop_id = shops.shop_id
    AND parent.amounts_due_at IS NOT NULL AND parent.amounts_due_at <= clock_timestamp()`,
  addresses: `SELECT FROM order_addresses AS address JOIN orders AS parent USING (shop_id, order_number)
    WHERE address.shop_id = shops.shop_id AND address.due_at IS NOT NULL AND address.due_at <= clock_timestamp()
      AND (address.is_changed OR parent.status IN ${STILL_TO_SHIP})`,
};

/** Queues a run wherever amounts, addresses or requests to cancel are due and none is open. */
@Injectable()
export class DueTick {
  constructor(
    private readonly database: Database,
    private readonly worker: RunWorker,
    private readonly config: OrderServiceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Interval('due questions of orders', TICK_MS)
  async tick(): Promise<void> {
    for (const [kind, due] of Object.entries(DUE)) await this.queue(kind as DueKind, due);
  }

  private async queue(kind: DueKind, due: string): Promise<void> {
    try {
      const queued = await queueWhereDue(this.database, kind, due, this.config.intervalMinutes);
      if (queued > 0) this.worker.wake();
    } catch (error) {
      this.logger.warn({ err: error }, `${kind} could not be queued: ${describeError(error)}`);
    }
  }
}
