import { Injectable } from '@nestjs/common';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import { type RunContext, readDueQueue, ShopConnectors, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../config.js';
import { dueAmounts } from './due-amounts.js';

/** Asks for the amounts of orders, one call each, newest orders first. Orders are useful before they arrive. */
@Injectable()
export class AmountsKind implements SyncKindHandler {
  readonly kind = 'amounts';
  readonly mode = 'queue';
  /** Queued by orders that change, and by `DueTick`. */
  readonly isScheduled = false;
  readonly waiting = `SELECT FROM orders AS parent WHERE parent.shop_id = shops.shop_id
    AND parent.amounts_due_at IS NOT NULL AND parent.amounts_wanted_at < $longAgo`;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly config: OrderServiceConfig,
    private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const { database, relay } = this;
    const connector = await this.connectors.of(context.shopId);
    await readDueQueue(
      context,
      dueAmounts({ database, connector, relay, concurrency: this.config.amountsConcurrency }),
    );
  }
}
