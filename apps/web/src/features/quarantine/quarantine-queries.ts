import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';
import type { QuarantineCount, QuarantinedKind, QuarantinedRecord } from '../../api/types';
import { useSession } from '../session/session';
import type { SyncDomain } from '../sync/kinds';

export const QUARANTINE_KEY = 'quarantine';

/** What each service keeps aside. */
export const QUARANTINED_KINDS = {
  orders: ['orders', 'amounts', 'addresses', 'after_sales'],
  products: ['products', 'skus', 'promotions', 'promotion_products'],
} as const satisfies Record<SyncDomain, readonly QuarantinedKind[]>;

export function domainOfRecord({ kind }: { kind: QuarantinedKind }): SyncDomain {
  return QUARANTINED_KINDS.products.some((each) => each === kind) ? 'products' : 'orders';
}

export interface QuarantineFilters {
  shopId?: string[];
  kind?: QuarantinedKind;
  resolved?: boolean;
}

export const listQuarantined = (
  domain: SyncDomain,
  filters: QuarantineFilters,
  page: { cursor?: string; limit: number },
) =>
  ask(
    gateway.GET('/api/v1/quarantine/{domain}', {
      params: { path: { domain }, query: { ...filters, ...page } },
    }),
  );

/** Which record: its id is the marketplace's and may hold anything, so it never stands in a path. */
export type RecordKey = Pick<QuarantinedRecord, 'shopId' | 'kind' | 'platformId'>;

export const readRecord = ({ shopId, kind, platformId }: RecordKey) =>
  ask(
    gateway.GET('/api/v1/quarantine/{domain}/record', {
      params: { path: { domain: domainOfRecord({ kind }) }, query: { shopId, kind, platformId } },
    }),
  );

export const retryRecord = ({ shopId, kind, platformId }: RecordKey) =>
  ask(
    gateway.POST('/api/v1/quarantine/{domain}/record/retry', {
      params: { path: { domain: domainOfRecord({ kind }) } },
      body: { shopId, kind, platformId },
    }),
  );

export const retryShop = (domain: SyncDomain, shopId: string) =>
  ask(gateway.POST('/api/v1/quarantine/{domain}/retry', { params: { path: { domain } }, body: { shopId } }));

async function readCounts(): Promise<QuarantineCount[]> {
  const read = (domain: SyncDomain) =>
    ask(gateway.GET('/api/v1/quarantine/{domain}/counts', { params: { path: { domain } } }));
  const [orders, products] = await Promise.all([read('orders'), read('products')]);
  return [...orders.rows, ...products.rows];
}

/** Of every shop that the reader may see. */
export function useQuarantineCounts() {
  const { can } = useSession();
  return useQuery({
    queryKey: [QUARANTINE_KEY, 'counts'],
    queryFn: readCounts,
    enabled: can('sync.read'),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}

export function openCount(counts: readonly QuarantineCount[], domain?: SyncDomain, shopId?: string): number {
  return counts
    .filter((each) => domain === undefined || domainOfRecord(each) === domain)
    .filter((each) => shopId === undefined || each.shopId === shopId)
    .reduce((sum, each) => sum + each.open, 0);
}
