import type { Transaction } from '#runtime';
import { emitProducts } from './product-events.js';

type Queryable = Pick<Transaction, 'query'>;

/**
 * What a complete scan leaves open, by goods id: products that it has not met, and products that are known only by a
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
  const rows = await db.query<{ goodsId: string }>(
    `SELECT goods_id AS "goodsId" FROM (
       SELECT goods_id FROM products
       WHERE shop_id = $1 AND scan_id IS DISTINCT FROM $2 AND listing <> 'delisted'
       UNION
       SELECT goods_id FROM skus
       WHERE shop_id = $1 AND scan_id = $2 AND NOT EXISTS (
         SELECT FROM products WHERE products.shop_id = $1 AND products.goods_id = skus.goods_id)
     ) AS missing WHERE goods_id > $3 ORDER BY goods_id LIMIT $4`,
    [shopId, scanId, after, limit],
  );
  return rows.map((row) => row.goodsId);
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
  goodsIds: readonly string[],
  askedAt: Date,
): Promise<Delisted> {
  if (goodsIds.length === 0) return { delisted: 0, changed: 0 };
  // The empty hash makes the product count as changed when it comes back as it was.
  const rows = await tx.query<{ goodsId: string; isFirstChange: boolean }>(
    `WITH previous AS (
       SELECT goods_id, changed_scan_id FROM products WHERE shop_id = $1 AND goods_id = ANY($3::text[])
     ), delisted AS (
       UPDATE products AS known
       SET listing = 'delisted', delisted_at = now(), version = version + 1, changed_scan_id = $2, content_hash = '',
           read_at = $4
       WHERE shop_id = $1 AND goods_id = ANY($3::text[]) AND listing <> 'delisted' AND read_at <= $4
       RETURNING goods_id
     )
     SELECT goods_id AS "goodsId", previous.changed_scan_id IS DISTINCT FROM $2 AS "isFirstChange"
     FROM delisted JOIN previous USING (goods_id)`,
    [shopId, scanId, goodsIds, askedAt],
  );
  await emitProducts(
    tx,
    shopId,
    rows.map((row) => row.goodsId),
  );
  return { delisted: rows.length, changed: rows.filter((row) => row.isFirstChange).length };
}
