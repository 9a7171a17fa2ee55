import { useQuery } from '@tanstack/react-query';
import type { Page, SyncRun } from '../../api/types';
import { useCursorList } from '../../ui/cursor-list';
import { RUNS_KEY, useLiveState } from './live-runs';
import { domainsFor, isActive, type RunFilters, readMerged } from './runs';
import { listRuns } from './sync-api';

const NEWEST = 60;
const POLL_BUSY_MS = 2_000;
const POLL_IDLE_MS = 10_000;
/** With a live line, a slow look makes up for an event that got lost. */
const POLL_LIVE_MS = 20_000;

const NO_RUNS: readonly SyncRun[] = [];

function reader(filters: RunFilters) {
  return (page: { cursor: string | undefined; limit: number }) =>
    readMerged(domainsFor(filters), (domain, part) => listRuns(domain, { ...filters, ...part }), page);
}

/** How long until the runs are asked for again. */
function usePollMs(): (runs: readonly SyncRun[]) => number {
  const live = useLiveState();
  return (runs) => (live === 'live' ? POLL_LIVE_MS : runs.some(isActive) ? POLL_BUSY_MS : POLL_IDLE_MS);
}

/** The newest runs of both services, newest first, kept fresh by events or by asking. */
export function useRuns(filters: RunFilters, isEnabled = true) {
  const pollMs = usePollMs();
  const query = useQuery<Page<SyncRun>>({
    queryKey: [RUNS_KEY, filters],
    enabled: isEnabled,
    queryFn: () => reader(filters)({ cursor: undefined, limit: NEWEST }),
    refetchInterval: ({ state }) => pollMs(state.data?.rows ?? []),
  });
  return {
    query,
    runs: query.data?.rows ?? NO_RUNS,
    /** There are older ones. */
    hasMore: typeof query.data?.nextCursor === 'string',
  };
}

/** All runs of both services page after page, the first page kept fresh. */
export function useRunList(filters: RunFilters) {
  return useCursorList<SyncRun>([RUNS_KEY, filters], reader(filters), { watchEveryMs: usePollMs() });
}
