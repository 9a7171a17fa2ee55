import type { ProductListing, ProductRecord, SkuRecord, SkuSupplierPrice } from '../port.js';
import type { GoodsSearchType } from './calls.js';
import { decimalPrice, optionalDecimalMoney } from './money.js';
import {
  arrayOrEmpty,
  isJsonObject,
  optionalCount,
  optionalFlag,
  optionalId,
  optionalInstant,
  optionalInteger,
  optionalText,
  requireArray,
  requireId,
  requireObject,
} from './read.js';

export const GOODS_SEARCH_TYPES: Record<ProductListing, GoodsSearchType> = {
  listed: 1,
  unpublished: 4,
  draft: 5,
  deleted: 6,
};

export function goodsIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.goodsId : null;
}

export function skuIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.skuId : null;
}

/** A row of `bg.local.goods.list.query`. `marketPrice` (integer cents beside decimal texts) is not used. */
export function readProduct(value: unknown, listing: ProductListing): ProductRecord {
  const row = requireObject(value, 'product');
  return {
    goodsId: requireId(row.goodsId, 'goodsId'),
    goodsName: optionalText(row.goodsName) ?? '',
    sellerGoodsSn: optionalText(row.outGoodsSn),
    imageUrl: optionalText(row.thumbUrl),
    categoryId: optionalId(row.catId, 'catId'),
    status: optionalInteger(row.status4VO, 'status4VO'),
    subStatus: optionalInteger(row.subStatus4VO ?? row.goodsShowSubStatus, 'subStatus4VO'),
    listing,
    stock: optionalCount(row.quantity, 'quantity'),
    price:
      decimalPrice(row.price, row.currency, 'price') ??
      optionalDecimalMoney(row.retailPrice, 'retailPrice', row.currency),
    listPrice: optionalDecimalMoney(row.listPrice, 'listPrice', row.currency),
    createdAt: optionalInstant(row.crtTime, 'crtTime'),
    statusChangedAt: optionalInstant(row.goodsStatusChangeTime, 'goodsStatusChangeTime'),
    skuIds: skuIdsOf(row.skuIdList, row.skuInfoList),
  };
}

function skuIdsOf(skuIdList: unknown, skuInfoList: unknown): string[] {
  const ids = arrayOrEmpty(skuIdList, 'skuIdList').map((id) => optionalId(id, 'skuIdList'));
  const fromInfo = arrayOrEmpty(skuInfoList, 'skuInfoList').map((info) =>
    optionalId(skuIdOf(info), 'skuInfoList'),
  );
  return [...new Set([...ids, ...fromInfo])].filter((id): id is string => id !== null);
}

/** A row of `bg.local.goods.sku.list.query`. */
export function readSku(value: unknown): SkuRecord {
  const row = requireObject(value, 'SKU');
  return {
    skuId: requireId(row.skuId, 'skuId'),
    goodsId: requireId(row.goodsId, 'goodsId'),
    goodsName: optionalText(row.goodsName) ?? '',
    sellerSku: optionalText(row.skuSn),
    spec: optionalText(row.specName),
    imageUrl: optionalText(row.thumbUrl),
    stock: optionalCount(row.stock, 'stock'),
    price:
      decimalPrice(row.price, row.currency, 'price') ??
      optionalDecimalMoney(row.retailPrice, 'retailPrice', row.currency),
    status: optionalInteger(row.status4VO, 'status4VO'),
    subStatus: optionalInteger(row.subStatus4VO ?? row.skuShowSubStatus4VO, 'subStatus4VO'),
    onSale: optionalFlag(row.goodsIsOnSale),
    createdAt: optionalInstant(row.crtTime, 'crtTime'),
    statusChangedAt: optionalInstant(row.skuStatusChangeTime, 'skuStatusChangeTime'),
  };
}

/** Answer of `bg.local.goods.sku.list.price.query`. */
export function readSupplierPrices(result: unknown): SkuSupplierPrice[] {
  const block = requireObject(result, 'result');
  const goods = requireArray(block.openapiGoodsSupplierPriceDTOList, 'openapiGoodsSupplierPriceDTOList');
  return goods.flatMap((value, index) => {
    const path = `openapiGoodsSupplierPriceDTOList[${index}]`;
    const product = requireObject(value, path);
    const goodsId = requireId(product.goodsId, `${path}.goodsId`);
    return arrayOrEmpty(product.openapiSkuSupplierPriceDTOList, `${path}.openapiSkuSupplierPriceDTOList`).map(
      (sku) => ({
        goodsId,
        skuId: requireId(skuIdOf(sku), `${path} skuId`),
        supplierPrice: isJsonObject(sku)
          ? optionalDecimalMoney(sku.supplierPrice, `${path} supplierPrice`)
          : null,
      }),
    );
  });
}
