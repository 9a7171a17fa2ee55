import type { PromotionProductRecord } from '#marketplace';
import {
  batchOf,
  type CopiedColumns,
  copyRows,
  encodedRow,
  namesOf,
  replacementOf,
  type Transaction,
} from '#runtime';
import { latestOfEach } from '#sync';
import {
  mergeRecords,
  NOTHING_STORED,
  type Read,
  type RecordTable,
  type Stored,
} from '../merge/record-table.js';
import {
  emitPromotionProducts,
  PROMOTION_PRODUCT_KEY,
  type PromotionProductKey,
} from './promotion-events.js';

/** A product with the promotion that it takes part in. */
export interface EnrolledProduct extends PromotionProductRecord {
  readonly promotionId: string;
}

/** Under which it is told from others, in quarantine too. */
export function enrolledId({ promotionId, productId }: PromotionProductKey): string {
  return `${promotionId}/${productId}`;
}

interface EnrolledSku {
  readonly skuId: string;
  readonly supplyPriceMinor: number | null;
  readonly currency: string | null;
}

/** With its SKUs as they are stored, each once, and what its answer left empty about them. */
interface ProductWithSkus extends EnrolledProduct {
  readonly enrolled: readonly EnrolledSku[];
  readonly emptied: readonly string[];
}

/** No time of change here either: see `PROMOTIONS`. */
const PROMOTION_PRODUCTS: RecordTable<ProductWithSkus> = {
  table: 'promotion_products',
  keys: PROMOTION_PRODUCT_KEY,
  fields: [
    { name: 'quantity', columns: { quantity: ['bigint', (record) => record.quantity] }, isDated: false },
    {
      name: 'remainingQuantity',
      columns: { remaining_quantity: ['bigint', (record) => record.remainingQuantity] },
      isDated: false,
    },
    {
      name: 'skuCount',
      columns: { sku_count: ['integer', (record) => record.enrolled.length] },
      isDated: false,
    },
  ],
  goneColumn: 'gone_at',
  isVersioned: true,
  alsoHashed: (record) => JSON.stringify(record.enrolled),
};

/** A SKU with the product that brings it. */
interface SkuOfProduct {
  readonly product: PromotionProductKey;
  readonly sku: EnrolledSku;
}

const SKU_KEY = {
  promotion_id: ['text', ({ product }) => product.promotionId],
  product_id: ['text', ({ product }) => product.productId],
  sku_id: ['text', ({ sku }) => sku.skuId],
} satisfies CopiedColumns<SkuOfProduct>;
const SKU_CONTENT = {
  supply_price_minor: ['bigint', ({ sku }) => sku.supplyPriceMinor],
  supply_price_currency: ['text', ({ sku }) => sku.currency],
} satisfies CopiedColumns<SkuOfProduct>;
const SKU_COLUMNS = { ...SKU_KEY, ...SKU_CONTENT };

const SKU_STAGING = `CREATE TEMP TABLE IF NOT EXISTS incoming_promotion_skus ON COMMIT DELETE ROWS AS
  SELECT ${namesOf(SKU_COLUMNS)} FROM promotion_skus WITH NO DATA`;

const PRODUCTS_OF_PROMOTIONS = batchOf(PROMOTION_PRODUCT_KEY, 2, 'named');

/** Of changed products only. A SKU that its product no longer brings along is no longer enrolled. */
const STORE_SKUS = `
  WITH changed AS (
    SELECT * FROM ${PRODUCTS_OF_PROMOTIONS.rows}
  ), enrolled AS (
    INSERT INTO promotion_skus AS known (shop_id, ${namesOf(SKU_COLUMNS)})
    SELECT $1, ${namesOf(SKU_COLUMNS)} FROM incoming_promotion_skus JOIN changed USING (promotion_id, product_id)
    ON CONFLICT (shop_id, promotion_id, product_id, sku_id) DO UPDATE
      SET gone_at = NULL, ${replacementOf(SKU_CONTENT)}
  )
  UPDATE promotion_skus AS known SET gone_at = now() FROM changed
  WHERE known.shop_id = $1 AND known.promotion_id = changed.promotion_id AND known.product_id = changed.product_id
    AND known.gone_at IS NULL AND NOT EXISTS (
      SELECT FROM incoming_promotion_skus AS incoming
      WHERE incoming.promotion_id = known.promotion_id AND incoming.product_id = known.product_id
        AND incoming.sku_id = known.sku_id)`;

