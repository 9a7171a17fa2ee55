import type { FiltersOf, Page, SyncDomain, SyncRun, SyncStatus } from '../../api/types';
import { membersOf, SYNC_DOMAINS } from '../../api/vocabularies';
import { domainOf } from './kinds';

export type RunFilters = FiltersOf<'Sync_list'>;

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
  return IS_ACTIVE[run.status];
}

const IS_ACTIVE: Readonly<Record<SyncStatus, boolean>> = {
  queued: true,
  running: true,
  waiting: true,
  succeeded: false,
  failed: false,
  cancelled: false,
};

/** Two lists as one, each of them being newest first. */
function merged(some: readonly SyncRun[], others: readonly SyncRun[]): SyncRun[] {
  const [left, right] = [[...some], [...others]];
  const rows: SyncRun[] = [];
  for (;;) {
    const [a, b] = [left[0], right[0]];
    const newest = b === undefined || (a !== undefined && a.createdAt >= b.createdAt) ? left : right;
    const run = newest.shift();
    if (run === undefined) return rows;
    rows.push(run);
  }
}

type ReadRuns = (
  domain: SyncDomain,
  page: { cursor: string | undefined; limit: number },
) => Promise<Page<SyncRun>>;

/** Where the list goes on in each service: null is its beginning, and a service that is not named has no more. */
type Place = Partial<Record<SyncDomain, string | null>>;

/**
 * One page of the runs of several services as one list, newest first. A cursor leads on behind a whole page only, so one is
 * asked for behind the last run that came onto this page.
 * @param cursor of the page before
 */
export async function readMerged(
  domains: readonly SyncDomain[],
  read: ReadRuns,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<Page<SyncRun>> {
  const place: Place =
    cursor === undefined
      ? Object.fromEntries(domains.map((domain) => [domain, null]))
      : (JSON.parse(cursor) as Place);
  const parts = await Promise.all(
    SYNC_DOMAINS.filter((domain) => place[domain] !== undefined).map(async (domain) => {
      const from = place[domain] ?? undefined;
      return { domain, from, page: await read(domain, { cursor: from, limit }) };
    }),
  );
  const all = parts.reduce<SyncRun[]>((before, { page }) => merged(before, page.rows), []);
  const rows = all.slice(0, limit);
  const shown = new Set(rows);
  const next: Place = {};
  for (const { domain, from, page } of parts) {
    const taken = page.rows.filter((run) => shown.has(run)).length;
    if (taken === 0 && page.rows.length > 0) next[domain] = from ?? null;
    else {
      const behind = taken === page.rows.length ? page : await read(domain, { cursor: from, limit: taken });
      if (behind.nextCursor !== null) next[domain] = behind.nextCursor;
    }
  }
  return { rows, nextCursor: Object.keys(next).length > 0 ? JSON.stringify(next) : null };
}

/** A run that arrives by itself belongs to a list when each filter lets it in. */
const IS_WANTED: { readonly [Name in keyof RunFilters]-?: (run: SyncRun) => RunFilters[Name] } = {
  shopId: (run) => run.shopId,
  kind: (run) => run.kind,
  status: (run) => run.status,
};

export function matches(run: SyncRun, filters: RunFilters): boolean {
  return membersOf(IS_WANTED).every(
    (name) => filters[name] === undefined || filters[name] === IS_WANTED[name](run),
  );
}

/**
 * The same page with the run's newest state in its place. A run that is not there comes onto the first page, if it belongs
 * there: on a further one it would be shown twice.
 */
export function withRun<Runs extends Page<SyncRun>>(
  page: Runs,
  run: SyncRun,
  filters: RunFilters,
  isFirst = true,
): Runs {
  const isWanted = matches(run, filters);
  if (page.rows.some(({ id }) => id === run.id)) {
    const rows = page.rows.flatMap((row) => (row.id !== run.id ? [row] : isWanted ? [newer(row, run)] : []));
    return { ...page, rows };
  }
  const oldest = page.rows.at(-1);
  const isOlder = page.nextCursor !== null && oldest !== undefined && run.createdAt < oldest.createdAt;
  if (!isFirst || !isWanted || isOlder) return page;
  return { ...page, rows: merged([run], page.rows) };
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

/** Which services can hold runs that match. */
export function domainsFor(filters: RunFilters): SyncDomain[] {
  return filters.kind === undefined ? [...SYNC_DOMAINS] : [domainOf(filters.kind)];
}
