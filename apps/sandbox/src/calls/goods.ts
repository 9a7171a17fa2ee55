import { BusinessFault } from '../protocol/faults.js';
import { isOnSale } from '../world/generate-products.js';
import { type Product, SEARCH_TYPES } from '../world/types.js';
import { defineCall, LOCAL_REGIONS, readPage, required, slicePage } from './call.js';
import { goodsView, moneyText, retrievedGoodsView, skuView } from './goods-views.js';

const INVALID = 150010001;
const PAGE_LIMITS = { names: ['pageNo', 'pageSize'], maxSize: 100, code: INVALID } as const;

function matchesText(product: Product, text: string | undefined): boolean {
  if (text === undefined || text === '') return true;
  const wanted = text.toLowerCase();
  return [product.nameEn, product.nameZh, product.outGoodsSn, String(product.goodsId)].some((candidate) =>
    candidate.toLowerCase().includes(wanted),
  );
}

function isListed(list: readonly number[] | undefined, value: number): boolean {
  return list === undefined || list.length === 0 || list.includes(value);
}

/** Milliseconds here; one bound alone is not refused in the documents of the goods calls. */
function isInRange(value: number, from: number | undefined, to: number | undefined): boolean {
  return (from === undefined || value >= from) && (to === undefined || value <= to);
}

