import type { SyncKind } from '#contracts';
import { type CallContext, isMarketplaceError, type MarketplaceCredentials } from '#marketplace';
import type { Database, Transaction } from '#runtime';
import { type Lease, proveLease } from './lease.js';
import { addLogLine, type RunProgress, recordProgress, type SyncRunRow } from './sync-run.store.js';

/** Where a run gets the shop's token from. */
export interface CredentialSource {
  lease(shopId: string): Promise<MarketplaceCredentials>;
  /** Tells auth-service that the marketplace refused the token; false when a newer one is there. */
  reject(
    shopId: string,
    version: number,
    reason: 'token' | 'scope',
    details: { platformCode?: string; operation?: string },
  ): Promise<{ isCurrent: boolean }>;
}

/**
 * Makes a marketplace call for a shop. A call refused for a token that was replaced meanwhile leases again, once; only
 * a refusal of the current token marks the shop.
 */
export async function callForShop<T>(
  credentials: CredentialSource,
  shopId: string,
  options: Omit<CallContext, 'credentials'>,
  call: (context: CallContext) => Promise<T>,
): Promise<T> {
  const leased = await credentials.lease(shopId);
  try {
    return await call({ ...options, credentials: leased });
  } catch (error) {
    if (!isMarketplaceError(error) || (error.kind !== 'token' && error.kind !== 'scope')) throw error;
    const { isCurrent } = await credentials.reject(shopId, leased.version, error.kind, {
      ...(error.platformCode === null ? {} : { platformCode: error.platformCode }),
      operation: error.operation,
    });
    if (isCurrent) throw error;
    return call({ ...options, credentials: await credentials.lease(shopId) });
  }
}

/** What a handler needs to work on one run: its calls, its transactions, its log. */
export class RunContext {
  /** Calls made since they were last written down. */
  private uncountedCalls = 0;

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialSource,
    private readonly lease: Lease,
    private row: SyncRunRow,
    readonly signal: AbortSignal,
    private readonly onProgress: (row: SyncRunRow) => void,
  ) {}

  get run(): SyncRunRow {
    return this.row;
  }

  get shopId(): string {
    return this.row.shop_id;
  }

  get kind(): SyncKind {
    return this.row.kind;
  }

  call<T>(call: (context: CallContext) => Promise<T>): Promise<T> {
    return callForShop(
      this.credentials,
      this.shopId,
      {
        signal: this.signal,
        priority: this.row.trigger === 'manual' ? 'interactive' : 'background',
        onCall: () => {
          this.uncountedCalls += 1;
        },
      },
      call,
    );
  }

  /**
   * One transaction of the run: the fence first, then the work, then the progress that the work reports.
   * @throws LeaseLost when another replica has taken over; nothing is written then.
   */
  async commit(work: (tx: Transaction) => Promise<RunProgress>): Promise<void> {
    this.signal.throwIfAborted();
    const calls = this.uncountedCalls;
    this.row = await this.database.transaction(async (tx) => {
      await proveLease(tx, this.lease);
      const progress = await work(tx);
      return recordProgress(tx, this.row.id, { ...progress, apiCallsDelta: calls });
    });
    this.uncountedCalls -= calls;
    this.onProgress(this.row);
  }

  log(level: 'info' | 'warn' | 'error', message: string): Promise<void> {
    return addLogLine(this.database, this.row.id, level, message);
  }

  takeUncountedCalls(): number {
    const calls = this.uncountedCalls;
    this.uncountedCalls = 0;
    return calls;
  }
}
