import { createHash } from 'node:crypto';
import { type AfterSalesChange, IS_CASE_ENDED } from '#contracts';
import type { AfterSalesCaseRecord, AfterSalesLineRecord } from '#marketplace';
import { batchOf, type Columns, expressionsOf, recordsOf, replacementOf, type Transaction } from '#runtime';
import { latestOfEach, queueFollowUps, resolveQuarantined } from '#sync';
import { lockOrders } from '../order-events/lock-orders.js';
import { changeRefunds, noteLateOrders } from '../refunds/refunds.js';
import { refundId } from './due-refunds.js';

/** A case with its lines, as requests brought them. */
export interface ReadCase {
  readonly record: AfterSalesCaseRecord;
  readonly lines: readonly AfterSalesLineRecord[];
  /** When the request for the case was started, by the database's clock. */
  readonly readAt: Date;
}

/** Far behind every moment that a case can have. */
const NO_DEADLINE = 9_999_999_999;

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

const isOpen = ({ status }: AfterSalesCaseRecord): boolean => !IS_CASE_ENDED[status];

const COLUMNS = {
  case_number: ['text', ({ record }) => record.caseNumber],
  order_number: ['text', ({ record }) => record.orderNumber],
  status: ['text', ({ record }) => record.status],
  platform_status: ['text', ({ record }) => record.platformStatus],
  platform_status_group: ['text', ({ record }) => record.platformStatusGroup],
  type: ['text', ({ record }) => record.type],
  platform_type: ['text', ({ record }) => record.platformType],
  return_method: ['text', ({ record }) => record.returnMethod],
  is_open: ['boolean', ({ record }) => isOpen(record)],
  act_by: ['timestamptz', ({ record }) => record.actBy],
  available_operations: ['text[]', ({ record }) => record.availableOperations],
  opened_at: ['timestamptz', ({ record }) => record.openedAt],
  platform_updated_at: ['timestamptz', ({ record }) => record.platformUpdatedAt],
  read_at: ['timestamptz', ({ readAt }) => readAt],
  content_hash: ['uuid', ({ record }) => caseHash(record)],
  list_rank: ['bigint', ({ record }) => listRank(record)],
} satisfies Columns<ReadCase>;
const CASES = recordsOf<ReadCase>(COLUMNS, 2, 'listed');

const REMEMBERED = expressionsOf({
  shop_id: '$1',
  case_number: 'merged.case_number',
  version: 'merged.version',
  source: '$3',
  platform_updated_at: 'merged.platform_updated_at',
  status: 'merged.status',
  previous_status: 'previous.status',
});
const ASKED_FOR = expressionsOf({
  shop_id: '$1::uuid',
  order_number: 'order_number',
  topics: "ARRAY['order']",
  due_at: 'clock_timestamp()',
});

/** The merge rule of orders: by the platform's update time, then by when the request was started; the later wins. */
const MERGE = `
  WITH incoming AS (
    SELECT * FROM ${CASES.rows}
  ), previous AS (
    SELECT known.case_number, known.status FROM after_sales AS known
    JOIN incoming ON known.shop_id = $1 AND known.case_number = incoming.case_number
  ), merged AS (
    INSERT INTO after_sales AS known (shop_id, version, refund_due_at, ${CASES.names})
    SELECT $1, 1, CASE WHEN status = 'refunded' THEN now() END, ${CASES.names}
    FROM incoming ORDER BY case_number COLLATE "C"
    ON CONFLICT (shop_id, case_number) DO UPDATE
      SET version = known.version + 1, refund_due_at = excluded.refund_due_at, refund_attempts = 0,
          ${replacementOf(COLUMNS, ['case_number'])}
      WHERE (excluded.platform_updated_at, excluded.read_at) > (known.platform_updated_at, known.read_at)
        AND excluded.content_hash <> known.content_hash
    RETURNING case_number, version, status, platform_updated_at
  ), remembered AS (
    INSERT INTO after_sales_history (${REMEMBERED.names}) SELECT ${REMEMBERED.expressions}
    FROM merged LEFT JOIN previous USING (case_number)
  )
  SELECT case_number AS number FROM merged`;

/** A refund moves an order's amounts, and not its update time. What was read after the case changed holds it already. */
const AMOUNTS_DUE = `
  UPDATE orders AS parent SET amounts_due_at = now(), amounts_attempts = 0,
    amounts_wanted_at = coalesce(parent.amounts_wanted_at, now())
  FROM (
    SELECT order_number, max(platform_updated_at) AS changed_at FROM after_sales
    WHERE shop_id = $1 AND case_number = ANY($2::text[]) GROUP BY order_number
  ) AS changed
  WHERE parent.shop_id = $1 AND parent.order_number = changed.order_number
    AND (parent.amounts_read_at IS NULL OR parent.amounts_read_at < changed.changed_at + interval '10 minutes')
  RETURNING parent.order_number AS number`;

/**
 * Orders that a case names and that we lack are asked for like those that a webhook names; again a day later while we
 * lack them, for the marketplace may know them late. Not before the orders' own first load has ended: it brings most.
 */
