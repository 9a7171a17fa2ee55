import { isOnSale } from '../world/generate-products.js';
import type { Product, Shop, Sku } from '../world/types.js';

/** Minor units as the decimal text that list calls give: 29899 USD → `298.99`, 1980 JPY → `1980`. */
export function decimalText(minor: number, decimals: number): string {
  if (decimals === 0) return String(minor);
  const text = String(minor).padStart(decimals + 1, '0');
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

export function moneyText(shop: Shop, minor: number): { amount: string; currency: string } {
  return { amount: decimalText(minor, shop.decimals), currency: shop.currency };
}

/** The first digit of the sub-status; both are open sets in the documents. */
function statusOf(product: Product): number {
  return Math.floor(product.subStatus / 1000);
}

function picture(product: Product, origin: string): string {
  return `${origin}/picture/${product.goodsId}.svg`;
}

export function goodsView(shop: Shop, product: Product, origin: string): Record<string, unknown> {
  const [first] = product.skus;
  return {
    goodsId: product.goodsId,
    goodsName: product.nameEn,
    outGoodsSn: product.outGoodsSn,
    thumbUrl: picture(product, origin),
    catId: product.catId,
    brandId: product.brandId,
    trademarkId: product.trademarkId,
    specName: first?.specEn ?? '',
    skuIdList: product.skus.map((sku) => sku.skuId),
    outSkuSnList: product.skus.map((sku) => sku.skuSn),
    skuInfoList: product.skus.map((sku) => ({ skuId: sku.skuId, skuSn: sku.skuSn, specList: sku.specIds })),
    quantity: product.skus.reduce((sum, sku) => sum + sku.stock, 0),
    price: decimalText(first?.basePriceMinor ?? 0, shop.decimals),
    currency: shop.currency,
    marketPrice: first?.listPriceMinor ?? 0,
    retailPrice: moneyText(shop, first?.retailPriceMinor ?? 0),
    listPrice: moneyText(shop, first?.listPriceMinor ?? 0),
    status4VO: statusOf(product),
    subStatus4VO: product.subStatus,
    goodsShowSubStatus: product.subStatus,
    crtTime: product.createdAtMs,
    goodsStatusChangeTime: String(product.statusChangedAtMs),
    costTemplateId: 'LFT-SBX-0001',
    shipmentLimitSecond: 172_800,
    lowTrafficTag: false,
    restrictedTrafficTag: false,
  };
}

export function skuView(shop: Shop, product: Product, sku: Sku, origin: string): Record<string, unknown> {
  const [length, width, height] = sku.sizeCm;
  return {
    skuId: sku.skuId,
    skuSn: sku.skuSn,
    goodsId: product.goodsId,
    goodsName: product.nameEn,
    specName: sku.specEn,
    specList: sku.specIds,
    stock: sku.stock,
    price: decimalText(sku.basePriceMinor, shop.decimals),
    currency: shop.currency,
    retailPrice: moneyText(shop, sku.retailPriceMinor),
    status4VO: statusOf(product),
    subStatus4VO: product.subStatus,
    skuShowSubStatus4VO: product.subStatus,
    goodsIsOnSale: isOnSale(product) ? 1 : 0,
    weightInfo: { weight: String(sku.weightGrams), unit: 'g' },
    volumeInfo: { length: String(length), width: String(width), height: String(height), unit: 'cm' },
    crtTime: product.createdAtMs,
    skuStatusChangeTime: String(sku.statusChangedAtMs),
    thumbUrl: picture(product, origin),
  };
}

/** The newer retrieve call writes ids as strings. */
export function retrievedGoodsView(shop: Shop, product: Product, origin: string): Record<string, unknown> {
  const view = goodsView(shop, product, origin);
  return {
    ...view,
    goodsId: String(product.goodsId),
    catId: String(product.catId),
    skuIdList: product.skus.map((sku) => String(sku.skuId)),
    skuInfoList: product.skus.map((sku) => ({
      skuId: String(sku.skuId),
      skuSn: sku.skuSn,
      specList: sku.specIds,
    })),
  };
}
