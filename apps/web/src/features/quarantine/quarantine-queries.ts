import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';
import type {
  FiltersOf,
  QuarantineCount,
  QuarantinedKind,
  QuarantinedRecord,
  SyncDomain,
} from '../../api/types';
import { QUARANTINED_KINDS, SYNC_DOMAINS } from '../../api/vocabularies';
import { useSession } from '../session/session';

export const QUARANTINE_KEY = 'quarantine';

/** Which service keeps what aside. */
const DOMAIN_OF: Readonly<Record<QuarantinedKind, SyncDomain>> = {
  orders: 'orders',
  amounts: 'orders',
  addresses: 'orders',
  after_sales: 'orders',
  products: 'products',
  skus: 'products',
  promotions: 'products',
  promotion_products: 'products',
};

export function domainOfRecord({ kind }: { kind: QuarantinedKind }): SyncDomain {
  return DOMAIN_OF[kind];
}

export function recordKindsOf(domain: SyncDomain): QuarantinedKind[] {
  return QUARANTINED_KINDS.filter((kind) => DOMAIN_OF[kind] === domain);
}

export type QuarantineFilters = FiltersOf<'Quarantine_list'>;

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
  const counts = await Promise.all(SYNC_DOMAINS.map(read));
  return counts.flatMap(({ rows }) => rows);
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
