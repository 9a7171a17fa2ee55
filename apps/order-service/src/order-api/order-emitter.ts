import type { OutboxRelay } from '#messaging';
import type { Database } from '#runtime';
import { emitAfterSalesReach } from '../after-sales/after-sales-reach.js';
import { emitOrders } from '../order-events/order-events.js';

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
      const numbers = await this.emitStep(shopId, utcDays, after);
      const last = numbers.at(-1);
      if (last === undefined) return { orders: emitted };
      emitted += numbers.length;
      after = last;
      this.relay.wake();
    }
  }

  private emitStep(shopId: string, utcDays: readonly string[] | undefined, after: string): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ number: string }>(
        `SELECT order_number AS number FROM orders
         WHERE shop_id = $1 AND order_number > $2
           AND ($3::date[] IS NULL OR (ordered_at AT TIME ZONE 'UTC')::date = ANY($3))
         ORDER BY order_number LIMIT ${STEP}`,
        [shopId, after, utcDays ?? null],
      );
      const numbers = rows.map((row) => row.number);
      await emitOrders(tx, shopId, numbers);
      return numbers;
    });
  }
}
