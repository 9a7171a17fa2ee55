export { CredentialLeases } from './access/credential-leases.js';
export type { CredentialSource } from './access/credential-source.js';
export {
  assertGives,
  isKindOutOfReach,
  isNotAvailable,
} from './access/out-of-reach.js';
export { refusalOf } from './access/refusal-of.js';
export { SyncConfig } from './config.js';
export { type AskedApart, askApart, type Unanswered } from './quarantine/ask-apart.js';
export { askEach, unreadableOf, withoutValues } from './quarantine/ask-each.js';
export { faultOf, isOfOneRecord, unlessRefused } from './quarantine/fault-of.js';
export { quarantine, resolveQuarantined } from './quarantine/quarantine.js';
export type { QuarantineReader } from './quarantine/quarantine-retries.js';
export { storeBadApart } from './quarantine/store-bad-apart.js';
export { clockOffset } from './reading/clock-offset.js';
export {
  askAgain,
  DUE_BATCH,
  DUE_COLUMNS,
  type DueQueue,
  type DueRecord,
  RETRY_MINUTES,
  readDueQueue,
  type StoredAnswers,
} from './reading/due-queue.js';
export * from './reading/index.js';
export { latestOfEach } from './reading/latest-of-each.js';
export { type DueKind, queueFollowUps, queueWhereDue } from './runs/follow-ups.js';
export { LEASE_MS, type Lease, takeLease } from './runs/lease.js';
export { RunContext } from './runs/run-context.js';
export { IS_OPEN } from './runs/run-states.js';
export { RunWorker, type SyncKindHandler } from './runs/run-worker.js';
export {
  findOpenRun,
  queueRun,
  type RunProgress,
  type SyncRunRow,
  toSyncRun,
} from './runs/sync-run.store.js';
export { KnownShops } from './shops/known-shops.js';
export { ShopConnectors } from './shops/shop-connectors.js';
export { SyncModule } from './sync.module.js';
export { RETRY_AND_ALARM_DDL, SYNC_DDL } from './sync-tables.js';
