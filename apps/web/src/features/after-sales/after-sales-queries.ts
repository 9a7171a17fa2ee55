import { ask, gateway } from '../../api/client';
import type { FiltersOf } from '../../api/types';

export const AFTER_SALES_KEY = 'after-sales';

export type CaseFilters = FiltersOf<'AfterSales_list'>;

export const listCases = (filters: CaseFilters, page: { cursor: string | undefined; limit: number }) =>
  ask(gateway.GET('/api/v1/after-sales', { params: { query: { ...filters, ...page } } }));

export const countCases = (filters: CaseFilters) =>
  ask(gateway.GET('/api/v1/after-sales/counts', { params: { query: filters } }));

export interface CaseKey {
  shopId: string;
  caseNumber: string;
}

export const readCase = (path: CaseKey) =>
  ask(gateway.GET('/api/v1/after-sales/{shopId}/{caseNumber}', { params: { path } }));
