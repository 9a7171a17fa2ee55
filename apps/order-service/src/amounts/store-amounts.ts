import { createHash } from 'node:crypto';
import type { OrderAmounts } from '#marketplace';
import type { Transaction } from '#runtime';
import { emitParentOrders } from '../orders/order-events.js';
import { RETRY_MINUTES } from '../sync/due-orders.js';

/** The answer to one question for amounts. */
export interface AmountsAnswer {
  readonly parentOrderSn: string;
  /** The due time that was seen when the question was put: a later one means that it must be put again. */
  readonly dueAt: Date | null;
  readonly amounts: OrderAmounts | 'still_computing' | 'refused';
}

/**
 * Stores amounts: a fixed number of statements, whatever their number. Equal amounts change nothing; others raise the
 * order's version, because they do not move the platform's time. Returns how many orders changed.
 */
export async function storeAmounts(
  tx: Transaction,
  shopId: string,
  answers: readonly AmountsAnswer[],
): Promise<number> {
  const known = answers.flatMap((answer) =>
    typeof answer.amounts === 'string' ? [] : [{ ...answer, amounts: answer.amounts }],
  );
  const postponed = answers.filter((answer) => typeof answer.amounts === 'string');
  // In the order of numbers, as `storeOrders` does, or the two could wait for each other.
  await tx.query(
    `SELECT FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
     ORDER BY parent_order_sn FOR UPDATE`,
    [shopId, answers.map((answer) => answer.parentOrderSn)],
  );
  if (postponed.length > 0) await postpone(tx, shopId, postponed);
  if (known.length === 0) return 0;
  const rows = await tx.query<{ sn: string; isChanged: boolean }>(
    `UPDATE parent_orders AS parent SET
       version = parent.version + CASE WHEN old.amounts_hash IS DISTINCT FROM answer.hash THEN 1 ELSE 0 END,
       amount_state = 'known', amounts_hash = answer.hash, amounts_read_at = now(), amounts_attempts = 0,
       amounts_due_at = CASE WHEN parent.amounts_due_at IS NOT DISTINCT FROM answer."dueAt" THEN NULL
                             ELSE parent.amounts_due_at END,
       currency = answer.currency, retail_minor = answer."retailTotalMinor",
       base_price_minor = answer."basePriceTotalMinor", customer_paid_minor = answer."customerPaidMinor",
       shipping_minor = answer."shippingMinor", sign_on_delivery_minor = answer."signOnDeliveryMinor",
       tax_minor = answer."taxMinor", discount_minor = answer."discountMinor",
       seller_discount_minor = answer."sellerDiscountMinor", platform_discount_minor = answer."platformDiscountMinor",
       refunded_minor = answer."refundedMinor", estimated_revenue_minor = answer."estimatedRevenueMinor",
       estimated_deduction_minor = answer."estimatedDeductionMinor"
     FROM json_to_recordset($2::json) AS answer (
       sn text, hash uuid, "dueAt" timestamptz, currency text, "retailTotalMinor" bigint, "basePriceTotalMinor" bigint,
       "customerPaidMinor" bigint, "shippingMinor" bigint, "signOnDeliveryMinor" bigint, "taxMinor" bigint, "discountMinor" bigint,
       "sellerDiscountMinor" bigint, "platformDiscountMinor" bigint, "refundedMinor" bigint,
       "estimatedRevenueMinor" bigint, "estimatedDeductionMinor" bigint)
     JOIN parent_orders AS old ON old.shop_id = $1 AND old.parent_order_sn = answer.sn
     WHERE parent.shop_id = $1 AND parent.parent_order_sn = answer.sn
     RETURNING parent.parent_order_sn AS sn, old.amounts_hash IS DISTINCT FROM answer.hash AS "isChanged"`,
    [shopId, JSON.stringify(known.map(({ amounts, dueAt }) => amountsRow(amounts, dueAt)))],
  );
  const changed = rows.filter((row) => row.isChanged).map((row) => row.sn);
  if (changed.length === 0) return 0;
  await storeLineAmounts(
    tx,
    shopId,
    known.map((answer) => answer.amounts),
  );
  await tx.query(
    `INSERT INTO order_history (shop_id, parent_order_sn, version, source, status, previous_status)
     SELECT shop_id, parent_order_sn, version, 'amounts', status, status FROM parent_orders
     WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])`,
    [shopId, changed],
  );
  await emitParentOrders(tx, shopId, changed);
  return changed.length;
}

/** Not an error: the platform is still computing, or does not know the order yet. Asked again after a growing gap. */
async function postpone(tx: Transaction, shopId: string, answers: readonly AmountsAnswer[]): Promise<void> {
  await tx.query(
    `UPDATE parent_orders SET
       amount_state = CASE WHEN amount_state = 'known' THEN 'known' ELSE 'computing' END,
       amounts_attempts = least(amounts_attempts + 1, 100),
       amounts_due_at = now() + ${RETRY_MINUTES('amounts_attempts')} * interval '1 minute'
     WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])`,
    [shopId, answers.map((answer) => answer.parentOrderSn)],
  );
}

async function storeLineAmounts(
  tx: Transaction,
  shopId: string,
  amounts: readonly OrderAmounts[],
): Promise<void> {
  const lines = amounts.flatMap(({ parentOrderSn, lines }) =>
    lines.map((line) => ({ parentOrderSn, ...line })),
  );
  await tx.query(
    `UPDATE order_lines AS line SET
       retail_minor = answer."retailMinor", base_price_minor = answer."basePriceMinor",
       unit_retail_minor = answer."unitRetailMinor", unit_base_price_minor = answer."unitBasePriceMinor",
       tax_minor = answer."taxMinor", discount_minor = answer."discountMinor"
     FROM json_to_recordset($2::json) AS answer (
       "parentOrderSn" text, "orderSn" text, "retailMinor" bigint, "basePriceMinor" bigint, "unitRetailMinor" bigint,
       "unitBasePriceMinor" bigint, "taxMinor" bigint, "discountMinor" bigint)
     WHERE line.shop_id = $1 AND line.parent_order_sn = answer."parentOrderSn" AND line.order_sn = answer."orderSn"`,
    [shopId, JSON.stringify(lines)],
  );
}

function amountsRow(amounts: OrderAmounts, dueAt: Date | null): Record<string, unknown> {
  const { parentOrderSn, lines: _lines, ...totals } = amounts;
  const hash = createHash('md5').update(JSON.stringify(amounts)).digest('hex');
  return { sn: parentOrderSn, hash, dueAt: dueAt?.toISOString() ?? null, ...totals };
}
