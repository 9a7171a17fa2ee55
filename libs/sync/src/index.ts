export { clockOffset } from './clock-offset.js';
export { SyncConfig } from './config.js';
export { CredentialLeases, type CredentialLeasesOptions } from './credential-leases.js';
export { faultOf, PASSING_FAULTS_IN_A_ROW } from './fault-of.js';
export { type KnownShop, KnownShops } from './known-shops.js';
export { LEASE_MS, type Lease, LeaseLost, proveLease, releaseLease, takeLease } from './lease.js';
export { decideOutcome, type Outcome } from './outcome.js';
export { quarantine, resolveQuarantined } from './quarantine.js';
export type { QuarantineReader } from './quarantine-retries.js';
export * from './reading/index.js';
export { refusalOf } from './refusal-of.js';
export { isRefused } from './refused-kinds.js';
export { type CredentialSource, RunContext } from './run-context.js';
export { RunWorker, type SyncKindHandler } from './run-worker.js';
export { saidOf } from './said-of.js';
export { queueDueRuns, queueShop } from './schedule.js';
export { ShopConnectors } from './shop-connectors.js';
export { isRecordsOwnFault, type StoredApart, type Storing, storeBadApart } from './store-bad-apart.js';
export { SyncModule } from './sync.module.js';
export {
  findOpenRun,
  type NewRun,
  queueRun,
  type RunProgress,
  type SyncRunRow,
  toSyncRun,
} from './sync-run.store.js';
export { SyncRuns } from './sync-runs.js';
export { RETRY_AND_ALARM_DDL, SYNC_DDL } from './sync-tables.js';
