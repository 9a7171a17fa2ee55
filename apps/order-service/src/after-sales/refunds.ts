import type { Transaction } from '#runtime';
import { lockOrders } from '../orders/lock-orders.js';
import { emitParentOrders } from '../orders/order-events.js';
import { type FinishedCase, type LineRefund, type RefundableLine, spreadRefunds } from './spread-refunds.js';

type LineRow = RefundableLine & LineRefund & { sn: string };

interface OrderRow {
  sn: string;
  currency: string | null;
  unmatchedUnits: number;
  unmatchedCases: string[];
}

const ORDERS = `
  SELECT parent_order_sn AS sn, currency, unmatched_refund_units AS "unmatchedUnits",
    unmatched_refund_cases AS "unmatchedCases"
  FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])`;

const LINES = `
  SELECT parent_order_sn AS sn, order_sn AS "orderSn", sku_id AS "skuId", goods_id AS "goodsId",
    net_quantity AS "netQuantity", unit_retail_minor AS "unitRetailMinor",
    unit_base_price_minor AS "unitBaseMinor", refunded_units AS "refundedUnits",
    refunded_minor AS "refundedMinor", uncounted_refund_minor AS "uncountedRefundMinor",
    is_refund_derived AS "isRefundDerived"
  FROM order_lines WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[]) ORDER BY parent_order_sn, position`;

/** Money of a case counts while the case is finished, whatever it once was. */
const CASES = `
  SELECT item.parent_order_sn AS sn, item.parent_after_sales_sn AS "caseSn", item.refunded_minor AS "refundedMinor",
    item.refund_currency AS currency, (
      SELECT coalesce(json_agg(json_build_object('afterSalesSn', line.after_sales_sn, 'skuId', line.sku_id,
        'goodsId', line.goods_id, 'quantity', line.quantity)), '[]')
      FROM after_sales_lines AS line
      WHERE line.shop_id = $1 AND line.parent_after_sales_sn = item.parent_after_sales_sn) AS lines
  FROM after_sales AS item
  WHERE item.shop_id = $1 AND item.parent_order_sn = ANY($2::text[]) AND item.status = 'refunded'`;

const WRITE = `
  WITH changed_lines AS (
    UPDATE order_lines AS line SET refunded_units = refund."refundedUnits", refunded_minor = refund."refundedMinor",
      uncounted_refund_minor = refund."uncountedRefundMinor", is_refund_derived = refund."isRefundDerived"
    FROM json_to_recordset($2::json) AS refund (sn text, "orderSn" text, "refundedUnits" integer,
      "refundedMinor" bigint, "uncountedRefundMinor" bigint, "isRefundDerived" boolean)
    WHERE line.shop_id = $1 AND line.parent_order_sn = refund.sn AND line.order_sn = refund."orderSn"
  )
  UPDATE parent_orders AS parent SET unmatched_refund_units = found.units, unmatched_refund_cases = found.cases
  FROM json_to_recordset($3::json) AS found (sn text, units integer, cases text[])
  WHERE parent.shop_id = $1 AND parent.parent_order_sn = found.sn`;

/**
 * Computes the refunds of these orders anew from everything that is stored: order, amounts and cases may come in any
 * order. A fixed number of statements, in the transaction that stored what they depend on; raises no version.
 * @returns the orders whose refunds have changed
 */
export async function recomputeRefunds(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<string[]> {
  if (parentOrderSns.length === 0) return [];
  const params = [shopId, parentOrderSns];
  const orders = await tx.query<OrderRow>(ORDERS, params);
  if (orders.length === 0) return [];
  const lines = grouped(await tx.query<LineRow>(LINES, params));
  const cases = grouped(await tx.query<FinishedCase & { sn: string }>(CASES, params));
  const changed = orders.flatMap((order) => {
    const before = lines.get(order.sn) ?? [];
    const after = spreadRefunds(before, order.currency, cases.get(order.sn) ?? []);
    const isSame =
      after.unmatchedUnits === order.unmatchedUnits &&
      after.unmatchedCases.join() === order.unmatchedCases.join() &&
      after.lines.every((line, at) => isSameRefund(line, before[at]));
    return isSame ? [] : [{ sn: order.sn, ...after }];
  });
  if (changed.length === 0) return [];
  await tx.query(WRITE, [
    shopId,
    JSON.stringify(changed.flatMap(({ sn, lines: all }) => all.map((line) => ({ sn, ...line })))),
    JSON.stringify(
      changed.map(({ sn, unmatchedUnits, unmatchedCases }) => ({
        sn,
        units: unmatchedUnits,
        cases: unmatchedCases,
      })),
    ),
  ]);
  return changed.map(({ sn }) => sn);
}

/** The same for orders of which only the cases have changed: raises their version and tells of it. */
export async function changeRefunds(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<void> {
  const changed = await recomputeRefunds(tx, shopId, parentOrderSns);
  if (changed.length === 0) return;
  await tx.query(
    `WITH told AS (
       UPDATE parent_orders SET version = version + 1 WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
       RETURNING parent_order_sn, version, status
     )
     INSERT INTO order_history (shop_id, parent_order_sn, version, source, status, previous_status)
     SELECT $1, parent_order_sn, version, 'after_sales', status, status FROM told`,
    [shopId, changed],
  );
  await emitParentOrders(tx, shopId, changed);
}

/**
 * Marks cases whose order is not stored: it may be just now, in a transaction that sees them no more than this one sees
 * the order. `spreadLate` makes up for it.
 * @param stored the orders that are
 */
export async function noteLateOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
  stored: readonly string[],
): Promise<void> {
  const isStored = new Set(stored);
  const late = parentOrderSns.filter((sn) => !isStored.has(sn));
  if (late.length === 0) return;
  await tx.query(
    'UPDATE after_sales SET is_order_late = true WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])',
    [shopId, late],
  );
}

/** Computes the refunds of orders anew that have come after their cases, or in the same moment. */
export async function spreadLate(tx: Pick<Transaction, 'query'>, shopId: string): Promise<void> {
  const late = await tx.query<{ sn: string }>(
    'SELECT DISTINCT parent_order_sn AS sn FROM after_sales WHERE shop_id = $1 AND is_order_late',
    [shopId],
  );
  if (late.length === 0) return;
  const sns = late.map(({ sn }) => sn);
  const here = await lockOrders(tx, shopId, sns);
  if (here.length === 0) return;
  await tx.query(
    `UPDATE after_sales SET is_order_late = false
     WHERE shop_id = $1 AND is_order_late AND parent_order_sn = ANY($2::text[])`,
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

function grouped<Row extends { sn: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const bySn = new Map<string, Row[]>();
  for (const row of rows) bySn.set(row.sn, [...(bySn.get(row.sn) ?? []), row]);
  return bySn;
}
