import type { SkuRecord, SkuSupplierPrice } from '#marketplace';
import { type CopyValue, copyRows, type Transaction } from '#runtime';
import { emitProducts } from './product-events.js';
import { hashOf, latestOfEach, NOTHING_STORED, type Read, type Stored } from './product-store.js';

/** A SKU with the list it was in. */
export interface ListedSku extends SkuRecord {
  readonly isAvailable: boolean;
}

const CONTENT_COLUMNS = [
  'goods_id',
  'seller_sku',
  'spec',
  'image_url',
  'stock',
  'price_minor',
  'price_currency',
  'is_on_sale',
  'is_available',
  'platform_status',
  'platform_sub_status',
  'platform_created_at',
  'status_changed_at',
] as const;

const COLUMNS = ['sku_id', ...CONTENT_COLUMNS, 'content_hash', 'read_at'] as const;

const STAGING = `CREATE TEMP TABLE IF NOT EXISTS incoming_skus (
  sku_id text COLLATE "C", goods_id text COLLATE "C", seller_sku text, spec text, image_url text, stock bigint,
  price_minor bigint, price_currency text, is_on_sale boolean, is_available boolean, platform_status bigint,
  platform_sub_status bigint, platform_created_at timestamptz, status_changed_at timestamptz, content_hash text,
  read_at timestamptz) ON COMMIT DELETE ROWS`;

/** A SKU that has moved to another product changes both. */
const MERGE = `
  WITH previous AS (
    SELECT known.sku_id, known.goods_id FROM skus AS known
    JOIN incoming_skus AS incoming ON known.shop_id = $1 AND known.sku_id = incoming.sku_id
  ), merged AS (
    INSERT INTO skus AS known (shop_id, last_seen_at, ${COLUMNS.join(', ')})
    SELECT $1, read_at, ${COLUMNS.join(', ')} FROM incoming_skus
    ON CONFLICT (shop_id, sku_id) DO UPDATE
      SET removed_at = NULL, content_hash = excluded.content_hash, read_at = excluded.read_at,
          ${CONTENT_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}
      WHERE excluded.read_at >= known.read_at AND excluded.content_hash <> known.content_hash
    RETURNING sku_id, goods_id
  )
  SELECT goods_id AS "goodsId" FROM merged
  UNION SELECT previous.goods_id FROM merged JOIN previous USING (sku_id)`;

const MARK_SEEN = `
  WITH fresh AS (
    SELECT known.sku_id FROM skus AS known
    JOIN incoming_skus AS incoming ON known.shop_id = $1 AND known.sku_id = incoming.sku_id
    WHERE known.scan_id IS DISTINCT FROM $2
  ), marked AS (
    UPDATE skus AS known
    SET scan_id = $2, last_seen_at = greatest(known.last_seen_at, incoming.read_at),
        read_at = greatest(known.read_at, incoming.read_at)
    FROM incoming_skus AS incoming WHERE known.shop_id = $1 AND known.sku_id = incoming.sku_id
  )
  SELECT count(*) AS seen FROM fresh`;

/** Products whose SKUs have changed: sums anew, a higher version. Products that are not known yet are left out. */
const REFRESH_PRODUCTS = `
  WITH previous AS (
    SELECT goods_id, changed_scan_id FROM products WHERE shop_id = $1 AND goods_id = ANY($3::text[])
  ), own_skus AS (
    SELECT goods_id, sum(stock) AS stock, count(*)::integer AS skus FROM skus
    WHERE shop_id = $1 AND removed_at IS NULL AND goods_id = ANY($3::text[]) GROUP BY goods_id
  ), refreshed AS (
    UPDATE products AS known
    SET version = known.version + 1, changed_scan_id = $2, sku_stock = own_skus.stock,
        sku_count = coalesce(own_skus.skus, 0)
    FROM previous LEFT JOIN own_skus USING (goods_id)
    WHERE known.shop_id = $1 AND known.goods_id = previous.goods_id
    RETURNING known.goods_id
  )
  SELECT goods_id AS "goodsId", previous.changed_scan_id IS DISTINCT FROM $2 AS "isFirstChange"
  FROM refreshed JOIN previous USING (goods_id)`;

