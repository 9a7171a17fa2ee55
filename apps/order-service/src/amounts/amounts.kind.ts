import { Inject, Injectable } from '@nestjs/common';
import type { MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, type Transaction } from '#runtime';
import { CONNECTOR, type RunContext, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../order-service.config.js';
import { DUE_BATCH, type DueOrder, readDueOrders } from '../sync/due-orders.js';
import { type AmountsAnswer, storeAmounts } from './store-amounts.js';

const DUE = 'shop_id = $1 AND amounts_due_at IS NOT NULL AND amounts_due_at <= clock_timestamp()';

/** Asks for the amounts of orders, one call each, newest orders first. Orders are useful before they arrive. */
@Injectable()
export class AmountsKind implements SyncKindHandler {
  readonly kind = 'amounts';
  readonly mode = 'queue';
  /** Queued by orders that change, and by `DueTick`. */
  readonly isScheduled = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  run(context: RunContext): Promise<void> {
    return readDueOrders<DueOrder, AmountsAnswer>(context, {
      what: 'amounts',
      concurrency: this.config.amountsConcurrency,
      find: (shopId) => this.find(shopId),
      count: (tx, shopId) => this.count(tx, shopId),
      ask: async (call, { sn, dueAt }) => ({
        parentOrderSn: sn,
        dueAt,
        amounts: await this.connector.getOrderAmounts(call, sn),
      }),
      refused: ({ sn, dueAt }) => ({ parentOrderSn: sn, dueAt, amounts: 'refused' }),
      store: storeAmounts,
      blocked: (shopId) => this.markBlocked(shopId),
      stored: () => this.relay.wake(),
    });
  }

  private find(shopId: string): Promise<DueOrder[]> {
    // Milliseconds are what a Date can hand back: the due time is compared for equality when the answer is stored.
    return this.database.query<DueOrder>(
      `SELECT parent_order_sn AS sn, amounts_due_at AS "dueAt" FROM parent_orders WHERE ${DUE}
       ORDER BY ordered_at DESC LIMIT ${DUE_BATCH}`,
      [shopId],
    );
  }

  private async count(tx: Transaction, shopId: string): Promise<number> {
    const [left] = await tx.query<{ count: number }>(
      `SELECT count(*) AS count FROM parent_orders WHERE ${DUE}`,
      [shopId],
    );
    return left?.count ?? 0;
  }

  private async markBlocked(shopId: string): Promise<void> {
    await this.database.query(
      `UPDATE parent_orders SET amount_state = 'blocked' WHERE shop_id = $1 AND amount_state IN ('pending', 'computing')`,
      [shopId],
    );
  }
}
