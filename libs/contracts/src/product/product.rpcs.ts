import { defineRpc } from '../kernel/define-rpc.js';
import type { PageWithLacks } from '../kernel/not-available.js';
import { type Product, type ProductCounts, ProductFilters, ProductKey } from './product.js';

export const Products = {
  list: defineRpc('product', 'product', 'list', 1, {
    input: ProductFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<PageWithLacks<Product>>(),
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
} as const;