const goodsList = defineCall({
  type: 'bg.local.goods.list.query',
  regions: LOCAL_REGIONS,
  fields: {
    pageNo: 'int',
    pageSize: 'int',
    goodsSearchType: 'int',
    goodsStatusFilterType: 'int',
    goodsSubStatusFilterType: 'int',
    statusFilterType: 'int',
    searchText: 'string',
    goodsIdList: 'int[]',
    catIdList: 'int[]',
    crtFrom: 'int',
    crtTo: 'int',
    goodsStatusChangeTimeFrom: 'int',
    goodsStatusChangeTimeTo: 'int',
    orderField: 'scalar',
    orderType: 'scalar',
    goodsSearchTags: 'scalar[]',
  },
  handle: (input, { shop, origin }) => {
    const searchType = required(input.goodsSearchType, 'goodsSearchType');
    if (!SEARCH_TYPES.some((known) => known === searchType)) {
      throw new BusinessFault(INVALID, `goodsSearchType must be one of ${SEARCH_TYPES.join(', ')}`);
    }
    const page = readPage({ number: input.pageNo, size: input.pageSize }, PAGE_LIMITS);
    const found = shop.productsByCreate
      .all()
      .filter(
        (product) =>
          product.searchType === searchType &&
          matchesText(product, input.searchText) &&
          isListed(input.goodsIdList, product.goodsId) &&
          isListed(input.catIdList, product.catId) &&
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

const skuList = defineCall({
  type: 'bg.local.goods.sku.list.query',
  regions: LOCAL_REGIONS,
  fields: {
    pageNo: 'int',
    pageSize: 'int',
    skuSearchType: 'int',
    skuStatusFilterType: 'int',
    skuSubStatusFilterType: 'int',
    skuIdList: 'int[]',
    goodsIdList: 'int[]',
    catIdList: 'int[]',
    searchText: 'string',
    crtFrom: 'int',
    crtTo: 'int',
    skuStatusChangeTimeFrom: 'int',
    skuStatusChangeTimeTo: 'int',
    orderField: 'scalar',
    orderType: 'scalar',
  },
  handle: (input, { shop, origin }) => {
    const searchType = input.skuSearchType;
    if (searchType !== undefined && searchType !== 2 && searchType !== 3) {
      throw new BusinessFault(INVALID, 'skuSearchType must be 2 (available) or 3 (not available)');
    }
    const page = readPage({ number: input.pageNo, size: input.pageSize }, PAGE_LIMITS);
    const found = shop.productsByCreate
      .all()
      .filter(
        (product) =>
          product.searchType !== 6 &&
          (searchType === undefined || isOnSale(product) === (searchType === 2)) &&
          matchesText(product, input.searchText) &&
          isListed(input.goodsIdList, product.goodsId) &&
          isListed(input.catIdList, product.catId) &&
          isInRange(product.createdAtMs, input.crtFrom, input.crtTo),
      )
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

const RETRIEVE_TYPES: Record<string, (product: Product) => boolean> = {
  ALL: (product) => product.searchType !== 6,
  ACTIVE: isOnSale,
  INACTIVE: (product) => product.searchType === 1 && !isOnSale(product),
  INCOMPLETE: (product) => product.searchType === 4,
  DRAFT: (product) => product.searchType === 5,
  DELETED: (product) => product.searchType === 6,
};

/** The token says after (or before) which product the page lies, so that goods added meanwhile shift nothing. */
interface Cursor {
  direction: 'after' | 'before';
  createdAtMs: number;
  goodsId: number;
}

function writeToken(direction: Cursor['direction'], product: Product): string {
  const text = JSON.stringify([direction, product.createdAtMs, product.goodsId]);
  return Buffer.from(text, 'utf8').toString('base64url');
}

function readToken(token: string): Cursor {
  try {
    const [direction, createdAtMs, goodsId] = JSON.parse(
      Buffer.from(token, 'base64url').toString('utf8'),
    ) as unknown[];
    if (
      (direction === 'after' || direction === 'before') &&
      typeof createdAtMs === 'number' &&
      typeof goodsId === 'number'
    ) {
      return { direction, createdAtMs, goodsId };
    }
  } catch {
    // Whatever it was, it was not made here.
  }
  throw new BusinessFault(INVALID, 'pageToken is invalid; begin again without one');
}

const goodsRetrieve = defineCall({
  type: 'temu.local.goods.list.retrieve',
  regions: LOCAL_REGIONS,
  fields: {
    pageToken: 'string',
    pageSize: 'int',
    goodsSearchType: 'string',
    goodsIdList: 'string[]',
    searchText: 'string',
    orderField: 'scalar',
    orderType: 'scalar',
  },
  handle: (input, { shop, origin }) => {
    const matchesType = RETRIEVE_TYPES[input.goodsSearchType ?? 'ALL'];
    if (matchesType === undefined) {
      throw new BusinessFault(
        INVALID,
        `goodsSearchType must be one of ${Object.keys(RETRIEVE_TYPES).join(', ')}`,
      );
    }
    const { size } = readPage({ number: 1, size: input.pageSize }, { ...PAGE_LIMITS, defaultSize: 25 });
    const ids = input.goodsIdList ?? [];
    const found = shop.productsByCreate
      .all()
      .filter(
        (product) =>
          matchesType(product) &&
          matchesText(product, input.searchText) &&
          (ids.length === 0 || ids.includes(String(product.goodsId))),
      );
    let start = 0;
    if (input.pageToken !== undefined && input.pageToken !== '') {
      const { direction, createdAtMs, goodsId } = readToken(input.pageToken);
      const isAfter = (product: Product): boolean =>
        product.createdAtMs < createdAtMs ||
        (product.createdAtMs === createdAtMs && product.goodsId < goodsId);
      const firstAfter = found.findIndex(isAfter);
      const border = firstAfter === -1 ? found.length : firstAfter;
      const isThere = found[border - 1]?.goodsId === goodsId;
      start = direction === 'after' ? border : Math.max(0, border - (isThere ? 1 : 0) - size);
    }
    const items = found.slice(start, start + size);
    const first = items[0];
    const last = items.at(-1);
    return {
      total: found.length,
      pagination: {
        nextToken: last !== undefined && start + size < found.length ? writeToken('after', last) : null,
        previousToken: first !== undefined && start > 0 ? writeToken('before', first) : null,
      },
      goodsList: items.map((product) => retrievedGoodsView(shop.shop, product, origin)),
    };
  },
});

const skuPrices = defineCall({
  type: 'bg.local.goods.sku.list.price.query',
  regions: LOCAL_REGIONS,
  fields: {
    querySupplierPriceBaseList: { listOf: { goodsId: 'int', skuIdList: 'int[]' } },
    language: 'string',
  },
  handle: (input, { shop }) => {
    const wanted = required(input.querySupplierPriceBaseList, 'querySupplierPriceBaseList');
    if (wanted.length > 100) {
      throw new BusinessFault(INVALID, 'querySupplierPriceBaseList holds more than 100 products');
    }
    return {
      openapiGoodsSupplierPriceDTOList: wanted.flatMap((entry, index) => {
        const product = shop.product(required(entry.goodsId, `querySupplierPriceBaseList[${index}].goodsId`));
        if (product === undefined) throw new BusinessFault(150010188, 'the goods do not belong to this shop');
        const skus = product.skus.filter((sku) => isListed(entry.skuIdList, sku.skuId));
        if (entry.skuIdList !== undefined && skus.length < new Set(entry.skuIdList).size) {
          throw new BusinessFault(150010189, 'a SKU does not belong to the goods');
        }
        return [
          {
            goodsId: product.goodsId,
            openapiSkuSupplierPriceDTOList: skus.map((sku) => ({
              skuId: sku.skuId,
              supplierPrice: moneyText(shop.shop, sku.basePriceMinor),
            })),
          },
        ];
      }),
    };
  },
});

export const GOODS_CALLS = [goodsList, skuList, goodsRetrieve, skuPrices];
