import type { Redact } from '../../call/redact.js';
import { decimalPrice, optionalDecimalMoney } from '../../payload/money.js';
import {
  arrayOrEmpty,
  idOrNull,
  isJsonObject,
  optionalCount,
  optionalFlag,
  optionalId,
  optionalInstant,
  optionalNumberText,
  optionalText,
  readRows,
  requireArray,
  requireId,
  requireObject,
} from '../../payload/read.js';
import type {
  ProductListing,
  ProductRecord,
  SkuRecord,
  SkuSupplierPrice,
  UnreadableRecord,
} from '../../port.js';
import type { GoodsSearchType } from '../wire/calls.js';

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
    productId: requireId(row.goodsId, 'goodsId'),
    productName: optionalText(row.goodsName) ?? '',
    sellerProductCode: optionalText(row.outGoodsSn),
    imageUrl: optionalText(row.thumbUrl),
    categoryId: optionalId(row.catId, 'catId'),
    platformStatus: optionalNumberText(row.status4VO, 'status4VO'),
    platformSubStatus: optionalNumberText(row.subStatus4VO ?? row.goodsShowSubStatus, 'subStatus4VO'),
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
    productId: requireId(row.goodsId, 'goodsId'),
    productName: optionalText(row.goodsName) ?? '',
    sellerSku: optionalText(row.skuSn),
    spec: optionalText(row.specName),
    imageUrl: optionalText(row.thumbUrl),
    stock: optionalCount(row.stock, 'stock'),
    price:
      decimalPrice(row.price, row.currency, 'price') ??
      optionalDecimalMoney(row.retailPrice, 'retailPrice', row.currency),
    platformStatus: optionalNumberText(row.status4VO, 'status4VO'),
    platformSubStatus: optionalNumberText(row.subStatus4VO ?? row.skuShowSubStatus4VO, 'subStatus4VO'),
    onSale: optionalFlag(row.goodsIsOnSale),
    createdAt: optionalInstant(row.crtTime, 'crtTime'),
    statusChangedAt: optionalInstant(row.skuStatusChangeTime, 'skuStatusChangeTime'),
  };
}

/**
 * Answer of `bg.local.goods.sku.list.price.query` (official page's example, H), SKU by SKU: one that cannot be understood
 * is named `goodsId/skuId`, by its product alone where its own id is at fault, and costs no other.
 */
export function readSupplierPrices(
  result: unknown,
  redact: Redact,
): { records: SkuSupplierPrice[]; unreadable: UnreadableRecord[] } {
  const block = requireObject(result, 'result');
  const goods = requireArray(block.openapiGoodsSupplierPriceDTOList, 'openapiGoodsSupplierPriceDTOList');
  const products = readRows(goods, goodsIdOf, readPricedProduct, redact);
  const skus = products.records.map(({ productId, rows }) =>
    readRows(
      rows,
      (row) => nameOfSku(productId, row),
      (row) => readSkuPrice(productId, row),
      redact,
    ),
  );
  return {
    records: skus.flatMap(({ records }) => records),
    unreadable: [...products.unreadable, ...skus.flatMap(({ unreadable }) => unreadable)],
  };
}

function readPricedProduct(value: unknown): { productId: string; rows: unknown[] } {
  const product = requireObject(value, 'product');
  return {
    productId: requireId(product.goodsId, 'goodsId'),
    rows: arrayOrEmpty(product.openapiSkuSupplierPriceDTOList, 'openapiSkuSupplierPriceDTOList'),
  };
}

function readSkuPrice(productId: string, value: unknown): SkuSupplierPrice {
  const row = requireObject(value, 'SKU');
  return {
    productId,
    skuId: requireId(row.skuId, 'skuId'),
    supplierPrice: optionalDecimalMoney(row.supplierPrice, 'supplierPrice'),
  };
}

/** Under which a SKU's part of its product is told from others. */
export function nameOfSku(productId: string, row: unknown): string {
  const skuId = idOrNull(skuIdOf(row));
  return skuId === null ? productId : `${productId}/${skuId}`;
}
