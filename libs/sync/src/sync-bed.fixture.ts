import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  type Caller,
  english,
  OrderSync,
  type Said,
  type SyncKind,
  type SyncMode,
  type SyncRun,
  serviceCaller,
} from '#contracts';
import type { Broadcaster } from '#messaging';
import { createLogger, Database } from '#runtime';
import { createTestDatabase, waitFor } from '#testing';
import type { CredentialSource } from './access/credential-source.js';
import type { RunContext } from './runs/run-context.js';
import { RunWorker, type SyncKindHandler } from './runs/run-worker.js';
import { findRun, type NewRun, queueRun, type SyncRunRow } from './runs/sync-run.store.js';
import { SyncRuns } from './runs/sync-runs.js';
import { KnownShops } from './shops/known-shops.js';
import { RETRY_AND_ALARM_DDL, SYNC_DDL } from './sync-tables.js';

export class CreateSync1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SYNC_DDL);
    await runner.query(RETRY_AND_ALARM_DDL);
    await runner.query('CREATE TABLE written (run_id uuid, step integer, replica text)');
  }
  async down(): Promise<void> {
    throw new Error('not needed');
  }
}

/** Long enough for a busy machine to beat in time, short enough to wait for. */
export const TEST_LEASE_MS = 1_000;

export const everybody: Caller = serviceCaller('test', 'test');
/** Each line that a replica logs, parsed. */
export const logged: Record<string, unknown>[] = [];
export const logger = createLogger('sync-spec', 'trace', {
  write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>),
});

const credentials: CredentialSource = {
  use: (_shopId, work) =>
    work({
      marketplace: 'temu',
      region: 'us',
      appKey: 'invented-key',
      appSecret: 'invented-secret',
      accessToken: 'invented-token',
      scopes: null,
      version: 1,
    }),
};

/** A handler whose work each test writes down. */
export class ScriptedKind implements SyncKindHandler {
  readonly mode: SyncMode;
  constructor(
    readonly kind: SyncKind = 'orders',
    public work: (context: RunContext) => Promise<void> = () => Promise.resolve(),
    readonly isScheduled = true,
  ) {
    this.mode = kind === 'orders' ? 'first_load' : 'queue';
  }
  run(context: RunContext): Promise<void> {
    return this.work(context);
  }
}

/** One process of a service: its own connections, its own worker. */
export interface Replica {
  readonly database: Database;
  readonly worker: RunWorker;
  readonly runs: SyncRuns;
  readonly shops: KnownShops;
  readonly published: SyncRun[];
  close(): Promise<void>;
}

export interface SyncBed {
  readonly database: Database;
  /** @param pause when given, every transaction of the replica waits for it: the process stands still */
  replica(options: {
    handlers: readonly SyncKindHandler[];
    concurrency?: number;
    sliceMs?: number;
    pause?: () => Promise<void>;
  }): Promise<Replica>;
  /** @param marketplace as it is registered; the first of all when left out */
  shop(status?: string, marketplace?: string): Promise<string>;
  queue(shopId: string, run?: Partial<NewRun>): Promise<SyncRunRow>;
  row(id: string): Promise<SyncRunRow>;
  ended(id: string, status: SyncRun['status']): Promise<SyncRunRow>;
  logOf(id: string): Promise<string[]>;
  /** Removes all runs and shops and closes the replicas. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function createSyncBed(): Promise<SyncBed> {
  const test = await createTestDatabase({ schema: 'sync', migrations: [CreateSync1700000000000] });
  const { database } = test;
  const replicas = new Set<Replica>();

  async function row(id: string): Promise<SyncRunRow> {
    const found = await findRun(database, id);
    if (found === undefined) throw new Error(`run ${id} is gone`);
    return found;
  }

  async function clear(): Promise<void> {
    await Promise.all([...replicas].map((replica) => replica.close()));
    await database.query(
      'TRUNCATE shops, sync_runs, sync_leases, sync_log, sync_cursors, quarantine, sync_alarms, written',
    );
  }

  return {
    database,
    row,
    clear,
    async replica({ handlers, concurrency = 4, sliceMs, pause }) {
      const own = await Database.open({
        url: test.url,
        schema: 'sync',
        migrations: [],
        applicationName: 'replica',
      });
      const used: Database =
        pause === undefined
          ? own
          : Object.assign(Object.create(own) as Database, {
              transaction: async (work: Parameters<Database['transaction']>[0]) => {
                await pause();
                return own.transaction(work);
              },
            });
      const published: SyncRun[] = [];
      const worker = new RunWorker({
        database: used,
        credentials,
        handlers,
        broadcaster: { send: (_: unknown, run: SyncRun) => published.push(run) } as unknown as Broadcaster,
        progressed: OrderSync.progressed,
        logger,
        concurrency,
        ...(sliceMs === undefined ? {} : { sliceMs }),
        leaseMs: TEST_LEASE_MS,
      });
      const shops = new KnownShops(used);
      const replica: Replica = {
        database: own,
        worker,
        shops,
        published,
        runs: new SyncRuns(used, shops, worker, handlers),
        close: async () => {
          replicas.delete(replica);
          await worker.close();
          await own.close();
        },
      };
      replicas.add(replica);
      return replica;
    },
    async shop(status = 'connected', marketplace = 'temu') {
      const shopId = randomUUID();
      await database.query(
        `INSERT INTO shops (shop_id, marketplace, region, time_zone, status, version)
         VALUES ($1, $3, 'us', 'America/Los_Angeles', $2, 1)`,
        [shopId, status, marketplace],
      );
      return shopId;
    },
    async queue(shopId, run = {}) {
      const queued = await queueRun(database, {
        shopId,
        kind: 'orders',
        trigger: 'timer',
        mode: 'first_load',
        ...run,
      });
      if (queued === undefined) throw new Error('a run is open already');
      return queued;
    },
    async ended(id, status) {
      await waitFor(`run to be ${status}`, async () => (await row(id)).status === status);
      return row(id);
    },
    async logOf(id) {
      const lines = await database.query<{ said: Said }>(
        'SELECT said FROM sync_log WHERE run_id = $1 ORDER BY id',
        [id],
      );
      return lines.map(({ said }) => english(said));
    },
    async close() {
      await clear();
      await test.drop();
    },
  };
}
