import { batchOf, recordsOf, type Transaction } from '#runtime';
import { lockOrders } from '../order-events/lock-orders.js';
import { emitOrders } from '../order-events/order-events.js';
import { rememberVersion } from '../order-events/remember-version.js';
import { type FinishedCase, type LineRefund, type RefundableLine, spreadRefunds } from './spread-refunds.js';

type LineRow = RefundableLine & LineRefund & { number: string };

interface OrderRow {
  number: string;
  currency: string | null;
  unmatchedUnits: number;
  unmatchedCases: string[];
}

const ORDERS = `
  SELECT order_number AS number, currency, unmatched_refund_units AS "unmatchedUnits",
    unmatched_refund_cases AS "unmatchedCases"
  FROM orders WHERE shop_id = $1 AND order_number = ANY($2::text[])`;

const LINES = `
  SELECT order_number AS number, line_id AS "lineId", sku_id AS "skuId", product_id AS "productId",
    net_quantity AS "netQuantity", unit_retail_minor AS "unitRetailMinor",
    unit_base_price_minor AS "unitBaseMinor", refunded_units AS "refundedUnits",
    refunded_minor AS "refundedMinor", uncounted_refund_minor AS "uncountedRefundMinor",
    is_refund_derived AS "isRefundDerived"
  FROM order_lines WHERE shop_id = $1 AND order_number = ANY($2::text[]) ORDER BY order_number, position`;

/** Money of a case counts while the case is finished, whatever it once was. */
const CASES = `
  SELECT item.order_number AS number, item.case_number AS "caseNumber", item.refunded_minor AS "refundedMinor",
    item.refund_currency AS currency, (
      SELECT coalesce(json_agg(json_build_object('caseLineId', line.case_line_id, 'skuId', line.sku_id,
        'productId', line.product_id, 'quantity', line.quantity)), '[]')
      FROM after_sales_lines AS line
      WHERE line.shop_id = $1 AND line.case_number = item.case_number) AS lines
  FROM after_sales AS item
  WHERE item.shop_id = $1 AND item.order_number = ANY($2::text[]) AND item.status = 'refunded'`;

interface ChangedOrder extends Pick<OrderRow, 'number' | 'unmatchedUnits' | 'unmatchedCases'> {
  readonly lines: readonly LineRefund[];
}

const REFUNDS = batchOf<LineRefund & { readonly number: string }>(
  {
    number: ['text', ({ number }) => number],
    lineId: ['text', ({ lineId }) => lineId],
    refundedUnits: ['integer', (refund) => refund.refundedUnits],
    refundedMinor: ['bigint', (refund) => refund.refundedMinor],
    uncountedRefundMinor: ['bigint', (refund) => refund.uncountedRefundMinor],
    isRefundDerived: ['boolean', (refund) => refund.isRefundDerived],
  },
  3,
  'refund',
);

const UNMATCHED = recordsOf<ChangedOrder>(
  {
    number: ['text', ({ number }) => number],
    units: ['integer', ({ unmatchedUnits }) => unmatchedUnits],
    cases: ['text[]', ({ unmatchedCases }) => unmatchedCases],
  },
  2,
  'found',
);

const WRITE = `
  WITH changed_lines AS (
    UPDATE order_lines AS line SET refunded_units = refund."refundedUnits", refunded_minor = refund."refundedMinor",
      uncounted_refund_minor = refund."uncountedRefundMinor", is_refund_derived = refund."isRefundDerived"
    FROM ${REFUNDS.rows}
    WHERE line.shop_id = $1 AND line.order_number = refund.number AND line.line_id = refund."lineId"
  )
  UPDATE orders AS parent SET unmatched_refund_units = found.units, unmatched_refund_cases = found.cases
  FROM ${UNMATCHED.rows}
  WHERE parent.shop_id = $1 AND parent.order_number = found.number`;

/**
 * Computes the refunds of these orders anew from everything that is stored: order, amounts and cases may come in any
 * order. A fixed number of statements, in the transaction that stored what they depend on; raises no version.
 * @returns the orders whose refunds have changed
 */
