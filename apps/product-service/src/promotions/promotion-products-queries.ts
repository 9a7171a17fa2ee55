import {
  asSeenBy,
  type Caller,
  canReach,
  type Page,
  PromotionProduct,
  type PromotionProductsFilters,
  type PromotionSku,
} from '#contracts';
import { type List, listQuery, readListed } from '#lists';
import type { Database } from '#runtime';
import { money } from '../answers.js';
import { promotionNotFound } from './promotion-queries.js';

interface SkuRow extends Omit<PromotionSku, 'supplyPrice'> {
  supplyPriceMinor: number | null;
  supplyPriceCurrency: string | null;
}

interface PromotionProductRow {
  shop_id: string;
  promotion_id: string;
  product_id: string;
  version: number;
  product_name: string | null;
  image_url: string | null;
  quantity: number | null;
  remaining_quantity: number | null;
  gone_at: Date | null;
  emptied_fields: string[];
  emptied_since: Date | null;
  skus: SkuRow[];
}

/**
 * Those that take part come first. Names are the catalogue's, as it is now; the currency is that of the SKU's supply
 * price, as it was at the reading or, where none was known then, as it is now.
 */
const SKUS = `SELECT coalesce(json_agg(json_build_object(
    'skuId', own.sku_id, 'sellerSku', sku.seller_sku, 'spec', sku.spec,
    'supplyPriceMinor', own.supply_price_minor,
    'supplyPriceCurrency', coalesce(own.supply_price_currency, sku.supply_price_currency),
    'goneAt', to_char(own.gone_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  ) ORDER BY own.gone_at IS NOT NULL, own.sku_id), '[]') AS skus
  FROM promotion_skus AS own LEFT JOIN skus AS sku ON sku.shop_id = own.shop_id AND sku.sku_id = own.sku_id
  WHERE own.shop_id = goods.shop_id AND own.promotion_id = goods.promotion_id AND own.product_id = goods.product_id`;

const PRODUCTS: List<PromotionProductsFilters, PromotionProductRow> = {
  shop: 'goods.shop_id',
  conditions: { promotionId: (promotionId, { param }) => `goods.promotion_id = ${param(promotionId)}` },
  order: [['asc', 'goods.product_id', 'text', (row) => row.product_id]],
};

/** The products of one promotion, those that no longer take part too. */
export class PromotionProductsQueries {
  constructor(private readonly database: Database) {}

  async list(filters: PromotionProductsFilters, caller: Caller): Promise<Page<PromotionProduct>> {
    const { where, orderBy, limit, params, page } = listQuery(PRODUCTS, filters, caller);
    await this.requirePromotion(filters, caller);
    const text = `SELECT goods.*, product.product_name, product.image_url, own.skus FROM (
        SELECT goods.shop_id, goods.promotion_id, goods.product_id, goods.version, goods.quantity,
          goods.remaining_quantity, goods.gone_at, goods.emptied_fields, goods.emptied_since
        FROM promotion_products AS goods WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}
      ) AS goods
      LEFT JOIN products AS product ON product.shop_id = goods.shop_id AND product.product_id = goods.product_id
      CROSS JOIN LATERAL (${SKUS}) AS own ORDER BY ${orderBy}`;
    const rows = await readListed<PromotionProductRow>(this.database, {}, text, params);
    return page(rows, (row) => asSeenBy(caller, PromotionProduct, toPromotionProduct(row)));
  }

  private async requirePromotion(
    { shopId, promotionId }: PromotionProductsFilters,
    caller: Caller,
  ): Promise<void> {
    const rows = canReach(caller, shopId)
      ? await this.database.query(
          'SELECT 1 AS known FROM promotions WHERE shop_id = $1 AND promotion_id = $2',
          [shopId, promotionId],
        )
      : [];
    if (rows.length === 0) throw promotionNotFound(promotionId);
  }
}

function toPromotionProduct(row: PromotionProductRow): PromotionProduct {
  return {
    shopId: row.shop_id,
    promotionId: row.promotion_id,
    productId: row.product_id,
    productName: row.product_name,
    imageUrl: row.image_url,
    quantity: row.quantity,
    remainingQuantity: row.remaining_quantity,
    goneAt: row.gone_at?.toISOString() ?? null,
    version: row.version,
    emptiedFields: row.emptied_fields,
    emptiedSince: row.emptied_since?.toISOString() ?? null,
    skus: row.skus.map(({ supplyPriceMinor, supplyPriceCurrency, ...sku }) => ({
      ...sku,
      supplyPrice: money(supplyPriceMinor, supplyPriceCurrency),
    })),
  };
}
