import { COLOURS, GOODS, SIZES, STYLES, USES } from './names.js';
import type { Prng } from './prng.js';
import type { Product, SearchType, Shop, Sku } from './types.js';

const DAY_MS = 86_400_000;

/** Sub-status numbers are an open set in the documents; the first digit follows the status. */
const SUB_STATUSES: Record<SearchType, readonly (readonly [number, number])[]> = {
  1: [
    [2001, 0.86],
    [3001, 0.08],
    [3002, 0.06],
  ],
  4: [
    [4001, 0.6],
    [4002, 0.4],
  ],
  5: [[5001, 1]],
  6: [[6001, 1]],
};

export const ON_SALE_SUB_STATUS = 2001;
export const OFF_SHELF_SUB_STATUS = 3001;

export function isOnSale(product: Product): boolean {
  return product.searchType === 1 && product.subStatus === ON_SALE_SUB_STATUS;
}

/** A price in minor units that ends like a shop's price, scaled from US cents to the shop's currency. */
function priceMinor(prng: Prng, shop: Shop): number {
  const usCents = Math.round(299 + prng.next() ** 2.4 * 5200);
  return Math.max(1, Math.round(usCents * shop.minorPerUsCent));
}

function makeSku(prng: Prng, index: number, outGoodsSn: string, base: number, atMs: number): Sku {
  const colour = prng.pick(COLOURS);
  const size = SIZES[index % SIZES.length] ?? prng.pick(SIZES);
  const basePriceMinor = Math.max(1, Math.round(base * (1 + index * 0.06)));
  const retailPriceMinor = Math.round(basePriceMinor * (1.25 + prng.next() * 0.5));
  return {
    skuId: Number(`17${prng.digits(12)}`),
    skuSn: `${outGoodsSn}-${index + 1}`,
    productId: Number(prng.digits(10)),
    productSkuId: Number(prng.digits(11)),
    specEn: `${colour[0]} / ${size[0]}`,
    specZh: `${colour[1]} / ${size[1]}`,
    specIds: [
      { specId: prng.int(10_000, 99_999), parentSpecId: 1001 },
      { specId: prng.int(10_000, 99_999), parentSpecId: 3001 },
    ],
    stock: prng.chance(0.09) ? 0 : Math.floor(prng.next() ** 2 * 900) + 1,
    basePriceMinor,
    retailPriceMinor,
    listPriceMinor: Math.round(retailPriceMinor * 1.4),
    soldFactor: prng.weighted([
      [1, 0.93],
      [2, 0.05],
      [3, 0.02],
    ]),
    weightGrams: prng.int(40, 2400),
    sizeCm: [prng.int(5, 60), prng.int(5, 45), prng.int(2, 30)],
    statusChangedAtMs: atMs,
  };
}

export function makeProduct(prng: Prng, shop: Shop, searchType: SearchType, createdAtMs: number): Product {
  const style = prng.pick(STYLES);
  const goods = prng.pick(GOODS);
  const use = prng.pick(USES);
  const outGoodsSn = `SB-${prng.digits(7)}`;
  const base = priceMinor(prng, shop);
  const skuCount = prng.weighted([
    [1, 0.36],
    [2, 0.27],
    [3, 0.19],
    [4, 0.11],
    [5, 0.07],
  ]);
  return {
    goodsId: Number(`60${prng.digits(13)}`),
    nameEn: `${style[0]} ${goods[0]} ${use[0]}`,
    nameZh: `${style[1]}${goods[1]}${use[1]}`,
    outGoodsSn,
    catId: prng.int(20_000, 39_999),
    brandId: prng.chance(0.2) ? prng.int(100_000, 999_999) : 0,
    trademarkId: 0,
    searchType,
    subStatus: prng.weighted(SUB_STATUSES[searchType]),
    createdAtMs,
    statusChangedAtMs: createdAtMs,
    skus: Array.from({ length: skuCount }, (_, index) => makeSku(prng, index, outGoodsSn, base, createdAtMs)),
  };
}

/**
 * Products by popularity, the most popular first: those are also the oldest, so that every order finds goods that
 * existed when it was placed.
 */
export function generateProducts(prng: Prng, shop: Shop): Product[] {
  const { products, deletedProducts, days, anchorSeconds } = shop.generation;
  const horizonMs = (anchorSeconds - 900) * 1000;
  const unpublished = Math.floor(products * 0.03);
  const drafts = Math.floor(products * 0.017);
  const listed = products - unpublished - drafts;
  const list: Product[] = [];
  for (let index = 0; index < products + deletedProducts; index += 1) {
    const searchType: SearchType =
      index < listed ? 1 : index < listed + unpublished ? 4 : index < products ? 5 : 6;
    const isOld = index < listed * 0.7 || searchType === 6;
    const ageDays = isOld ? days + 5 + prng.next() * 400 : 1 + prng.next() * (days + 60);
    const createdAtMs = Math.round(horizonMs - ageDays * DAY_MS);
    const product = makeProduct(prng, shop, searchType, createdAtMs);
    product.statusChangedAtMs = Math.round(createdAtMs + prng.next() * (horizonMs - createdAtMs));
    for (const sku of product.skus) sku.statusChangedAtMs = product.statusChangedAtMs;
    list.push(product);
  }
  return list;
}
