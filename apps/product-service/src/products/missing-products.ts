import type { Transaction } from '#runtime';
import { emitProducts } from './product-events.js';

type Queryable = Pick<Transaction, 'query'>;

/**
 * What a complete scan leaves open, by product id: products that it has not met, and products that are known only by a
 * SKU that it has met (the product moved from one list to another, or its row could not be read). Those called
 * delisted already are not asked for again: when they come back, a list shows them.
 */
export async function nextMissing(
  db: Queryable,
  shopId: string,
  scanId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db.query<{ productId: string }>(
    `SELECT product_id AS "productId" FROM (
       SELECT product_id FROM products
       WHERE shop_id = $1 AND scan_id IS DISTINCT FROM $2 AND listing <> 'delisted'
       UNION
       SELECT product_id FROM skus
       WHERE shop_id = $1 AND scan_id = $2 AND NOT EXISTS (
         SELECT FROM products WHERE products.shop_id = $1 AND products.product_id = skus.product_id)
     ) AS missing WHERE product_id > $3 ORDER BY product_id LIMIT $4`,
    [shopId, scanId, after, limit],
  );
  return rows.map((row) => row.productId);
}

export interface Delisted {
  readonly delisted: number;
  /** Those among them that this scan changes for the first time. */
  readonly changed: number;
}

/**
 * Calls products delisted that were asked for by their numbers and are gone. Nothing is deleted; what was known of
 * them stays. A product that a later request has shown is left alone.
 * @param askedAt when the question was started, by the database's clock
 */
export async function delistProducts(
  tx: Transaction,
  shopId: string,
  scanId: string,
  productIds: readonly string[],
  askedAt: Date,
): Promise<Delisted> {
  if (productIds.length === 0) return { delisted: 0, changed: 0 };
  // The empty hash makes the product count as changed when it comes back as it was.
  const rows = await tx.query<{ productId: string; isFirstChange: boolean }>(
    `WITH previous AS (
       SELECT product_id, changed_scan_id FROM products WHERE shop_id = $1 AND product_id = ANY($3::text[])
     ), delisted AS (
       UPDATE products AS known
       SET listing = 'delisted', delisted_at = now(), version = version + 1, changed_scan_id = $2, content_hash = '',
           read_at = $4
       WHERE shop_id = $1 AND product_id = ANY($3::text[]) AND listing <> 'delisted' AND read_at <= $4
       RETURNING product_id
     )
     SELECT product_id AS "productId", previous.changed_scan_id IS DISTINCT FROM $2 AS "isFirstChange"
     FROM delisted JOIN previous USING (product_id)`,
    [shopId, scanId, productIds, askedAt],
  );
  await emitProducts(
    tx,
    shopId,
    rows.map((row) => row.productId),
  );
  return { delisted: rows.length, changed: rows.filter((row) => row.isFirstChange).length };
}