export async function recomputeRefunds(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  orderNumbers: readonly string[],
): Promise<string[]> {
  if (orderNumbers.length === 0) return [];
  const params = [shopId, orderNumbers];
  const orders = await tx.query<OrderRow>(ORDERS, params);
  if (orders.length === 0) return [];
  const lines = grouped(await tx.query<LineRow>(LINES, params));
  const cases = grouped(await tx.query<FinishedCase & { number: string }>(CASES, params));
  const changed = orders.flatMap((order) => {
    const before = lines.get(order.number) ?? [];
    const after = spreadRefunds(before, order.currency, cases.get(order.number) ?? []);
    const isSame =
      after.unmatchedUnits === order.unmatchedUnits &&
      after.unmatchedCases.join() === order.unmatchedCases.join() &&
      after.lines.every((line, at) => isSameRefund(line, before[at]));
    return isSame ? [] : [{ number: order.number, ...after } satisfies ChangedOrder];
  });
  if (changed.length === 0) return [];
  await tx.query(WRITE, [
    shopId,
    UNMATCHED.value(changed),
    ...REFUNDS.values(changed.flatMap(({ number, lines: all }) => all.map((line) => ({ number, ...line })))),
  ]);
  return changed.map(({ number }) => number);
}

/** The same for orders of which only the cases have changed: raises their version and tells of it. */
export async function changeRefunds(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  orderNumbers: readonly string[],
): Promise<void> {
  const changed = await recomputeRefunds(tx, shopId, orderNumbers);
  if (changed.length === 0) return;
  await tx.query(
    `WITH told AS (
       UPDATE orders SET version = version + 1 WHERE shop_id = $1 AND order_number = ANY($2::text[])
       RETURNING order_number, version, status
     )
     ${rememberVersion('after_sales', 'FROM told')}`,
    [shopId, changed],
  );
  await emitOrders(tx, shopId, changed);
}

/**
 * Marks cases whose order is not stored: it may be just now, in a transaction that sees them no more than this one sees
 * the order. `spreadLate` makes up for it.
 * @param stored the orders that are
 */
export async function noteLateOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  orderNumbers: readonly string[],
  stored: readonly string[],
): Promise<void> {
  const isStored = new Set(stored);
  const late = orderNumbers.filter((number) => !isStored.has(number));
  if (late.length === 0) return;
  await tx.query(
    'UPDATE after_sales SET is_order_late = true WHERE shop_id = $1 AND order_number = ANY($2::text[])',
    [shopId, late],
  );
}

/** Computes the refunds of orders anew that have come after their cases, or in the same moment. */
export async function spreadLate(tx: Pick<Transaction, 'query'>, shopId: string): Promise<void> {
  const late = await tx.query<{ number: string }>(
    'SELECT DISTINCT order_number AS number FROM after_sales WHERE shop_id = $1 AND is_order_late',
    [shopId],
  );
  if (late.length === 0) return;
  const numbers = late.map(({ number }) => number);
  const here = await lockOrders(tx, shopId, numbers);
  if (here.length === 0) return;
  await tx.query(
    `UPDATE after_sales SET is_order_late = false
     WHERE shop_id = $1 AND is_order_late AND order_number = ANY($2::text[])`,
    [shopId, here],
  );
  await changeRefunds(tx, shopId, here);
}

function isSameRefund(a: LineRefund, b: LineRefund | undefined): boolean {
  return (
    a.refundedUnits === b?.refundedUnits &&
    a.refundedMinor === b.refundedMinor &&
    a.uncountedRefundMinor === b.uncountedRefundMinor &&
    a.isRefundDerived === b.isRefundDerived
  );
}

function grouped<Row extends { number: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const byNumber = new Map<string, Row[]>();
  for (const row of rows) byNumber.set(row.number, [...(byNumber.get(row.number) ?? []), row]);
  return byNumber;
}
