import {
  asSeenBy,
  type Caller,
  canReach,
  DEFAULT_PAGE_LIMIT,
  type Page,
  PromotionProduct,
  type PromotionProductsFilters,
  type PromotionSku,
  pageOf,
} from '#contracts';
import { positionOf } from '#messaging';
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

const PRODUCTS_PAGE = `
  SELECT goods.*, product.product_name, product.image_url, own.skus FROM (
    SELECT shop_id, promotion_id, product_id, version, quantity, remaining_quantity, gone_at,
      emptied_fields, emptied_since FROM promotion_products
    WHERE shop_id = $1 AND promotion_id = $2 AND product_id > $3 ORDER BY product_id LIMIT $4
  ) AS goods
  LEFT JOIN products AS product ON product.shop_id = goods.shop_id AND product.product_id = goods.product_id
  CROSS JOIN LATERAL (${SKUS}) AS own ORDER BY goods.product_id`;

/** The products of one promotion, those that no longer take part too. */
export class PromotionProductsQueries {
  constructor(private readonly database: Database) {}

  async list(filters: PromotionProductsFilters, caller: Caller): Promise<Page<PromotionProduct>> {
    const limit = filters.limit ?? DEFAULT_PAGE_LIMIT;
    const [after] = positionOf(filters.cursor, ['text']) ?? [''];
    await this.requirePromotion(filters, caller);
    const rows = await this.database.prepared<PromotionProductRow>('promotion-products', PRODUCTS_PAGE, [
      filters.shopId,
      filters.promotionId,
      after,
      limit + 1,
    ]);
    return pageOf(
      rows,
      limit,
      (row) => asSeenBy(caller, PromotionProduct, toPromotionProduct(row)),
      (row) => [row.product_id],
    );
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
