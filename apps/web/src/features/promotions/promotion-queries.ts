import { ask, gateway } from '../../api/client';
import type { PromotionStatus } from '../../api/types';

export const PROMOTIONS_KEY = 'promotions';

export const PROMOTION_STATUSES = [
  'running',
  'upcoming',
  'over',
  'unknown',
] as const satisfies readonly PromotionStatus[];

export interface PromotionFilters {
  shopId?: string[];
  joined?: boolean;
  withGone?: boolean;
  emptied?: boolean;
  search?: string;
}

interface PageQuery {
  cursor: string | undefined;
  limit: number;
}

export const listPromotions = (filters: PromotionFilters & { status?: PromotionStatus }, page: PageQuery) =>
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
