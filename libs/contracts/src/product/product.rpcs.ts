import { defineRpc } from '../kernel/define-rpc.js';
import { IsId } from '../kernel/fields.js';
import type { Page } from '../kernel/page.js';
import { type Product, type ProductCounts, ProductFilters, ProductKey } from './product.js';

export class ProductShopInput {
  @IsId('shop')
  shopId!: string;
}

/** All products of one shop: equal sums mean equal versions. */
export interface ProductChecksum {
  products: number;
  versionSum: number;
}

export const Products = {
  list: defineRpc('product', 'product', 'list', 1, {
    input: ProductFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Page<Product>>(),
  count: defineRpc('product', 'product', 'count', 1, {
    input: ProductFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<ProductCounts>(),
  get: defineRpc('product', 'product', 'get', 1, {
    input: ProductKey,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Product>(),
  /** For consumers that compare what they hold with the owner. */
  checksum: defineRpc('product', 'product', 'checksum', 1, {
    input: ProductShopInput,
    kind: 'query',
    callers: ['admin'],
  }).answers<ProductChecksum>(),
  /** Emits the current state of a shop's products again, for consumers that have lost or missed some. */
  emit: defineRpc('product', 'product', 'emit', 1, {
    input: ProductShopInput,
    kind: 'command',
    callers: ['admin'],
    timeoutMs: 60_000,
  }).answers<{ products: number }>(),
} as const;
