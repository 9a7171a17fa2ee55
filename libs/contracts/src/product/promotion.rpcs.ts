import { defineRpc } from '../kernel/define-rpc.js';
import type { PageWithLacks } from '../kernel/not-available.js';
import type { Page } from '../kernel/page.js';
import {
  type Promotion,
  type PromotionCounts,
  PromotionFilters,
  PromotionKey,
  type PromotionProduct,
  PromotionProductsFilters,
} from './promotion.js';

export const Promotions = {
  list: defineRpc('product', 'promotion', 'list', 1, {
    input: PromotionFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<PageWithLacks<Promotion>>(),
  count: defineRpc('product', 'promotion', 'count', 1, {
    input: PromotionFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<PromotionCounts>(),
  get: defineRpc('product', 'promotion', 'get', 1, {
    input: PromotionKey,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Promotion>(),
  /** The products that take part, or once did; a page at a time. */
  products: defineRpc('product', 'promotion', 'list-products', 1, {
    input: PromotionProductsFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Page<PromotionProduct>>(),
} as const;
