import { GOODS_LIST, GOODS_RETRIEVE, SKU_LIST, SKU_PRICES, SKU_RETRIEVE } from '../schemas/goods.js';
import { isOnSale } from '../world/generate-products.js';
import type { Product, Sku } from '../world/types.js';
import { BusinessFault } from './business-fault.js';
import { defineCall, LOCAL_REGIONS, pageOf, slicePage } from './call.js';
import { hasStatus, hasTag, isInRange, isListed, isOfNumber, matchesText } from './goods-filters.js';
import { goodsView, moneyText, retrievedGoodsView, retrievedSkuView, skuView } from './goods-views.js';
import { type Place, pageByToken } from './page-token.js';

interface SkuRow {
  product: Product;
  sku: Sku;
}

function placeOfSku({ product, sku }: SkuRow): Place {
  return { createdAtMs: product.createdAtMs, id: sku.skuId };
}

/** Sorted by their place: the newest product first, within one moment the greater SKU id. */
function skuRows(products: readonly Product[]): SkuRow[] {
  return products
    .flatMap((product) => product.skus.map((sku) => ({ product, sku })))
    .sort((a, b) => b.product.createdAtMs - a.product.createdAtMs || b.sku.skuId - a.sku.skuId);
}

const goodsList = defineCall({
  schema: GOODS_LIST,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, origin }) => {
    const page = pageOf(input, GOODS_LIST);
    const found = shop.productsByCreate
      .all()
      .filter(
        (product) =>
          product.searchType === input.goodsSearchType &&
          isOfNumber(product.searchType, input.goodsStatusFilterType) &&
          isOfNumber(product.subStatus, input.goodsSubStatusFilterType) &&
          matchesText(product, input.searchText) &&
          isListed(input.goodsIdList, product.goodsId) &&
          isListed(input.catIdList, product.catId) &&
          hasTag(product, input.goodsSearchTags) &&
          isInRange(product.createdAtMs, input.crtFrom, input.crtTo) &&
          isInRange(
            product.statusChangedAtMs,
            input.goodsStatusChangeTimeFrom,
            input.goodsStatusChangeTimeTo,
          ),
      );
    return {
      pageNo: page.number,
      total: found.length,
      goodsList: slicePage(found, page).map((product) => goodsView(shop.shop, product, origin)),
    };
  },
});

const AVAILABLE = 2;

const skuList = defineCall({
  schema: SKU_LIST,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, origin }) => {
    const page = pageOf(input, SKU_LIST);
    const products = shop.productsByCreate
      .all()
      .filter(
        (product) =>
          product.searchType !== 6 &&
          isOnSale(product) === (input.skuSearchType === AVAILABLE) &&
          isOfNumber(input.skuSearchType, input.skuStatusFilterType) &&
          isOfNumber(product.subStatus, input.skuSubStatusFilterType) &&
          matchesText(product, input.searchText) &&
          isListed(input.catIdList, product.catId) &&
          hasTag(product, input.goodsSearchTags) &&
          isInRange(product.createdAtMs, input.crtFrom, input.crtTo),
      );
    const found = products
      .flatMap((product) => product.skus.map((sku) => ({ product, sku })))
      .filter(
        ({ sku }) =>
          isListed(input.skuIdList, sku.skuId) &&
          isInRange(sku.statusChangedAtMs, input.skuStatusChangeTimeFrom, input.skuStatusChangeTimeTo),
      );
    return {
      pageNo: page.number,
      total: found.length,
      skuList: slicePage(found, page).map(({ product, sku }) => skuView(shop.shop, product, sku, origin)),
    };
  },
});

const goodsRetrieve = defineCall({
  schema: GOODS_RETRIEVE,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, origin }) => {
    const { size } = pageOf(input, GOODS_RETRIEVE);
    const found = shop.productsByCreate
      .all()
      .filter(
        (product) =>
          hasStatus(product, input.goodsSearchType) &&
          matchesText(product, input.goodsName) &&
          isListed(input.goodsIdList, String(product.goodsId)) &&
          isListed(input.outGoodsSnList, product.outGoodsSn) &&
          isListed(input.catIdList, String(product.catId)) &&
          hasTag(product, input.goodsSearchTags) &&
          product.skus.some(
            (sku) => isListed(input.skuIdList, String(sku.skuId)) && isListed(input.outSkuSnList, sku.skuSn),
          ) &&
          isInRange(product.createdAtMs, input.goodsCreateTimeFrom, input.goodsCreateTimeTo) &&
          isInRange(
            product.statusChangedAtMs,
            input.goodsStatusChangeTimeFrom,
            input.goodsStatusChangeTimeTo,
          ),
      );
    const { items, pagination } = pageByToken(
      found,
      ({ createdAtMs, goodsId }) => ({ createdAtMs, id: goodsId }),
      { token: input.pageToken, size, code: GOODS_RETRIEVE.codes.invalid },
    );
    return {
      total: found.length,
      pagination,
      goodsList: items.map((product) => retrievedGoodsView(product, origin)),
    };
  },
});

const skuRetrieve = defineCall({
  schema: SKU_RETRIEVE,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, origin }) => {
    const { size } = pageOf(input, SKU_RETRIEVE);
    const products = shop.productsByCreate
      .all()
      .filter(
        (product) =>
          hasStatus(product, input.skuSearchType) &&
          matchesText(product, input.goodsName) &&
          isListed(input.goodsIdList, String(product.goodsId)) &&
          isListed(input.outGoodsSnList, product.outGoodsSn) &&
          isListed(input.catIdList, String(product.catId)) &&
          hasTag(product, input.goodsSearchTags) &&
          isInRange(product.createdAtMs, input.goodsCreateTimeFrom, input.goodsCreateTimeTo),
      );
    const found = skuRows(products).filter(
      ({ sku }) =>
        isListed(input.skuIdList, String(sku.skuId)) &&
        isListed(input.outSkuSnList, sku.skuSn) &&
        isInRange(sku.statusChangedAtMs, input.skuStatusChangeTimeFrom, input.skuStatusChangeTimeTo),
    );
    const { items, pagination } = pageByToken(found, placeOfSku, {
      token: input.pageToken,
      size,
      code: SKU_RETRIEVE.codes.invalid,
    });
    return {
      total: found.length,
      pagination,
      skuList: items.map(({ product, sku }) => retrievedSkuView(product, sku, origin)),
    };
  },
});

const skuPrices = defineCall({
  schema: SKU_PRICES,
  regions: LOCAL_REGIONS,
  handle: (input, { shop }) => ({
    openapiGoodsSupplierPriceDTOList: input.querySupplierPriceBaseList.map(({ goodsId, skuIdList }) => {
      const product = shop.product(goodsId);
      if (product === undefined) throw new BusinessFault(150010188, 'the goods do not belong to this shop');
      const skus = product.skus.filter((sku) => skuIdList.includes(sku.skuId));
      if (skus.length < new Set(skuIdList).size) {
        throw new BusinessFault(150010189, 'a SKU does not belong to the goods');
      }
      return {
        goodsId: product.goodsId,
        openapiSkuSupplierPriceDTOList: skus.map((sku) => ({
          skuId: sku.skuId,
          supplierPrice: moneyText(shop.shop, sku.basePriceMinor),
        })),
      };
    }),
  }),
});

export const GOODS_CALLS = [goodsList, skuList, goodsRetrieve, skuRetrieve, skuPrices];
