import { AMOUNT_STATES, type AmountState, say } from '#contracts';
import type { MarketplaceConnector } from '#marketplace';
import { type Database, sqlWords } from '#runtime';
import { DUE_BATCH, type DueQueue, type DueRecord } from '#sync';
import { type AmountsAnswer, setAmountsAside, storeAmounts } from './store-amounts.js';

/** Whether an answer is still to come. */
const IS_AWAITED: Readonly<Record<AmountState, boolean>> = {
  pending: true,
  computing: true,
  known: false,
  unreadable: false,
  blocked: false,
  not_available: false,
};
const AWAITED = AMOUNT_STATES.filter((state) => IS_AWAITED[state]);

const DUE = 'shop_id = $1 AND amounts_due_at IS NOT NULL AND amounts_due_at <= clock_timestamp()';

// Milliseconds are what a Date can hand back: the due time is compared for equality when the answer is stored.
const FOUND = 'SELECT order_number AS number, amounts_due_at AS "dueAt" FROM orders';

export interface AmountParts {
  readonly database: Pick<Database, 'query'>;
  readonly connector: Pick<MarketplaceConnector, 'getOrderAmounts'>;
  readonly relay: { wake(): void };
  readonly concurrency: number;
}

/** The question for the amounts of an order, one call each, newest orders first. */
export function dueAmounts({
  database,
  connector,
  relay,
  concurrency,
}: AmountParts): DueQueue<DueRecord, AmountsAnswer> {
  return {
    what: say('what.amounts'),
    keptAs: 'amounts',
    isPersonal: false,
    isProgress: true,
    concurrency,
    find: (shopId) =>
      database.query<DueRecord>(`${FOUND} WHERE ${DUE} ORDER BY ordered_at DESC LIMIT ${DUE_BATCH}`, [
        shopId,
      ]),
    findByNumber: (shopId, numbers) =>
      database.query<DueRecord>(`${FOUND} WHERE shop_id = $1 AND order_number = ANY($2::text[])`, [
        shopId,
        numbers,
      ]),
    async count(tx, shopId) {
      const [left] = await tx.query<{ count: number }>(`SELECT count(*) AS count FROM orders WHERE ${DUE}`, [
        shopId,
      ]);
      return left?.count ?? 0;
    },
    ask: async (call, _shopId, { number, dueAt }) => ({
      number,
      dueAt,
      amounts: await connector.getOrderAmounts(call, number),
    }),
    putOff: ({ number, dueAt }) => ({ number, dueAt, amounts: 'put_off' }),
    store: storeAmounts,
    setAside: setAmountsAside,
    async blocked(shopId) {
      await database.query(
        `UPDATE orders SET amount_state = 'blocked' WHERE shop_id = $1 AND amount_state IN (${sqlWords(AWAITED)})`,
        [shopId],
      );
    },
    stored: () => relay.wake(),
  };
}
