import { ask, gateway } from '../../api/client';
import type { Span } from '../../api/types';

export const FIGURES_KEY = 'figures';

export interface FigureFilters {
  shopId?: string;
  span: Span;
  includeToday: boolean;
}

const TOP_SKUS = 10;

export const readOverview = (query: FigureFilters) =>
  ask(gateway.GET('/api/v1/figures/overview', { params: { query } }));

export const readTrend = (query: FigureFilters) =>
  ask(gateway.GET('/api/v1/figures/trend', { params: { query } }));

export const readSalesRank = (query: FigureFilters) =>
  ask(gateway.GET('/api/v1/figures/sales-rank', { params: { query: { ...query, limit: TOP_SKUS } } }));

export const readDefinitions = () => ask(gateway.GET('/api/v1/figures/definitions'));

export const readRevenueCheck = (
  query: FigureFilters & { currency: string; cursor: string | undefined; limit: number },
) => ask(gateway.GET('/api/v1/figures/revenue-check', { params: { query } }));