const ASK_FOR_ORDERS = `
  WITH lacking AS (
    UPDATE after_sales AS item SET order_asked_at = now()
    WHERE item.shop_id = $1 AND ($2::text[] IS NULL OR item.case_number = ANY($2))
      AND (item.order_asked_at IS NULL OR item.order_asked_at <= now() - interval '1 day')
      AND EXISTS (SELECT FROM sync_cursors WHERE shop_id = $1 AND kind = 'orders')
      AND NOT EXISTS (SELECT FROM orders AS parent
        WHERE parent.shop_id = $1 AND parent.order_number = item.order_number)
    RETURNING item.order_number
  )
  INSERT INTO order_hints (${ASKED_FOR.names}) SELECT DISTINCT ${ASKED_FOR.expressions} FROM lacking
  ON CONFLICT (shop_id, order_number) DO NOTHING`;

/** @param caseNumbers undefined: all cases of the shop */
export async function askForLackingOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  caseNumbers?: readonly string[],
): Promise<void> {
  await tx.query(ASK_FOR_ORDERS, [shopId, caseNumbers ?? null]);
}

/**
 * Stores cases with their lines and history: a fixed number of statements, whatever their number. The same again, or
 * older, changes nothing. The orders of changed cases have their amounts due
 * and their refunds computed anew. Returns how many are new or changed.
 */
export async function storeAfterSales(
  tx: Transaction,
  shopId: string,
  cases: readonly ReadCase[],
  source: AfterSalesChange['source'],
): Promise<number> {
  const latest = latestOfEach(
    cases,
    ({ record }) => record.caseNumber,
    ({ record }) => record.platformUpdatedAt,
  );
  if (latest.length === 0) return 0;
  const locked = await lockOrders(
    tx,
    shopId,
    latest.map(({ record }) => record.orderNumber),
  );
  const merged = await tx.query<{ number: string }>(MERGE, [shopId, CASES.value(latest), source]);
  if (merged.length === 0) return 0;
  const changed = merged.map(({ number }) => number);
  await storeLines(tx, shopId, changed, latest);
  await resolveQuarantined(tx, shopId, 'after_sales', await withoutRefund(tx, shopId, changed));
  const due = await tx.query(AMOUNTS_DUE, [shopId, changed]);
  if (due.length > 0) await queueFollowUps(tx, shopId, ['amounts']);
  const isChanged = new Set(changed);
  const ofOrders = latest.filter(({ record }) => isChanged.has(record.caseNumber));
  const orders = [...new Set(ofOrders.map(({ record }) => record.orderNumber))];
  await changeRefunds(tx, shopId, orders);
  await noteLateOrders(tx, shopId, orders, locked);
  await askForLackingOrders(tx, shopId, changed);
  return changed.length;
}

/** Nobody asks any more for the sum of a case that is not refunded: as which quarantine may have kept it. */
async function withoutRefund(tx: Transaction, shopId: string, changed: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ number: string }>(
    `SELECT case_number AS number FROM after_sales
     WHERE shop_id = $1 AND case_number = ANY($2::text[]) AND status <> 'refunded'`,
    [shopId, changed],
  );
  return rows.map(({ number }) => refundId(number));
}

/** Of the content that decides whether anything changed; a case's lines do not change without it. */
export function caseHash(record: AfterSalesCaseRecord): string {
  return createHash('md5').update(JSON.stringify(record)).digest('hex');
}

type PlacedLine = AfterSalesLineRecord & { readonly position: number };

const LINES = batchOf<PlacedLine>(
  {
    case_number: ['text', (line) => line.caseNumber],
    case_line_id: ['text', (line) => line.caseLineId],
    position: ['smallint', (line) => line.position],
    status: ['text', (line) => line.status],
    platform_status: ['text', (line) => line.platformStatus],
    type: ['text', (line) => line.type],
    platform_type: ['text', (line) => line.platformType],
    product_id: ['text', (line) => line.productId],
    sku_id: ['text', (line) => line.skuId],
    catalogue_sku_id: ['text', (line) => line.catalogueSkuId],
    quantity: ['integer', (line) => line.quantity],
  },
  2,
);

const STORE_LINES = `
  INSERT INTO after_sales_lines (shop_id, ${LINES.names})
  SELECT $1, ${LINES.names} FROM ${LINES.rows}`;

async function storeLines(
  tx: Transaction,
  shopId: string,
  changed: readonly string[],
  cases: readonly ReadCase[],
): Promise<void> {
  await tx.query('DELETE FROM after_sales_lines WHERE shop_id = $1 AND case_number = ANY($2::text[])', [
    shopId,
    changed,
  ]);
  const isChanged = new Set(changed);
  const lines = cases
    .filter(({ record }) => isChanged.has(record.caseNumber))
    .flatMap(({ lines }) => uniqueLines(lines));
  await tx.query(STORE_LINES, [shopId, ...LINES.values(lines)]);
}

/** Pages that were read while rows moved can hold a line twice. */
function uniqueLines(lines: readonly AfterSalesLineRecord[]): PlacedLine[] {
  const byNumber = new Map(lines.map((line) => [line.caseLineId, line]));
  return [...byNumber.values()].map((line, position) => ({ ...line, position }));
}

/** The open ones first, by when somebody must act; then the others, the latest first. */
function listRank(record: AfterSalesCaseRecord): number {
  if (!isOpen(record))
    return 2 * (NO_DEADLINE + 1) - Math.min(NO_DEADLINE, seconds(record.platformUpdatedAt));
  return Math.min(NO_DEADLINE, record.actBy === null ? NO_DEADLINE : seconds(record.actBy));
}
