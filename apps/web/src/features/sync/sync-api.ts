import { ask, gateway } from '../../api/client';
import type { Page, StartSync, SyncDomain, SyncLogLine, SyncRun } from '../../api/types';
import { domainOf } from './kinds';
import type { RunFilters } from './runs';

type RunQuery = RunFilters & { cursor?: string; limit?: number };

export function listRuns(domain: SyncDomain, query: RunQuery): Promise<Page<SyncRun>> {
  return ask(gateway.GET('/api/v1/sync/{domain}/runs', { params: { path: { domain }, query } }));
}

export function startSync(body: StartSync): Promise<SyncRun> {
  const path = { domain: domainOf(body.kind) };
  return ask(gateway.POST('/api/v1/sync/{domain}/runs', { params: { path }, body }));
}

export interface RunKey {
  domain: SyncDomain;
  id: string;
}

export function readRun(path: RunKey): Promise<SyncRun> {
  return ask(gateway.GET('/api/v1/sync/{domain}/runs/{id}', { params: { path } }));
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

export function pathOf(run: SyncRun): RunKey {
  return { domain: domainOf(run.kind), id: run.id };
}

export const LIVE_RUNS_URL = '/api/v1/sync/events';