/** Stores SKUs as a scan has read them, and what follows for their products; see `storeProducts`. */
export async function storeSkus(
  tx: Transaction,
  shopId: string,
  scanId: string,
  skus: readonly Read<ListedSku>[],
): Promise<Stored> {
  const latest = latestOfEach(skus, (record) => record.skuId);
  if (latest.length === 0) return NOTHING_STORED;
  await tx.query(STAGING);
  await copyRows(tx, 'incoming_skus', COLUMNS, latest.map(skuRow));
  const touched = await tx.query<{ goodsId: string }>(MERGE, [shopId]);
  const [marked] = await tx.query<{ seen: number }>(MARK_SEEN, [shopId, scanId]);
  const changed = await refreshProducts(tx, shopId, scanId, touched);
  return { seen: marked?.seen ?? 0, changed };
}

/**
 * Supplier prices of SKUs that are known. A price that the marketplace does not tell leaves the known one.
 * @returns products that this scan changes for the first time
 */
export async function storeSupplierPrices(
  tx: Transaction,
  shopId: string,
  scanId: string,
  prices: readonly SkuSupplierPrice[],
  readAt: Date,
): Promise<number> {
  const bySku = new Map(
    prices.flatMap(({ skuId, supplierPrice }) => (supplierPrice === null ? [] : [[skuId, supplierPrice]])),
  );
  if (bySku.size === 0) return 0;
  const touched = await tx.query<{ goodsId: string }>(
    `UPDATE skus AS known
     SET supply_price_minor = told.minor, supply_price_currency = told.currency, supply_price_read_at = $5
     FROM unnest($2::text[], $3::bigint[], $4::text[]) AS told (sku_id, minor, currency)
     WHERE known.shop_id = $1 AND known.sku_id = told.sku_id
       AND (known.supply_price_read_at IS NULL OR known.supply_price_read_at <= $5)
       AND (known.supply_price_minor, known.supply_price_currency) IS DISTINCT FROM (told.minor, told.currency)
     RETURNING known.goods_id AS "goodsId"`,
    [
      shopId,
      [...bySku.keys()],
      [...bySku.values()].map((price) => price.amountMinor),
      [...bySku.values()].map((price) => price.currency),
      readAt,
    ],
  );
  return refreshProducts(tx, shopId, scanId, touched);
}

/**
 * After both SKU lists were read to their ends: a SKU that was in neither and that its product, seen in the same scan,
 * does not name any more, is marked as removed. Without the product's own word nothing is: a list may have gaps.
 */
export async function removeUnlistedSkus(
  tx: Transaction,
  shopId: string,
  scanId: string,
): Promise<{ removed: number; changed: number }> {
  // The empty hash makes the SKU count as changed when it comes back.
  const touched = await tx.query<{ goodsId: string }>(
    `UPDATE skus AS known SET removed_at = now(), content_hash = ''
     FROM products AS product
     WHERE known.shop_id = $1 AND product.shop_id = $1 AND product.goods_id = known.goods_id
       AND product.scan_id = $2 AND cardinality(product.sku_ids) > 0
       AND known.scan_id IS DISTINCT FROM $2 AND known.removed_at IS NULL
       AND known.sku_id <> ALL(product.sku_ids)
     RETURNING known.goods_id AS "goodsId"`,
    [shopId, scanId],
  );
  return { removed: touched.length, changed: await refreshProducts(tx, shopId, scanId, touched) };
}

async function refreshProducts(
  tx: Transaction,
  shopId: string,
  scanId: string,
  touched: readonly { goodsId: string }[],
): Promise<number> {
  const goodsIds = [...new Set(touched.map((sku) => sku.goodsId))];
  if (goodsIds.length === 0) return 0;
  const refreshed = await tx.query<{ goodsId: string; isFirstChange: boolean }>(REFRESH_PRODUCTS, [
    shopId,
    scanId,
    goodsIds,
  ]);
  await emitProducts(
    tx,
    shopId,
    refreshed.map((product) => product.goodsId),
  );
  return refreshed.filter((product) => product.isFirstChange).length;
}

function skuRow({ record, readAt }: Read<ListedSku>): CopyValue[] {
  const content: CopyValue[] = [
    record.goodsId,
    record.sellerSku,
    record.spec,
    record.imageUrl,
    record.stock,
    record.price?.amountMinor ?? null,
    record.price?.currency ?? null,
    record.onSale,
    record.isAvailable,
    record.status,
    record.subStatus,
    record.createdAt,
    record.statusChangedAt,
  ];
  return [record.skuId, ...content, hashOf(content), readAt];
}
