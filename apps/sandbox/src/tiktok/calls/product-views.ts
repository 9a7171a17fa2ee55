import { MARKETS } from '../world/markets.js';
import { decimal } from '../world/money.js';
import type { Product, Shop, Sku } from '../world/types.js';

/** What a price across borders holds besides the goods; only for showing a price before tax. */
const PRE_TAX_SHARE = 0.8;

/** Sellers across borders have a price and one before tax; to local ones the search gives the second name only. */
function priceView(shop: Shop, sku: Sku, isDetail: boolean): Record<string, unknown> {
  const { currency, decimals } = MARKETS[shop.market];
  const price = decimal(sku.priceMinor, decimals);
  if (shop.sellerType === 'CROSS_BORDER') {
    const preTax = decimal(Math.round(sku.priceMinor * PRE_TAX_SHARE), decimals);
    return { currency, sale_price: price, tax_exclusive_price: preTax };
  }
  return isDetail ? { currency, sale_price: price } : { currency, tax_exclusive_price: price };
}

function skuView(shop: Shop, sku: Sku, isDetail: boolean): Record<string, unknown> {
  return {
    id: sku.id,
    seller_sku: sku.sellerSku,
    price: priceView(shop, sku, isDetail),
    inventory: sku.stock.map(({ warehouseId, quantity }) => ({ warehouse_id: warehouseId, quantity })),
    status_info: sku.isDeactivated
      ? { status: 'DEACTIVATED', deactivation_source: 'SELLER' }
      : { status: 'NORMAL' },
  };
}

function auditStatus({ status }: Product): string {
  switch (status) {
    case 'PENDING':
      return 'AUDITING';
    case 'FAILED':
      return 'FAILED';
    case 'ACTIVATE':
      return 'APPROVED';
    case 'DRAFT':
    case 'SELLER_DEACTIVATED':
    case 'PLATFORM_DEACTIVATED':
    case 'FREEZE':
    case 'DELETED':
      return 'NONE';
  }
}

export function productView(shop: Shop, product: Product): Record<string, unknown> {
  return {
    id: product.id,
    title: product.title,
    status: product.status,
    create_time: product.createTime,
    update_time: product.updateTime,
    sales_regions: [shop.market],
    audit: { status: auditStatus(product), pre_approved_reasons: [] },
    has_draft: false,
    is_not_for_sale: false,
    skus: product.skus.map((sku) => skuView(shop, sku, false)),
  };
}

export function productDetailView(shop: Shop, product: Product, origin: string): Record<string, unknown> {
  const picture = `${origin}/picture/${product.id}.svg`;
  const { sales_regions: _, ...common } = productView(shop, product);
  return {
    ...common,
    description: `<p>${product.title}</p>`,
    main_images: [
      { height: 200, width: 200, uri: `sbx/${product.id}`, urls: [picture], thumb_urls: [picture] },
    ],
    category_chains: [{ id: '853000', parent_id: '0', is_leaf: true, local_name: 'Invented' }],
    package_weight: { value: '0.4', unit: shop.market === 'US' ? 'POUND' : 'KILOGRAM' },
    skus: product.skus.map((sku) => ({
      ...skuView(shop, sku, true),
      sales_attributes: [{ id: '100000', name: 'Color', value_id: '100001', value_name: sku.name }],
    })),
  };
}

export { auditStatus };
