import { ask, gateway } from '../../api/client';
import type { Page, StartSync, SyncKind, SyncLogLine, SyncRun, SyncStatus } from '../../api/types';

/** Runs are kept by the service whose data they read. */
export type SyncDomain = 'orders' | 'products';

export function domainOf(kind: SyncKind): SyncDomain {
  return kind === 'products' ? 'products' : 'orders';
}

export interface RunFilters {
  shopId?: string;
  kind?: SyncKind;
  status?: SyncStatus;
}

interface RunQuery extends RunFilters {
  cursor?: string;
  limit?: number;
}

export function listRuns(domain: SyncDomain, query: RunQuery): Promise<Page<SyncRun>> {
  return ask(gateway.GET('/api/v1/sync/{domain}/runs', { params: { path: { domain }, query } }));
}

export function startSync(body: StartSync): Promise<SyncRun> {
  const path = { domain: domainOf(body.kind) };
  return ask(gateway.POST('/api/v1/sync/{domain}/runs', { params: { path }, body }));
}

/** Oldest lines first. */
export function readRunLog(run: SyncRun, cursor: string | undefined): Promise<Page<SyncLogLine>> {
  const params = { path: pathOf(run), query: { cursor, limit: 200 } };
  return ask(gateway.GET('/api/v1/sync/{domain}/runs/{id}/log', { params }));
}

export function cancelRun(run: SyncRun): Promise<SyncRun> {
  return ask(gateway.POST('/api/v1/sync/{domain}/runs/{id}/cancel', { params: { path: pathOf(run) } }));
}

export function retryRun(run: SyncRun): Promise<SyncRun> {
  return ask(gateway.POST('/api/v1/sync/{domain}/runs/{id}/retry', { params: { path: pathOf(run) } }));
}

function pathOf(run: SyncRun): { domain: SyncDomain; id: string } {
  return { domain: domainOf(run.kind), id: run.id };
}

export const LIVE_RUNS_URL = '/api/v1/sync/events';
