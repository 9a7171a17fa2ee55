import { defineRpc } from '../kernel/define-rpc.js';
import type { Page } from '../kernel/page.js';
import {
  type Promotion,
  type PromotionCounts,
  PromotionFilters,
  type PromotionGoods,
  PromotionGoodsFilters,
  PromotionKey,
} from './promotion.js';

export const Promotions = {
  list: defineRpc('product', 'promotion', 'list', 1, {
    input: PromotionFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Page<Promotion>>(),
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
  goods: defineRpc('product', 'promotion', 'goods', 1, {
    input: PromotionGoodsFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Page<PromotionGoods>>(),
} as const;