/** Stores products of promotions with all their SKUs, and their event: see `mergeRecords`. */
export async function storePromotionProducts(
  tx: Transaction,
  shopId: string,
  scanId: string,
  goods: readonly Read<EnrolledProduct>[],
): Promise<Stored> {
  const latest = latestOfEach(goods, ({ record }) => enrolledId(record));
  if (latest.length === 0) return NOTHING_STORED;
  const currencies = await currenciesOf(tx, shopId, latest);
  const known = await knownSkus(tx, shopId, latest);
  const rows = latest.map(
    ({ record, readAt }): Read<ProductWithSkus> => ({
      readAt,
      record: { ...record, ...skusOf(record, known.get(enrolledId(record)) ?? [], currencies) },
    }),
  );
  await tx.query(SKU_STAGING);
  const skus = rows.flatMap(({ record }) =>
    record.enrolled.map((sku) => encodedRow(SKU_COLUMNS, { product: record, sku })),
  );
  await copyRows(tx, 'incoming_promotion_skus', namesOf(SKU_COLUMNS), skus);
  const merged = await mergeRecords(
    tx,
    PROMOTION_PRODUCTS,
    { shopId, scanId },
    rows,
    ({ emptied }) => emptied,
  );
  const changed = merged.changed.map(({ key: [promotionId = '', productId = ''] }) => ({
    promotionId,
    productId,
  }));
  await tx.query(STORE_SKUS, [shopId, ...PRODUCTS_OF_PROMOTIONS.values(changed)]);
  await emitPromotionProducts(tx, shopId, changed);
  return { ...merged, changed: merged.changed.filter(({ isFirstChange }) => isFirstChange).length };
}

/**
 * The marketplace gives prices here without a currency. They are supply prices: their currency is that of the SKU's
 * supply price, never that in which it is sold, and unknown while that is.
 */
async function currenciesOf(
  tx: Transaction,
  shopId: string,
  goods: readonly Read<EnrolledProduct>[],
): Promise<Map<string, string>> {
  const skuIds = goods.flatMap(({ record }) => record.skus.map(({ skuId }) => skuId));
  const rows = await tx.query<{ skuId: string; currency: string }>(
    `SELECT sku_id AS "skuId", supply_price_currency AS currency FROM skus
     WHERE shop_id = $1 AND sku_id = ANY($2::text[]) AND supply_price_currency IS NOT NULL`,
    [shopId, [...new Set(skuIds)]],
  );
  return new Map(rows.map(({ skuId, currency }) => [skuId, currency]));
}

/** Those that are enrolled, by the id of their product in the promotion. */
async function knownSkus(
  tx: Transaction,
  shopId: string,
  goods: readonly Read<EnrolledProduct>[],
): Promise<Map<string, EnrolledSku[]>> {
  const rows = await tx.query<EnrolledSku & PromotionProductKey>(
    `SELECT promotion_id AS "promotionId", product_id AS "productId", sku_id AS "skuId",
       supply_price_minor AS "supplyPriceMinor", supply_price_currency AS currency
     FROM promotion_skus WHERE shop_id = $1 AND gone_at IS NULL AND (promotion_id, product_id) IN (
       SELECT promotion_id, product_id FROM ${PRODUCTS_OF_PROMOTIONS.rows})`,
    [shopId, ...PRODUCTS_OF_PROMOTIONS.values(goods.map(({ record }) => record))],
  );
  const byProduct = new Map<string, EnrolledSku[]>();
  for (const { promotionId, productId, ...sku } of rows) {
    const id = enrolledId({ promotionId, productId });
    byProduct.set(id, [...(byProduct.get(id) ?? []), sku]);
  }
  return byProduct;
}

/**
 * SKUs that the answer leaves out are withdrawn; an answer without any knows less than we do (a product takes part with
 * SKUs), and so does one without a price that was known.
 */
function skusOf(
  record: EnrolledProduct,
  known: readonly EnrolledSku[],
  currencies: ReadonlyMap<string, string>,
): Pick<ProductWithSkus, 'enrolled' | 'emptied'> {
  if (record.skus.length === 0 && known.length > 0) return { enrolled: inOrder(known), emptied: ['skus'] };
  const before = new Map(known.map((sku) => [sku.skuId, sku]));
  let isPriceEmptied = false;
  const enrolled = record.skus.map(({ skuId, supplyPriceMinor }): EnrolledSku => {
    const priced = before.get(skuId);
    if (supplyPriceMinor === null && priced !== undefined && priced.supplyPriceMinor !== null) {
      isPriceEmptied = true;
      return priced;
    }
    return { skuId, supplyPriceMinor, currency: currencies.get(skuId) ?? priced?.currency ?? null };
  });
  return { enrolled: inOrder(enrolled), emptied: isPriceEmptied ? ['supplyPrice'] : [] };
}

/** Each once, in the order of their ids: the order of the list is no content. */
function inOrder(skus: readonly EnrolledSku[]): EnrolledSku[] {
  const byId = new Map(
    skus.map(({ skuId, supplyPriceMinor, currency }) => [skuId, { skuId, supplyPriceMinor, currency }]),
  );
  return [...byId.values()].sort((one, other) => (one.skuId < other.skuId ? -1 : 1));
}
