import { createHash } from 'node:crypto';
import { type AfterSalesChange, IS_CASE_ENDED } from '#contracts';
import type { AfterSalesCaseRecord, AfterSalesLineRecord } from '#marketplace';
import type { Transaction } from '#runtime';
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

const COLUMNS = [
  'case_number',
  'order_number',
  'status',
  'platform_status',
  'platform_status_group',
  'type',
  'platform_type',
  'return_method',
  'is_open',
  'act_by',
  'available_operations',
  'opened_at',
  'platform_updated_at',
  'read_at',
  'content_hash',
  'list_rank',
] as const;

/** Far behind every moment that a case can have. */
const NO_DEADLINE = 9_999_999_999;

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

/** The merge rule of orders: by the platform's update time, then by when the request was started; the later wins. */
const MERGE = `
  WITH incoming AS (
    SELECT * FROM json_to_recordset($2::json) AS listed (
      case_number text, order_number text, status text, platform_status text,
      platform_status_group text, type text, platform_type text, return_method text, is_open boolean,
      act_by timestamptz, available_operations text[], opened_at timestamptz, platform_updated_at timestamptz,
      read_at timestamptz, content_hash uuid, list_rank bigint)
  ), previous AS (
    SELECT known.case_number, known.status FROM after_sales AS known
    JOIN incoming ON known.shop_id = $1 AND known.case_number = incoming.case_number
  ), merged AS (
    INSERT INTO after_sales AS known (shop_id, version, refund_due_at, ${COLUMNS.join(', ')})
    SELECT $1, 1, CASE WHEN status = 'refunded' THEN now() END, ${COLUMNS.join(', ')}
    FROM incoming ORDER BY case_number COLLATE "C"
    ON CONFLICT (shop_id, case_number) DO UPDATE
      SET version = known.version + 1, refund_due_at = excluded.refund_due_at, refund_attempts = 0,
          ${COLUMNS.slice(1)
            .map((name) => `${name} = excluded.${name}`)
            .join(', ')}
      WHERE (excluded.platform_updated_at, excluded.read_at) > (known.platform_updated_at, known.read_at)
        AND excluded.content_hash <> known.content_hash
    RETURNING case_number, version, status, platform_updated_at
  ), remembered AS (
    INSERT INTO after_sales_history (shop_id, case_number, version, source, platform_updated_at, status,
      previous_status)
    SELECT $1, merged.case_number, merged.version, $3, merged.platform_updated_at, merged.status,
      previous.status
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
  INSERT INTO order_hints (shop_id, order_number, topics, due_at)
  SELECT DISTINCT $1::uuid, order_number, ARRAY['order'], clock_timestamp() FROM lacking
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
  const merged = await tx.query<{ number: string }>(MERGE, [
    shopId,
    JSON.stringify(latest.map(caseRow)),
    source,
  ]);
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
  await tx.query(
    `INSERT INTO after_sales_lines (shop_id, case_number, case_line_id, position, status, platform_status,
       type, platform_type, product_id, sku_id, catalogue_sku_id, quantity)
     SELECT $1, "caseNumber", "caseLineId", position, status, "platformStatus", type, "platformType",
       "productId", "skuId", "catalogueSkuId", quantity
     FROM json_to_recordset($2::json) AS line ("caseNumber" text, "caseLineId" text, position smallint,
       status text, "platformStatus" text, type text, "platformType" text, "productId" text, "skuId" text,
       "catalogueSkuId" text, quantity integer)`,
    [shopId, JSON.stringify(lines)],
  );
}

/** Pages that were read while rows moved can hold a line twice. */
function uniqueLines(
  lines: readonly AfterSalesLineRecord[],
): (AfterSalesLineRecord & { position: number })[] {
  const byNumber = new Map(lines.map((line) => [line.caseLineId, line]));
  return [...byNumber.values()].map((line, position) => ({ ...line, position }));
}

function caseRow({ record, readAt }: ReadCase): Record<(typeof COLUMNS)[number], unknown> {
  const isOpen = !IS_CASE_ENDED[record.status];
  return {
    case_number: record.caseNumber,
    order_number: record.orderNumber,
    status: record.status,
    platform_status: record.platformStatus,
    platform_status_group: record.platformStatusGroup,
    type: record.type,
    platform_type: record.platformType,
    return_method: record.returnMethod,
    is_open: isOpen,
    act_by: record.actBy,
    available_operations: record.availableOperations,
    opened_at: record.openedAt,
    platform_updated_at: record.platformUpdatedAt,
    read_at: readAt,
    content_hash: caseHash(record),
    list_rank: isOpen
      ? Math.min(NO_DEADLINE, record.actBy === null ? NO_DEADLINE : seconds(record.actBy))
      : 2 * (NO_DEADLINE + 1) - Math.min(NO_DEADLINE, seconds(record.platformUpdatedAt)),
  };
}
