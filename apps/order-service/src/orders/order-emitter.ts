import type { OutboxRelay } from '#messaging';
import type { Database } from '#runtime';
import { emitAfterSalesReach } from '../after-sales/after-sales-reach.js';
import { emitParentOrders } from './order-events.js';

/** Orders a transaction; the outbox fills in steps that other writers can get between. */
const STEP = 2_000;

/** Emits the current state of orders again, and whether the shop's after-sales are known, for consumers that have lost or missed some. */
export class OrderEmitter {
  constructor(
    private readonly database: Database,
    private readonly relay: OutboxRelay,
  ) {}

  /** @param utcDays days of creation; undefined for all */
  async emit(shopId: string, utcDays: readonly string[] | undefined): Promise<{ orders: number }> {
    await this.database.transaction((tx) => emitAfterSalesReach(tx, shopId));
    let emitted = 0;
    let after = '';
    for (;;) {
      const sns = await this.emitStep(shopId, utcDays, after);
      const last = sns.at(-1);
      if (last === undefined) return { orders: emitted };
      emitted += sns.length;
      after = last;
      this.relay.wake();
    }
  }

  private emitStep(shopId: string, utcDays: readonly string[] | undefined, after: string): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ sn: string }>(
        `SELECT parent_order_sn AS sn FROM parent_orders
         WHERE shop_id = $1 AND parent_order_sn > $2
           AND ($3::date[] IS NULL OR (ordered_at AT TIME ZONE 'UTC')::date = ANY($3))
         ORDER BY parent_order_sn LIMIT ${STEP}`,
        [shopId, after, utcDays ?? null],
      );
      const sns = rows.map((row) => row.sn);
      await emitParentOrders(tx, shopId, sns);
      return sns;
    });
  }
}
