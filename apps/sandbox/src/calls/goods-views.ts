import { isOnSale } from '../world/generate-products.js';
import { Prng } from '../world/prng.js';
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

const YES = 1;
const NO = 2;

/** Whether Temu shows a product less; always the same for the same product. */
export function trafficOf(product: Product): { lowTrafficTag: 1 | 2; restrictedTrafficTag: 1 | 2 } {
  const prng = new Prng(`traffic/${product.goodsId}`);
  return {
    lowTrafficTag: prng.chance(0.06) ? YES : NO,
    restrictedTrafficTag: prng.chance(0.02) ? YES : NO,
  };
}

const PARENT_SPECS: Readonly<Record<number, string>> = { 1001: 'Color', 3001: 'Size' };

/** Names of the specs stand in the SKU's own text, colour first: `Navy / M`. */
function specList(sku: Sku): Record<string, unknown>[] {
  const names = sku.specEn.split(' / ');
  return sku.specIds.map(({ specId, parentSpecId }, index) => ({
    specId,
    specName: names[index] ?? sku.specEn,
    parentSpecId,
    parentSpecName: PARENT_SPECS[parentSpecId] ?? '',
  }));
}

function skuInfoList(product: Product): Record<string, unknown>[] {
  return product.skus.map((sku) => ({
    skuId: sku.skuId,
    skuSn: sku.skuSn,
    stock: sku.stock,
    specList: specList(sku),
  }));
}

const COST_TEMPLATE = 'LFT-SBX-0001';
const SHIPMENT_LIMIT_SECONDS = 172_800;

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
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
    skuInfoList: skuInfoList(product),
    quantity: product.skus.reduce((sum, sku) => sum + sku.stock, 0),
    price: decimalText(first?.basePriceMinor ?? 0, shop.decimals),
    currency: shop.currency,
    marketPrice: first?.listPriceMinor ?? 0,
    retailPrice: moneyText(shop, first?.retailPriceMinor ?? 0),
    listPrice: moneyText(shop, first?.listPriceMinor ?? 0),
    status4VO: statusOf(product),
    subStatus4VO: product.subStatus,
    goodsShowSubStatus: product.subStatus,
    crtTime: seconds(product.createdAtMs),
    goodsStatusChangeTime: String(product.statusChangedAtMs),
    costTemplateId: COST_TEMPLATE,
    shipmentLimitSecond: SHIPMENT_LIMIT_SECONDS,
    ...trafficOf(product),
  };
}

function packageOf(sku: Sku): Record<string, unknown> {
  const [length, width, height] = sku.sizeCm;
  return {
    weightInfo: { weight: String(sku.weightGrams), unit: 'g' },
    volumeInfo: { length: String(length), width: String(width), height: String(height), unit: 'cm' },
  };
}

export function skuView(shop: Shop, product: Product, sku: Sku, origin: string): Record<string, unknown> {
  return {
    skuId: sku.skuId,
    skuSn: sku.skuSn,
    goodsId: product.goodsId,
    goodsName: product.nameEn,
    specName: sku.specEn,
    specList: specList(sku),
    stock: sku.stock,
    price: decimalText(sku.basePriceMinor, shop.decimals),
    currency: shop.currency,
    retailPrice: moneyText(shop, sku.retailPriceMinor),
    status4VO: statusOf(product),
    subStatus4VO: product.subStatus,
    skuShowSubStatus4VO: product.subStatus,
    goodsIsOnSale: isOnSale(product) ? 1 : 0,
    ...packageOf(sku),
    crtTime: seconds(product.createdAtMs),
    skuStatusChangeTime: String(sku.statusChangedAtMs),
    thumbUrl: picture(product, origin),
    ...trafficOf(product),
  };
}

/** The retrieve calls name the status by a word. */
function statusWord(product: Product): string {
  switch (product.searchType) {
    case 1:
      return isOnSale(product) ? 'Active' : 'InActive';
    case 4:
      return 'Incomplete';
    case 5:
      return 'Draft';
    case 6:
      return 'Deleted';
  }
}

/** 0 clothing, 1 other. */
const OTHER_CATEGORY = 1;

/** The newer retrieve calls have rows of their own: ids as texts, no price. */
export function retrievedGoodsView(product: Product, origin: string): Record<string, unknown> {
  return {
    goodsId: String(product.goodsId),
    goodsName: product.nameEn,
    outGoodsSn: product.outGoodsSn,
    thumbUrl: picture(product, origin),
    catId: String(product.catId),
    catType: OTHER_CATEGORY,
    brandId: String(product.brandId),
    trademarkId: String(product.trademarkId),
    goodsStatus: statusWord(product),
    goodsCreateTime: product.createdAtMs,
    goodsStatusChangeTime: product.statusChangedAtMs,
    costTemplateId: COST_TEMPLATE,
    shipmentLimitSecond: SHIPMENT_LIMIT_SECONDS,
    variationsCount: product.skus.length,
    skuInfoList: skuInfoList(product),
    ...trafficOf(product),
  };
}

export function retrievedSkuView(product: Product, sku: Sku, origin: string): Record<string, unknown> {
  return {
    skuId: String(sku.skuId),
    goodsId: String(product.goodsId),
    goodsName: product.nameEn,
    thumbUrl: picture(product, origin),
    specName: sku.specEn,
    specList: specList(sku),
    outSkuSn: sku.skuSn,
    outGoodsSn: product.outGoodsSn,
    goodsCreateTime: product.createdAtMs,
    skuStatusChangeTime: sku.statusChangedAtMs,
    skuStatus: statusWord(product),
    skuSubStatus: String(product.subStatus),
    stock: sku.stock,
    catType: OTHER_CATEGORY,
    catId: String(product.catId),
    ...packageOf(sku),
    ...trafficOf(product),
  };
}
