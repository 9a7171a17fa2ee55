import { ask, gateway } from '../../api/client';
import type { AfterSalesStatus, AfterSalesType } from '../../api/types';

export const AFTER_SALES_KEY = 'after-sales';

export const AFTER_SALES_STATUSES = [
  'refund_requested',
  'return_requested',
  'label_wanted',
  'return_shipped',
  'return_received',
  'refund_in_progress',
  'platform_review',
  'refunded',
  'rejected',
  'cancelled_by_buyer',
  'unknown',
] as const satisfies readonly AfterSalesStatus[];
export const AFTER_SALES_TYPES = [
  'refund_only',
  'return_and_refund',
  'unknown',
] as const satisfies readonly AfterSalesType[];

/** The filters of the list, except those that the tabs choose. */
export interface CaseFilters {
  shopId?: string[];
  type?: AfterSalesType;
  search?: string;
  /** Days of each shop, both included. */
  openedFromDay?: string;
  openedToDay?: string;
  actBefore?: string;
}

export interface CaseChoice {
  status?: AfterSalesStatus[];
  open?: boolean;
}

export const listCases = (
  filters: CaseFilters & CaseChoice,
  page: { cursor: string | undefined; limit: number },
) => ask(gateway.GET('/api/v1/after-sales', { params: { query: { ...filters, ...page } } }));

export const countCases = (filters: CaseFilters) =>
  ask(gateway.GET('/api/v1/after-sales/counts', { params: { query: filters } }));

export interface CaseKey {
  shopId: string;
  caseNumber: string;
}

export const readCase = (path: CaseKey) =>
  ask(gateway.GET('/api/v1/after-sales/{shopId}/{caseNumber}', { params: { path } }));
