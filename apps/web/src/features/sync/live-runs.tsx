import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { Page, SyncRun } from '../../api/types';
import { ME_KEY, readMe, useSession } from '../session/session';
import { isActive, type RunFilters, withRun } from './runs';
import { LIVE_RUNS_URL } from './sync-api';

export const RUNS_KEY = 'sync-runs';

/** `live`: progress arrives by itself. `polling`: the line is cut, so lists ask every few seconds. */
export type LiveState = 'live' | 'polling';

const LiveContext = createContext<LiveState>('polling');

export const useLiveState = () => useContext(LiveContext);

const RECONNECT_MS = 10_000;
/** While a run goes on, pages that show its records are refreshed at most this often. */
const RECORDS_REFRESH_MS = 4_000;

/** Which lists and figures grow while a run goes on. */
const GROWING: Readonly<Record<SyncRun['kind'], readonly string[]>> = {
  orders: ['orders', 'figures', 'quarantine', 'completeness', 'sync-health'],
  amounts: ['orders', 'figures'],
  addresses: ['orders'],
  after_sales: ['orders', 'after-sales', 'sync-health'],
  audit: ['completeness', 'orders', 'quarantine'],
  products: ['products', 'quarantine', 'sync-health'],
  promotions: ['promotions', 'sync-health'],
};

function parseRun(data: string): SyncRun | null {
  try {
    const run = JSON.parse(data) as SyncRun;
    return typeof run.id === 'string' && typeof run.shopId === 'string' ? run : null;
  } catch {
    return null;
  }
}

/** One run; its log is drawn below it. */
export const runKey = (id: string) => ['sync-run', id] as const;

/** Puts the run's new state into every list of runs that is on show, and where it is opened. */
export function putRun(queryClient: QueryClient, run: SyncRun): void {
  for (const [key, data] of queryClient.getQueriesData<Page<SyncRun>>({ queryKey: [RUNS_KEY] })) {
    if (!data) continue;
    // Lists that have pages add size and page to their key.
    const [, filters = {}, , page = 1] = key as [string, RunFilters?, number?, number?];
    queryClient.setQueryData(key, withRun(data, run, filters, page === 1));
  }
  if (queryClient.getQueryData(runKey(run.id)) !== undefined) queryClient.setQueryData(runKey(run.id), run);
}

/** Keeps the one line for live progress open while somebody who may see it is signed in. */
export function LiveRunsProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const { can } = useSession();
  const mayWatch = can('sync.read');
  const [state, setState] = useState<LiveState>('polling');

  useEffect(() => {
    if (!mayWatch) return;
    let isClosed = false;
    let source: EventSource | null = null;
    let reconnectTimer: ReturnType<typeof setTimeout> | undefined;
    const refreshTimers = new Map<string, ReturnType<typeof setTimeout>>();

    function refreshRecords(run: SyncRun): void {
      // A run that fails may have found that the shop must be authorised again.
      const keys =
        run.status === 'failed' ? [...GROWING[run.kind], 'shops', 'sync-health'] : GROWING[run.kind];
      for (const key of keys) {
        const refresh = () => {
          refreshTimers.delete(key);
          void queryClient.invalidateQueries({ queryKey: [key] });
        };
        if (!isActive(run)) refresh();
        else if (!refreshTimers.has(key)) refreshTimers.set(key, setTimeout(refresh, RECORDS_REFRESH_MS));
      }
    }

    function connect(): void {
      source = new EventSource(LIVE_RUNS_URL);
      source.addEventListener('open', () => {
        setState('live');
        // What happened while the line was cut was not told.
        void queryClient.invalidateQueries({ queryKey: [RUNS_KEY] });
      });
      source.addEventListener('sync-run', (event: MessageEvent<string>) => {
        const run = parseRun(event.data);
        if (run === null) return;
        putRun(queryClient, run);
        refreshRecords(run);
      });
      source.addEventListener('error', () => {
        setState('polling');
        // The browser reconnects by itself after a cut, but never after a refusal such as 401 or 503.
        if (source?.readyState !== EventSource.CLOSED) return;
        reconnectTimer = setTimeout(connectAgain, RECONNECT_MS);
      });
    }

    /** The line ends with the access token, and only an ordinary call can renew the session. */
    function connectAgain(): void {
      queryClient.fetchQuery({ queryKey: ME_KEY, queryFn: readMe, staleTime: 0 }).then(
        (me) => {
          if (me !== null && !isClosed) connect();
        },
        () => {
          if (!isClosed) reconnectTimer = setTimeout(connectAgain, RECONNECT_MS);
        },
      );
    }

    connect();
    return () => {
      isClosed = true;
      source?.close();
      clearTimeout(reconnectTimer);
      for (const timer of refreshTimers.values()) clearTimeout(timer);
      setState('polling');
    };
  }, [mayWatch, queryClient]);

  return <LiveContext value={state}>{children}</LiveContext>;
}
