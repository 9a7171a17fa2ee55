import { useInfiniteQuery } from '@tanstack/react-query';
import type { SyncDomain } from './kinds';
import { RUNS_KEY, useLiveState } from './live-runs';
import { allRuns, domainsFor, isActive, mergePages, type RunFilters, type RunsPage } from './runs';
import { listRuns } from './sync-api';

const PAGE_LIMIT = 30;
const POLL_BUSY_MS = 2_000;
const POLL_IDLE_MS = 10_000;
/** With a live line, a slow look makes up for an event that got lost. */
const POLL_LIVE_MS = 20_000;

type Position = Partial<Record<SyncDomain, string>> | null;

/** The runs of both services as one list, newest first, kept fresh by events or by asking. */
export function useRuns(filters: RunFilters, isEnabled = true) {
  const live = useLiveState();
  const query = useInfiniteQuery({
    queryKey: [RUNS_KEY, filters],
    enabled: isEnabled,
    initialPageParam: null as Position,
    queryFn: async ({ pageParam }): Promise<RunsPage> => {
      const domains = domainsFor(filters).filter((each) => pageParam === null || pageParam[each]);
      const read = (domain: SyncDomain) =>
        domains.includes(domain)
          ? listRuns(domain, { ...filters, cursor: pageParam?.[domain], limit: PAGE_LIMIT })
          : undefined;
      const [orders, products] = await Promise.all([read('orders'), read('products')]);
      return mergePages({ orders, products });
    },
    getNextPageParam: ({ next }): Position | undefined => {
      if (next.orders === null && next.products === null) return undefined;
      return { orders: next.orders ?? undefined, products: next.products ?? undefined };
    },
    refetchInterval: ({ state }) => {
      if (live === 'live') return POLL_LIVE_MS;
      return allRuns(state.data?.pages ?? []).some(isActive) ? POLL_BUSY_MS : POLL_IDLE_MS;
    },
  });
  return { query, runs: allRuns(query.data?.pages ?? []) };
}
