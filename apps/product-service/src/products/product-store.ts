import { createHash } from 'node:crypto';
import type { ProductRecord } from '#marketplace';
import { type CopyValue, copyRows, type Transaction } from '#runtime';
import { emitProducts } from './product-events.js';

/** A record as a request brought it. */
export interface Read<T> {
  readonly record: T;
  /** When that request was started, by the database's clock. */
  readonly readAt: Date;
}

export interface Stored {
  /** Records that this scan had not seen before. */
  readonly seen: number;
  /** Products that this scan changes for the first time: each counts once a scan. */
  readonly changed: number;
}

export const NOTHING_STORED: Stored = { seen: 0, changed: 0 };

const CONTENT_COLUMNS = [
  'goods_name',
  'seller_goods_sn',
  'image_url',
  'category_id',
  'listing',
  'platform_status',
  'platform_sub_status',
  'list_quantity',
  'price_minor',
  'price_currency',
  'list_price_minor',
  'list_price_currency',
  'platform_created_at',
  'status_changed_at',
  'sku_ids',
] as const;

const COLUMNS = ['goods_id', ...CONTENT_COLUMNS, 'sorted_at', 'content_hash', 'read_at'] as const;

const STAGING = `CREATE TEMP TABLE IF NOT EXISTS incoming_products (
  goods_id text COLLATE "C", goods_name text, seller_goods_sn text, image_url text, category_id text, listing text,
  platform_status bigint, platform_sub_status bigint, list_quantity bigint, price_minor bigint, price_currency text,
  list_price_minor bigint, list_price_currency text, platform_created_at timestamptz, status_changed_at timestamptz,
  sku_ids text[], sorted_at timestamptz, content_hash text, read_at timestamptz) ON COMMIT DELETE ROWS`;

/**
 * The merge rule: a later request wins, equal content changes nothing. A product that is new here may have SKUs here
 * already, for SKUs come by lists of their own.
 */
const MERGE = `
  WITH previous AS (
    SELECT known.goods_id, known.changed_scan_id FROM products AS known
    JOIN incoming_products AS incoming ON known.shop_id = $1 AND known.goods_id = incoming.goods_id
  ), own_skus AS (
    SELECT goods_id, sum(stock) AS stock, count(*)::integer AS skus FROM skus
    WHERE shop_id = $1 AND removed_at IS NULL AND goods_id IN (SELECT goods_id FROM incoming_products)
    GROUP BY goods_id
  ), merged AS (
    INSERT INTO products AS known
      (shop_id, version, changed_scan_id, last_seen_at, sku_stock, sku_count, ${COLUMNS.join(', ')})
    SELECT $1, 1, $2, read_at, own_skus.stock, coalesce(own_skus.skus, 0), ${COLUMNS.join(', ')}
    FROM incoming_products LEFT JOIN own_skus USING (goods_id)
    ON CONFLICT (shop_id, goods_id) DO UPDATE
      SET version = known.version + 1, changed_scan_id = excluded.changed_scan_id, delisted_at = NULL,
          sorted_at = coalesce(excluded.platform_created_at, known.sorted_at),
          content_hash = excluded.content_hash, read_at = excluded.read_at,
          ${CONTENT_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}
      WHERE excluded.read_at >= known.read_at AND excluded.content_hash <> known.content_hash
    RETURNING goods_id
  )
  SELECT merged.goods_id AS "goodsId", previous.changed_scan_id IS DISTINCT FROM $2 AS "isFirstChange"
  FROM merged LEFT JOIN previous USING (goods_id)`;

/** Leaves the scan's mark on every product that was read, changed or not; returns how many had none yet. */
const MARK_SEEN = `
  WITH fresh AS (
    SELECT known.goods_id FROM products AS known
    JOIN incoming_products AS incoming ON known.shop_id = $1 AND known.goods_id = incoming.goods_id
    WHERE known.scan_id IS DISTINCT FROM $2
  ), marked AS (
    UPDATE products AS known
    SET scan_id = $2, last_seen_at = greatest(known.last_seen_at, incoming.read_at),
        read_at = greatest(known.read_at, incoming.read_at)
    FROM incoming_products AS incoming WHERE known.shop_id = $1 AND known.goods_id = incoming.goods_id
  )
  SELECT count(*) AS seen FROM fresh`;

/**
 * Stores products as a scan has read them, with their event: a fixed number of statements, whatever their number.
 * To be called in a transaction of the scan; the same products again, or older ones, change nothing.
 */
export async function storeProducts(
  tx: Transaction,
  shopId: string,
  scanId: string,
  products: readonly Read<ProductRecord>[],
): Promise<Stored> {
  const latest = latestOfEach(products, (record) => record.goodsId);
  if (latest.length === 0) return NOTHING_STORED;
  await tx.query(STAGING);
  await copyRows(tx, 'incoming_products', COLUMNS, latest.map(productRow));
  const merged = await tx.query<{ goodsId: string; isFirstChange: boolean }>(MERGE, [shopId, scanId]);
  const [marked] = await tx.query<{ seen: number }>(MARK_SEEN, [shopId, scanId]);
  await emitProducts(
    tx,
    shopId,
    merged.map((product) => product.goodsId),
  );
  return {
    seen: marked?.seen ?? 0,
    changed: merged.filter((product) => product.isFirstChange).length,
  };
}

/** Pages that were read while rows moved can hold a record twice; one statement may not touch a row twice. */
export function latestOfEach<T>(reads: readonly Read<T>[], idOf: (record: T) => string): Read<T>[] {
  const latest = new Map<string, Read<T>>();
  for (const read of reads) {
    const known = latest.get(idOf(read.record));
    if (known === undefined || read.readAt >= known.readAt) latest.set(idOf(read.record), read);
  }
  return [...latest.values()];
}

/** Of what is stored of a record, its id left out. */
export function hashOf(content: readonly CopyValue[]): string {
  return createHash('md5').update(JSON.stringify(content)).digest('hex');
}

function productRow({ record, readAt }: Read<ProductRecord>): CopyValue[] {
  const content: CopyValue[] = [
    record.goodsName,
    record.sellerGoodsSn,
    record.imageUrl,
    record.categoryId,
    record.listing,
    record.status,
    record.subStatus,
    record.stock,
    record.price?.amountMinor ?? null,
    record.price?.currency ?? null,
    record.listPrice?.amountMinor ?? null,
    record.listPrice?.currency ?? null,
    record.createdAt,
    record.statusChangedAt,
    record.skuIds,
  ];
  return [record.goodsId, ...content, record.createdAt ?? readAt, hashOf(content), readAt];
}
