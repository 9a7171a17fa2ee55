import { Inject, Injectable } from '@nestjs/common';
import { isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import { CONNECTOR, type RunContext, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../order-service.config.js';
import { type AmountsAnswer, storeAmounts } from './store-amounts.js';

/** About a second of calls: progress shows, and little is asked again after a crash. */
const BATCH = 20;

interface DueOrder {
  sn: string;
  dueAt: Date;
}

/** Asks for the amounts of orders, one call each, newest orders first. Orders are useful before they arrive. */
@Injectable()
export class AmountsKind implements SyncKindHandler {
  readonly kind = 'amounts';
  readonly mode = 'queue';
  /** Queued by orders that change, and by `AmountsTick`. */
  readonly isScheduled = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    for (
      let due = await this.findDue(context.shopId);
      due.length > 0;
      due = await this.findDue(context.shopId)
    ) {
      const { answers, error } = await this.ask(context, due);
      if (answers.length > 0) await this.store(context, answers);
      if (error !== undefined) {
        if (isMarketplaceError(error) && error.kind === 'scope') await this.markBlocked(context.shopId);
        throw error;
      }
    }
  }

  private findDue(shopId: string): Promise<DueOrder[]> {
    // Milliseconds are what a Date can hand back: the due time is compared for equality when the answer is stored.
    return this.database.query<DueOrder>(
      `SELECT parent_order_sn AS sn, amounts_due_at AS "dueAt" FROM parent_orders
       WHERE shop_id = $1 AND amounts_due_at IS NOT NULL AND amounts_due_at <= clock_timestamp()
       ORDER BY ordered_at DESC LIMIT ${BATCH}`,
      [shopId],
    );
  }

  /** A few calls at once. The first error that is not the order's own ends the batch; what was answered is kept. */
  private async ask(
    context: RunContext,
    due: readonly DueOrder[],
  ): Promise<{ answers: AmountsAnswer[]; error: unknown }> {
    const answers: AmountsAnswer[] = [];
    const queue = [...due];
    let error: unknown;
    const askInTurn = async (): Promise<void> => {
      for (let order = queue.shift(); order !== undefined && error === undefined; order = queue.shift()) {
        const { sn, dueAt } = order;
        try {
          const amounts = await context.call((call) => this.connector.getOrderAmounts(call, sn));
          answers.push({ parentOrderSn: sn, dueAt, amounts });
        } catch (thrown) {
          if (isMarketplaceError(thrown) && thrown.kind === 'business') {
            answers.push({ parentOrderSn: sn, dueAt, amounts: 'refused' });
            await context.log('warn', `amounts of ${sn}: ${thrown.message}`);
          } else error ??= thrown;
        }
      }
    };
    await Promise.all(Array.from({ length: this.config.amountsConcurrency }, askInTurn));
    return { answers, error };
  }

  private async store(context: RunContext, answers: readonly AmountsAnswer[]): Promise<void> {
    await context.commit(async (tx) => {
      const changed = await storeAmounts(tx, context.shopId, answers);
      const [left] = await tx.query<{ count: number }>(
        `SELECT count(*) AS count FROM parent_orders
         WHERE shop_id = $1 AND amounts_due_at IS NOT NULL AND amounts_due_at <= clock_timestamp()`,
        [context.shopId],
      );
      return {
        doneDelta: answers.length,
        changedDelta: changed,
        total: context.run.done + answers.length + (left?.count ?? 0),
      };
    });
    this.relay.wake();
  }

  private async markBlocked(shopId: string): Promise<void> {
    await this.database.query(
      `UPDATE parent_orders SET amount_state = 'blocked' WHERE shop_id = $1 AND amount_state IN ('pending', 'computing')`,
      [shopId],
    );
  }
}
