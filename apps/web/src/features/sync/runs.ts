import type { InfiniteData } from '@tanstack/react-query';
import type { Page, SyncKind, SyncRun, SyncStatus } from '../../api/types';
import { domainOf, type SyncDomain } from './kinds';

export interface RunFilters {
  shopId?: string;
  kind?: SyncKind;
  status?: SyncStatus;
}

/** What has been read of both services: one page of each, with where each goes on. */
export interface RunsPage {
  rows: SyncRun[];
  /** Null: that service has no older runs. */
  next: Record<SyncDomain, string | null>;
}

/** Queued for a later moment: what a person asked for is read again once the marketplace's lists have caught up. */
export function isPlanned(run: SyncRun): boolean {
  return run.status === 'queued' && run.resumesAt !== null;
}

/** What a run says of its own age. `again`: when the rest is read by itself; null when no run follows. */
export interface RunAge {
  readonly asOf: string;
  readonly again: string | null;
}

/** Undefined for kinds that are not read by time, and before the run has looked at the marketplace's clock. */
export function ageOf(run: SyncRun, now: number = Date.now()): RunAge | undefined {
  if (run.asOf === null || run.status === 'failed' || run.status === 'cancelled') return undefined;
  const isAhead = run.readsAgainAt !== null && Date.parse(run.readsAgainAt) > now;
  return { asOf: run.asOf, again: isAhead ? run.readsAgainAt : null };
}

export function isActive(run: SyncRun): boolean {
  return isActiveStatus(run.status);
}

function isActiveStatus(status: SyncStatus): boolean {
  switch (status) {
    case 'queued':
    case 'running':
    case 'waiting':
      return true;
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return false;
    default:
      return status satisfies never;
  }
}

export function newestFirst(runs: readonly SyncRun[]): SyncRun[] {
  return [...runs].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
}

/** All runs of the pages, each once, newest first. */
export function allRuns(pages: readonly RunsPage[]): SyncRun[] {
  const byId = new Map<string, SyncRun>();
  // Older pages first, so that a run that stands on two pages keeps its younger state.
  for (const page of [...pages].reverse()) for (const run of page.rows) byId.set(run.id, run);
  return newestFirst([...byId.values()]);
}

export function matches(run: SyncRun, filters: RunFilters): boolean {
  return (
    (filters.shopId === undefined || filters.shopId === run.shopId) &&
    (filters.kind === undefined || filters.kind === run.kind) &&
    (filters.status === undefined || filters.status === run.status)
  );
}

/** The same pages with the run's newest state in its place; a run not seen yet comes first. */
export function withRun(
  data: InfiniteData<RunsPage>,
  run: SyncRun,
  filters: RunFilters,
): InfiniteData<RunsPage> {
  const isWanted = matches(run, filters);
  let isFound = false;
  const pages = data.pages.map((page) => {
    if (!page.rows.some((row) => row.id === run.id)) return page;
    isFound = true;
    const rows = page.rows.flatMap((row) => (row.id !== run.id ? [row] : isWanted ? [newer(row, run)] : []));
    return { ...page, rows };
  });
  const [first, ...rest] = pages;
  if (isFound || !isWanted || first === undefined) return { ...data, pages };
  return { ...data, pages: [{ ...first, rows: [run, ...first.rows] }, ...rest] };
}

/**
 * A late event of a run that has ended must not make it run again. Only a retry does, and that puts the run into the
 * queue first.
 */
function newer(known: SyncRun, arrived: SyncRun): SyncRun {
  const isLate = !isActive(known) && isActive(arrived) && arrived.status !== 'queued';
  return isLate ? known : arrived;
}

const MOST_WHILE_ACTIVE = 99.9;

/** Percent of the work that is done; null where the total is not known. */
export function percentDone(run: SyncRun): number | null {
  if (run.status === 'succeeded') return 100;
  if (run.total === null) return null;
  if (run.total === 0) return 0;
  // Records may all be read while the run still does something with them (SKUs, prices).
  const most = isActive(run) ? MOST_WHILE_ACTIVE : 100;
  return Math.min(most, Math.floor((run.done / run.total) * 1000) / 10);
}

export function mergePages(pages: Partial<Record<SyncDomain, Page<SyncRun>>>): RunsPage {
  return {
    rows: newestFirst([...(pages.orders?.rows ?? []), ...(pages.products?.rows ?? [])]),
    next: { orders: pages.orders?.nextCursor ?? null, products: pages.products?.nextCursor ?? null },
  };
}

/** Which services can hold runs that match. */
export function domainsFor(filters: RunFilters): SyncDomain[] {
  return filters.kind === undefined ? ['orders', 'products'] : [domainOf(filters.kind)];
}
