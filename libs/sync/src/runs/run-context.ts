import type { Said, SyncKind } from '#contracts';
import type { CallContext, CallPriority } from '#marketplace';
import type { Database, Transaction } from '#runtime';
import type { CredentialSource } from '../access/credential-source.js';
import { type Lease, proveLease } from './lease.js';
import { addLogLine, type RunProgress, recordProgress, type SyncRunRow } from './sync-run.store.js';
import { classOfRun, isForPerson, isNewShop, type RunClass } from './turns.js';

/** Thrown at the first call or commit after the one at which a run was asked for its place: it goes on later. */
export class GiveWay extends Error {
  override readonly name = 'GiveWay';
}

const PRIORITY_OF_CLASS: Readonly<Record<RunClass, CallPriority>> = {
  button: 'interactive',
  orders: 'background',
  lists: 'background',
  'follow-ups': 'followup',
  audits: 'bulk',
};

/** The calls of a run go in the order of its class; those of a shop that was just connected as if by a button. */
function priorityOf(run: SyncRunRow): CallPriority {
  return isNewShop(run) ? 'interactive' : PRIORITY_OF_CLASS[classOfRun(run)];
}

/** What a handler needs to work on one run: its calls, its transactions, its log. */
export class RunContext {
  /** Calls made since they were last written down. */
  private uncountedCalls = 0;
  private isAskedToGiveWay = false;
  /** Between two steps: all that was read is stored. */
  private isGivingWay = false;

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

  get isForPerson(): boolean {
    return isForPerson(this.row.trigger);
  }

  /** Others wait and no place is free: the run stops after its next commit, and goes on from there when it is its turn. */
  askToGiveWay(): void {
    this.isAskedToGiveWay = true;
  }

  /** @throws GiveWay */
  async call<T>(call: (context: CallContext) => Promise<T>): Promise<T> {
    this.throwIfGivingWay();
    return this.credentials.use(this.shopId, (credentials) =>
      call({
        credentials,
        signal: this.signal,
        priority: priorityOf(this.row),
        onCall: () => {
          this.uncountedCalls += 1;
        },
      }),
    );
  }

  /**
   * One transaction of the run: the fence first, then the work, then the progress that the work reports.
   * @throws LeaseLost when another replica has taken over, GiveWay when others are to go on; nothing is written then.
   */
  async commit(work: (tx: Transaction) => Promise<RunProgress>): Promise<void> {
    this.signal.throwIfAborted();
    this.throwIfGivingWay();
    const calls = this.uncountedCalls;
    this.row = await this.database.transaction(async (tx) => {
      await proveLease(tx, this.lease);
      const progress = await work(tx);
      return recordProgress(tx, this.row.id, { ...progress, apiCallsDelta: calls });
    });
    this.uncountedCalls -= calls;
    this.isGivingWay = this.isAskedToGiveWay;
    this.onProgress(this.row);
  }

  private throwIfGivingWay(): void {
    if (this.isGivingWay) throw new GiveWay(`the ${this.kind} of shop ${this.shopId} make way for others`);
  }

  log(level: 'info' | 'warn' | 'error', said: Said): Promise<void> {
    return addLogLine(this.database, this.row.id, level, said);
  }

  takeUncountedCalls(): number {
    const calls = this.uncountedCalls;
    this.uncountedCalls = 0;
    return calls;
  }
}
