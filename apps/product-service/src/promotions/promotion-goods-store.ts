import type { PromotionGoodsRecord } from '#marketplace';
import { type CopyValue, copyRows, type Transaction } from '#runtime';
import { hashOf, latestOfEach, NOTHING_STORED, type Read, type Stored } from '../products/product-store.js';
import { emitPromotionGoods, type PromotionGoodsKey } from './promotion-events.js';

/** A product with the promotion that it takes part in. */
export interface EnrolledGoods extends PromotionGoodsRecord {
  readonly promotionId: string;
}

/** Under which it is told from others, in quarantine too. */
export function enrolledId({ promotionId, goodsId }: PromotionGoodsKey): string {
  return `${promotionId}/${goodsId}`;
}

interface EnrolledSku {
  readonly skuId: string;
  readonly supplyPriceMinor: number | null;
  readonly currency: string | null;
}

const GOODS_CONTENT = ['quantity', 'remaining_quantity', 'sku_count'] as const;
const GOODS_COLUMNS = ['promotion_id', 'goods_id', ...GOODS_CONTENT, 'content_hash', 'read_at'] as const;
const SKU_CONTENT = ['supply_price_minor', 'supply_price_currency'] as const;
const SKU_COLUMNS = ['promotion_id', 'goods_id', 'sku_id', ...SKU_CONTENT] as const;

const STAGING = [
  `CREATE TEMP TABLE IF NOT EXISTS incoming_promotion_goods (
     promotion_id text COLLATE "C", goods_id text COLLATE "C", quantity bigint, remaining_quantity bigint,
     sku_count integer, content_hash text, read_at timestamptz) ON COMMIT DELETE ROWS`,
  `CREATE TEMP TABLE IF NOT EXISTS incoming_promotion_skus (
     promotion_id text COLLATE "C", goods_id text COLLATE "C", sku_id text COLLATE "C", supply_price_minor bigint,
     supply_price_currency text) ON COMMIT DELETE ROWS`,
] as const;

/** The merge rule of products: a later request wins, equal content changes nothing. */
const MERGE = `
  WITH previous AS (
    SELECT promotion_id, goods_id, known.changed_scan_id FROM promotion_goods AS known
    JOIN incoming_promotion_goods USING (promotion_id, goods_id) WHERE known.shop_id = $1
  ), merged AS (
    INSERT INTO promotion_goods AS known (shop_id, version, changed_scan_id, last_seen_at, ${GOODS_COLUMNS.join(', ')})
    SELECT $1, 1, $2, read_at, ${GOODS_COLUMNS.join(', ')} FROM incoming_promotion_goods
    ON CONFLICT (shop_id, promotion_id, goods_id) DO UPDATE
      SET version = known.version + 1, changed_scan_id = excluded.changed_scan_id, gone_at = NULL,
          content_hash = excluded.content_hash, read_at = excluded.read_at,
          ${GOODS_CONTENT.map((name) => `${name} = excluded.${name}`).join(', ')}
      WHERE excluded.read_at >= known.read_at AND excluded.content_hash <> known.content_hash
    RETURNING promotion_id, goods_id
  )
  SELECT promotion_id AS "promotionId", goods_id AS "goodsId",
    previous.changed_scan_id IS DISTINCT FROM $2 AS "isFirstChange"
  FROM merged LEFT JOIN previous USING (promotion_id, goods_id)`;

const MARK_SEEN = `
  WITH fresh AS (
    SELECT FROM promotion_goods AS known
    JOIN incoming_promotion_goods AS incoming USING (promotion_id, goods_id)
    WHERE known.shop_id = $1 AND known.scan_id IS DISTINCT FROM $2
  ), marked AS (
    UPDATE promotion_goods AS known
    SET scan_id = $2, last_seen_at = greatest(known.last_seen_at, incoming.read_at),
        read_at = greatest(known.read_at, incoming.read_at)
    FROM incoming_promotion_goods AS incoming
    WHERE known.shop_id = $1 AND known.promotion_id = incoming.promotion_id AND known.goods_id = incoming.goods_id
  )
  SELECT count(*) AS seen FROM fresh`;

