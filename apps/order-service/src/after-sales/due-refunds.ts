import { say } from '#contracts';
import type { MarketplaceConnector, Money } from '#marketplace';
import { batchOf, type Database, type Transaction } from '#runtime';
import { DUE_BATCH, DUE_COLUMNS, type DueQueue, type DueRecord, RETRY_MINUTES } from '#sync';
import { lockOrders } from '../order-events/lock-orders.js';
import { changeRefunds, noteLateOrders } from '../refunds/refunds.js';

/** By which quarantine keeps the sum of a case. */
export const refundId = (caseNumber: string): string => `${caseNumber}/refund`;

/** The case whose sum is kept by that id; undefined: the case itself is. */
export const caseOfRefundId = (id: string): string | undefined => /^(.+)\/refund$/.exec(id)?.[1];

interface DueRefund extends DueRecord {
  readonly orderNumber: string;
}

interface RefundAnswer extends DueRefund {
  /** Null: the marketplace names no sum. */
  readonly refunded: Money | null | 'put_off';
}

export interface RefundParts {
  readonly database: Pick<Database, 'query'>;
  readonly connector: Pick<MarketplaceConnector, 'getAfterSalesRefund'>;
  readonly relay: { wake(): void };
  readonly concurrency: number;
}

const FOUND = `SELECT case_number AS number, order_number AS "orderNumber", refund_due_at AS "dueAt"
  FROM after_sales WHERE shop_id = $1`;
const DUE = 'refund_due_at IS NOT NULL AND refund_due_at <= clock_timestamp()';

/** Until an answer comes, the refund is retail × units. What cannot be understood is kept, and asked again all the same. */
export function dueRefunds({
  database,
  connector,
  relay,
  concurrency,
}: RefundParts): DueQueue<DueRefund, RefundAnswer> {
  return {
    what: say('what.refund'),
    keptAs: 'after_sales',
    // A case lies there under its own number when the case itself cannot be read.
    idOf: refundId,
    // The buyer's own words are in it.
    isPersonal: true,
    isProgress: false,
    concurrency,
    find: (shopId) =>
      database.query<DueRefund>(`${FOUND} AND ${DUE} ORDER BY refund_due_at, number LIMIT ${DUE_BATCH}`, [
        shopId,
      ]),
    findByNumber: (shopId, numbers) =>
      database.query<DueRefund>(`${FOUND} AND status = 'refunded' AND case_number = ANY($2::text[])`, [
        shopId,
        numbers,
      ]),
    async count(tx, shopId) {
      const [left] = await tx.query<{ count: number }>(
        `SELECT count(*) AS count FROM after_sales WHERE shop_id = $1 AND ${DUE}`,
        [shopId],
      );
      return left?.count ?? 0;
    },
    async ask(call, _shopId, { number, orderNumber, dueAt }) {
      const { refunded } = await connector.getAfterSalesRefund(call, {
        caseNumber: number,
        orderNumber,
      });
      return { number, orderNumber, dueAt, refunded };
    },
    putOff: (due) => ({ ...due, refunded: 'put_off' }),
    async store(tx, shopId, answers) {
      const locked = await lockOrders(tx, shopId, parentSnsOf(answers));
      const known = answers.filter(({ refunded }) => refunded !== 'put_off');
      await postpone(
        tx,
        shopId,
        answers.filter(({ refunded }) => refunded === 'put_off'),
      );
      const changed = await storeKnown(tx, shopId, known);
      await changeRefunds(tx, shopId, changed);
      await noteLateOrders(tx, shopId, changed, locked);
      return { changed: changed.length, poorer: [] };
    },
    async setAside(tx, shopId, refused) {
      await lockOrders(tx, shopId, parentSnsOf(refused));
      await postpone(tx, shopId, refused);
    },
    async blocked(shopId) {
      await database.query(
        `UPDATE after_sales SET refund_due_at = now() + interval '1 day'
         WHERE shop_id = $1 AND refund_due_at <= clock_timestamp()`,
        [shopId],
      );
    },
    stored: () => relay.wake(),
  };
}

const sumOf = ({ refunded }: RefundAnswer): Money | null => (refunded === 'put_off' ? null : refunded);

const ANSWERS = batchOf<RefundAnswer>(
  {
    ...DUE_COLUMNS,
    minor: ['bigint', (answer) => sumOf(answer)?.amountMinor ?? null],
    currency: ['text', (answer) => sumOf(answer)?.currency ?? null],
  },
  2,
  'answer',
);

/** @returns the orders whose cases have another sum now */
async function storeKnown(
  tx: Transaction,
  shopId: string,
  answers: readonly RefundAnswer[],
): Promise<string[]> {
  if (answers.length === 0) return [];
  const rows = await tx.query<{ number: string; isChanged: boolean }>(
    `UPDATE after_sales AS item SET refunded_minor = answer.minor, refund_currency = answer.currency,
       refund_attempts = 0,
       refund_due_at = CASE WHEN item.refund_due_at IS NOT DISTINCT FROM answer."dueAt" THEN NULL
                            ELSE item.refund_due_at END
     FROM ${ANSWERS.rows}
     JOIN after_sales AS old ON old.shop_id = $1 AND old.case_number = answer.number
     WHERE item.shop_id = $1 AND item.case_number = answer.number
     RETURNING item.order_number AS number,
       (old.refunded_minor, old.refund_currency) IS DISTINCT FROM (answer.minor, answer.currency) AS "isChanged"`,
    [shopId, ...ANSWERS.values(answers)],
  );
  return [...new Set(rows.filter(({ isChanged }) => isChanged).map(({ number }) => number))];
}

async function postpone(tx: Transaction, shopId: string, cases: readonly DueRecord[]): Promise<void> {
  if (cases.length === 0) return;
  await tx.query(
    `UPDATE after_sales SET refund_attempts = least(refund_attempts + 1, 100),
       refund_due_at = now() + ${RETRY_MINUTES('refund_attempts')} * interval '1 minute'
     WHERE shop_id = $1 AND case_number = ANY($2::text[])`,
    [shopId, cases.map(({ number }) => number)],
  );
}

function parentSnsOf(cases: readonly DueRefund[]): string[] {
  return cases.map(({ orderNumber }) => orderNumber);
}
