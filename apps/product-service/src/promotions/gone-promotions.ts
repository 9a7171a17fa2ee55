import type { Database, Transaction } from '#runtime';
import type { Scan } from '../scans/store-pages.js';
import { emitPromotionProducts, emitPromotions, type PromotionProductKey } from './promotion-events.js';

type Queryable = Pick<Database, 'query'>;

/** Listed and lying in quarantine since the scan began: it is there, and could only not be read. */
const IS_UNREADABLE = (kind: string, id: string): string => `EXISTS (
  SELECT FROM quarantine AS kept
  WHERE kept.shop_id = $1 AND kept.kind = '${kind}' AND kept.platform_id = ${id} AND kept.last_seen_at >= $3)`;

/** Known, and not seen by the scan ($1 shop, $2 scan, $3 since when). */
const MISSING_PROMOTIONS = `known.shop_id = $1 AND known.gone_at IS NULL AND known.scan_id IS DISTINCT FROM $2
  AND NOT ${IS_UNREADABLE('promotions', 'known.promotion_id')}`;

/** The same of some promotions ($4). */
const MISSING_PRODUCTS = `known.shop_id = $1 AND known.promotion_id = ANY($4::text[]) AND known.gone_at IS NULL
  AND known.scan_id IS DISTINCT FROM $2
  AND NOT ${IS_UNREADABLE('promotion_products', "known.promotion_id || '/' || known.product_id")}`;

/**
 * A list that is empty from one scan to the next is not believed at once: far more often the marketplace has lost sight
 * of the shop than every promotion has ended. It is once none was seen for so long.
 */
const BELIEVE_EMPTY_AFTER_HOURS = 24;

export async function countMissingPromotions(db: Queryable, scan: Scan): Promise<number> {
  const [row] = await db.query<{ missing: number }>(
    `SELECT count(*) AS missing FROM promotions AS known WHERE ${MISSING_PROMOTIONS}`,
    [scan.shopId, scan.id, scan.since],
  );
  return row?.missing ?? 0;
}

/** Known goods of promotions that the scan has not met, by promotion. */
export async function countProductsMissing(
  db: Queryable,
  scan: Scan,
  promotionIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ promotionId: string; missing: number }>(
    `SELECT promotion_id AS "promotionId", count(*) AS missing
     FROM promotion_products AS known WHERE ${MISSING_PRODUCTS} GROUP BY promotion_id`,
    [scan.shopId, scan.id, scan.since, promotionIds],
  );
  return new Map(rows.map((row) => [row.promotionId, row.missing]));
}

/**
 * Marks promotions that a whole reading did not show; nothing is deleted, and their goods stay as they were known. The
 * empty hash makes one count as changed when it comes back as it was.
 * @returns how many
 */
export async function markPromotionsGone(tx: Transaction, scan: Scan, isListEmpty: boolean): Promise<number> {
  const rows = await tx.query<{ promotionId: string }>(
    `UPDATE promotions AS known
     SET gone_at = now(), version = version + 1, changed_scan_id = $2, content_hash = ''
     WHERE ${MISSING_PROMOTIONS} AND (NOT $4 OR last_seen_at < now() - $5 * interval '1 hour')
     RETURNING promotion_id AS "promotionId"`,
    [scan.shopId, scan.id, scan.since, isListEmpty, BELIEVE_EMPTY_AFTER_HOURS],
  );
  await emitPromotions(
    tx,
    scan.shopId,
    rows.map(({ promotionId }) => promotionId),
  );
  return rows.length;
}

/** Products of promotions that whole readings did not show, with their SKUs; see `markPromotionsGone`. */
export async function markProductsGone(
  tx: Transaction,
  scan: Scan,
  promotionIds: readonly string[],
): Promise<number> {
  if (promotionIds.length === 0) return 0;
  const gone = await tx.query<PromotionProductKey>(
    `WITH gone AS (
       UPDATE promotion_products AS known
       SET gone_at = now(), version = version + 1, changed_scan_id = $2, content_hash = '', sku_count = 0
       WHERE ${MISSING_PRODUCTS} RETURNING promotion_id, product_id
     ), gone_skus AS (
       UPDATE promotion_skus AS known SET gone_at = now() FROM gone
       WHERE known.shop_id = $1 AND known.promotion_id = gone.promotion_id AND known.product_id = gone.product_id
         AND known.gone_at IS NULL
     )
     SELECT promotion_id AS "promotionId", product_id AS "productId" FROM gone`,
    [scan.shopId, scan.id, scan.since, promotionIds],
  );
  await emitPromotionProducts(tx, scan.shopId, gone);
  return gone.length;
}
