import { ask, gateway } from '../../api/client';
import type { FiltersOf } from '../../api/types';

export const PROMOTIONS_KEY = 'promotions';

export type PromotionFilters = FiltersOf<'Promotions_list'>;

interface PageQuery {
  cursor: string | undefined;
  limit: number;
}

export const listPromotions = (filters: PromotionFilters, page: PageQuery) =>
  ask(gateway.GET('/api/v1/promotions', { params: { query: { ...filters, ...page } } }));

export const countPromotions = (filters: PromotionFilters) =>
  ask(gateway.GET('/api/v1/promotions/counts', { params: { query: filters } }));

export interface PromotionKey {
  shopId: string;
  promotionId: string;
}

export const readPromotion = (path: PromotionKey) =>
  ask(gateway.GET('/api/v1/promotions/{shopId}/{promotionId}', { params: { path } }));

export const listPromotionProducts = (path: PromotionKey, query: PageQuery) =>
  ask(gateway.GET('/api/v1/promotions/{shopId}/{promotionId}/products', { params: { path, query } }));
