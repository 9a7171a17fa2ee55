import { isOnSale } from '../world/generate-products.js';
import type { Product } from '../world/types.js';
import { trafficOf } from './goods-views.js';

export function matchesText(product: Product, text: string | undefined): boolean {
  if (text === undefined || text === '') return true;
  const wanted = text.toLowerCase();
  return [product.nameEn, product.nameZh, product.outGoodsSn, String(product.goodsId)].some((candidate) =>
    candidate.toLowerCase().includes(wanted),
  );
}

/** An empty list filters nothing. */
export function isListed<T>(list: readonly T[] | undefined, value: T): boolean {
  return list === undefined || list.length === 0 || list.includes(value);
}

/** Milliseconds; one bound alone is not refused in the documents of the goods calls. */
export function isInRange(value: number, from: number | undefined, to: number | undefined): boolean {
  return (from === undefined || value >= from) && (to === undefined || value <= to);
}

/** The newer filters have the numbers of the older ones; 0 filters nothing. */
export function isOfNumber(value: number, wanted: number | undefined): boolean {
  return wanted === undefined || wanted === 0 || value === wanted;
}

const LOW_TRAFFIC = 1;
const RESTRICTED_TRAFFIC = 4;

/** Any of the tags asked for. */
export function hasTag(product: Product, tags: readonly number[] | undefined): boolean {
  if (tags === undefined || tags.length === 0) return true;
  const { lowTrafficTag, restrictedTrafficTag } = trafficOf(product);
  return (
    (tags.includes(LOW_TRAFFIC) && lowTrafficTag === 1) ||
    (tags.includes(RESTRICTED_TRAFFIC) && restrictedTrafficTag === 1)
  );
}

/** The words of the retrieve calls. `ALL`, of goods only, leaves the deleted out. */
export function hasStatus(product: Product, word: string): boolean {
  switch (word) {
    case 'ALL':
      return product.searchType !== 6;
    case 'ACTIVE':
      return isOnSale(product);
    case 'INACTIVE':
      return product.searchType === 1 && !isOnSale(product);
    case 'INCOMPLETE':
      return product.searchType === 4;
    case 'DRAFT':
      return product.searchType === 5;
    default:
      return product.searchType === 6;
  }
}