/** Of changed products only. A SKU that its product no longer brings along is no longer enrolled. */
const STORE_SKUS = `
  WITH changed AS (
    SELECT * FROM unnest($2::text[], $3::text[]) AS changed (promotion_id, goods_id)
  ), enrolled AS (
    INSERT INTO promotion_skus AS known (shop_id, ${SKU_COLUMNS.join(', ')})
    SELECT $1, ${SKU_COLUMNS.join(', ')} FROM incoming_promotion_skus JOIN changed USING (promotion_id, goods_id)
    ON CONFLICT (shop_id, promotion_id, goods_id, sku_id) DO UPDATE
      SET gone_at = NULL, ${SKU_CONTENT.map((name) => `${name} = excluded.${name}`).join(', ')}
  )
  UPDATE promotion_skus AS known SET gone_at = now() FROM changed
  WHERE known.shop_id = $1 AND known.promotion_id = changed.promotion_id AND known.goods_id = changed.goods_id
    AND known.gone_at IS NULL AND NOT EXISTS (
      SELECT FROM incoming_promotion_skus AS incoming
      WHERE incoming.promotion_id = known.promotion_id AND incoming.goods_id = known.goods_id
        AND incoming.sku_id = known.sku_id)`;

/** Stores products of promotions with all their SKUs, and their event: a fixed number of statements. */
export async function storePromotionGoods(
  tx: Transaction,
  shopId: string,
  scanId: string,
  goods: readonly Read<EnrolledGoods>[],
): Promise<Stored> {
  const latest = latestOfEach(goods, enrolledId);
  if (latest.length === 0) return NOTHING_STORED;
  const currencies = await currenciesOf(tx, shopId, latest);
  const rows = latest.map((read) => ({ ...read, skus: skusOf(read.record, currencies) }));
  for (const table of STAGING) await tx.query(table);
  await copyRows(tx, 'incoming_promotion_goods', GOODS_COLUMNS, rows.map(goodsRow));
  await copyRows(tx, 'incoming_promotion_skus', SKU_COLUMNS, rows.flatMap(skuRows));
  const merged = await tx.query<PromotionGoodsKey & { isFirstChange: boolean }>(MERGE, [shopId, scanId]);
  const [marked] = await tx.query<{ seen: number }>(MARK_SEEN, [shopId, scanId]);
  const promotionIds = merged.map(({ promotionId }) => promotionId);
  await tx.query(STORE_SKUS, [shopId, promotionIds, merged.map(({ goodsId }) => goodsId)]);
  await emitPromotionGoods(tx, shopId, merged);
  return { seen: marked?.seen ?? 0, changed: merged.filter(({ isFirstChange }) => isFirstChange).length };
}

/** The marketplace gives prices here without a currency: it is the SKU's own, once the catalogue knows the SKU. */
async function currenciesOf(
  tx: Transaction,
  shopId: string,
  goods: readonly Read<EnrolledGoods>[],
): Promise<Map<string, string>> {
  const skuIds = goods.flatMap(({ record }) => record.skus.map(({ skuId }) => skuId));
  const rows = await tx.query<{ skuId: string; currency: string }>(
    `SELECT sku_id AS "skuId", coalesce(supply_price_currency, price_currency) AS currency FROM skus
     WHERE shop_id = $1 AND sku_id = ANY($2::text[])
       AND coalesce(supply_price_currency, price_currency) IS NOT NULL`,
    [shopId, [...new Set(skuIds)]],
  );
  return new Map(rows.map(({ skuId, currency }) => [skuId, currency]));
}

/** Each once, in the order of their ids: the order of the list is no content. */
function skusOf(record: EnrolledGoods, currencies: ReadonlyMap<string, string>): EnrolledSku[] {
  const byId = new Map(
    record.skus.map(({ skuId, supplyPriceMinor }) => [
      skuId,
      { skuId, supplyPriceMinor, currency: currencies.get(skuId) ?? null },
    ]),
  );
  return [...byId.values()].sort((one, other) => (one.skuId < other.skuId ? -1 : 1));
}

type GoodsWithSkus = Read<EnrolledGoods> & { readonly skus: readonly EnrolledSku[] };

function goodsRow({ record, readAt, skus }: GoodsWithSkus): CopyValue[] {
  const content = [record.quantity, record.remainingQuantity, skus.length];
  const hash = hashOf([...content, JSON.stringify(skus)]);
  return [record.promotionId, record.goodsId, ...content, hash, readAt];
}

function skuRows({ record, skus }: GoodsWithSkus): CopyValue[][] {
  return skus.map((sku) => [
    record.promotionId,
    record.goodsId,
    sku.skuId,
    sku.supplyPriceMinor,
    sku.currency,
  ]);
}
