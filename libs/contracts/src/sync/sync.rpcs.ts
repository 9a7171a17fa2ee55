import { defineBroadcast } from '../kernel/define-broadcast.js';
import { defineRpc } from '../kernel/define-rpc.js';
import type { Page } from '../kernel/page.js';
import {
  CountQuarantined,
  ListQuarantined,
  type QuarantineCounts,
  QuarantinedKey,
  type QuarantinedRecord,
  type QuarantinedRecordDetail,
  type QuarantineRetryStarted,
  RetryQuarantined,
} from './quarantine.js';
import { ListSyncHealth, type ShopSyncHealth } from './sync-health.js';
import {
  ListSyncLog,
  ListSyncRuns,
  ORDER_SYNC_KINDS,
  PRODUCT_SYNC_KINDS,
  StartSync,
  type SyncLogLine,
  type SyncRun,
  SyncRunId,
} from './sync-run.js';

/** Runs are kept by the service whose data they read; both answer the same calls. */
function syncRpcs(context: 'order' | 'product') {
  return {
    list: defineRpc(context, 'sync-run', 'list', 1, {
      input: ListSyncRuns,
      kind: 'query',
      callers: ['gateway'],
    }).answers<Page<SyncRun>>(),
    get: defineRpc(context, 'sync-run', 'get', 1, {
      input: SyncRunId,
      kind: 'query',
      callers: ['gateway', 'admin'],
    }).answers<SyncRun>(),
    log: defineRpc(context, 'sync-run', 'list-log', 1, {
      input: ListSyncLog,
      kind: 'query',
      callers: ['gateway'],
    }).answers<Page<SyncLogLine>>(),
    start: defineRpc(context, 'sync-run', 'start', 1, {
      input: StartSync,
      kind: 'command',
      callers: ['gateway', 'admin'],
    }).answers<SyncRun>(),
    cancel: defineRpc(context, 'sync-run', 'cancel', 1, {
      input: SyncRunId,
      kind: 'command',
      callers: ['gateway'],
    }).answers<SyncRun>(),
    retry: defineRpc(context, 'sync-run', 'retry', 1, {
      input: SyncRunId,
      kind: 'command',
      callers: ['gateway'],
    }).answers<SyncRun>(),
    health: defineRpc(context, 'sync-health', 'list', 1, {
      input: ListSyncHealth,
      kind: 'query',
      callers: ['gateway'],
    }).answers<Page<ShopSyncHealth>>(),
    quarantine: {
      list: defineRpc(context, 'quarantine', 'list', 1, {
        input: ListQuarantined,
        kind: 'query',
        callers: ['gateway'],
      }).answers<Page<QuarantinedRecord>>(),
      count: defineRpc(context, 'quarantine', 'count', 1, {
        input: CountQuarantined,
        kind: 'query',
        callers: ['gateway'],
      }).answers<QuarantineCounts>(),
      get: defineRpc(context, 'quarantine', 'get', 1, {
        input: QuarantinedKey,
        kind: 'query',
        callers: ['gateway'],
      }).answers<QuarantinedRecordDetail>(),
      /** Asks the marketplace for the one record, now. */
      retry: defineRpc(context, 'quarantine', 'retry', 1, {
        input: QuarantinedKey,
        kind: 'command',
        callers: ['gateway'],
        timeoutMs: 20_000,
      }).answers<QuarantinedRecordDetail>(),
      retryAll: defineRpc(context, 'quarantine', 'retry-all', 1, {
        input: RetryQuarantined,
        kind: 'command',
        callers: ['gateway'],
      }).answers<QuarantineRetryStarted>(),
    },
    /** For pages that watch: at most a few a second for each run. */
    progressed: defineBroadcast<SyncRun>(
      context,
      'sync-run',
      'progressed',
      1,
      'The state of a sync run, for live pages',
      ['gateway'],
    ),
  } as const;
}

export type SyncRpcs = ReturnType<typeof syncRpcs>;

/** With the kinds of runs that the service must have a handler for: without one it does not compile, and does not start. */
export const OrderSync = { ...syncRpcs('order'), kinds: ORDER_SYNC_KINDS } as const;
export const ProductSync = { ...syncRpcs('product'), kinds: PRODUCT_SYNC_KINDS } as const;
