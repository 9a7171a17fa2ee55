import { randomUUID } from 'node:crypto';
import {
  type Caller,
  english,
  ProductSync,
  type Said,
  type SyncStatus,
  type SyncTrigger,
  serviceCaller,
} from '#contracts';
import type { MarketplaceConnector } from '#marketplace';
import { Broadcaster, connectNats, OutboxRelay } from '#messaging';
import { createLogger, type Database } from '#runtime';
import { type CredentialSource, queueRun, RunWorker } from '#sync';
import { createTestDatabase, oneConnector, startTestNats, type TestDatabase, waitFor } from '#testing';
import { migrations } from '../src/database/migrations/index.js';
import { ProductsKind } from '../src/products/products.kind.js';
import { PromotionsKind } from '../src/promotions/promotions.kind.js';
import { FakeMarketplace } from './fake-marketplace.js';

const ENDED: readonly SyncStatus[] = ['waiting', 'succeeded', 'failed', 'cancelled'];

export const EVERY_SHOP: Caller = serviceCaller('test', 'test');

export type ScannedKind = 'products' | 'promotions';

export interface EndedRun {
  id: string;
  status: SyncStatus;
  done: number;
  total: number | null;
  changed: number;
  quarantined: number;
  api_calls: number;
  error_code: string | null;
  error: Said | null;
  log: string[];
}

/** Scans against the fake marketplace on real servers, by as many workers as a test wants. */
export class ScanBench {
  readonly marketplace = new FakeMarketplace();
  private readonly workers: RunWorker[] = [];
  /** Rises when the shops get other tokens. */
  tokenVersion = 1;
  /** The token is the shop's id: the fake knows by it whose catalogue is asked for. */
  private readonly credentials: CredentialSource = {
    use: (shopId, work) =>
      work({
        marketplace: 'temu',
        region: 'us',
        appKey: 'invented-key',
        appSecret: 'invented-secret',
        accessToken: shopId,
        scopes: null,
        version: this.tokenVersion,
      }),
  };

  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly natsUrl: string,
    private readonly broadcaster: Broadcaster,
    readonly relay: OutboxRelay,
    private readonly closeBus: () => Promise<void>,
  ) {}

  static async start(): Promise<ScanBench> {
    const nats = await startTestNats();
    const testDatabase = await createTestDatabase({ schema: 'products', migrations });
    const connection = await connectNats(nats.url, 'scan-bench');
    const relay = new OutboxRelay(testDatabase.database, connection, 'product', createLogger('scan-bench'));
    return new ScanBench(testDatabase, nats.url, new Broadcaster(connection), relay, async () => {
      await connection.close();
      await nats.close();
    });
  }

  get database(): Database {
    return this.testDatabase.database;
  }

  get databaseUrl(): string {
    return this.testDatabase.url;
  }

  /** A replica of the service's worker. */
  addWorker(connector: MarketplaceConnector = this.marketplace.connector()): RunWorker {
    const worker = new RunWorker({
      database: this.database,
      credentials: this.credentials,
      handlers: [
        new ProductsKind(this.database, oneConnector(connector), this.relay),
        new PromotionsKind(this.database, oneConnector(connector), this.relay),
      ],
      broadcaster: this.broadcaster,
      progressed: ProductSync.progressed,
      logger: createLogger('scan-bench'),
      concurrency: 2,
    });
    worker.start();
    this.workers.push(worker);
    return worker;
  }

  async queue(
    shopId: string,
    kind: ScannedKind = 'products',
    trigger: SyncTrigger = 'manual',
  ): Promise<string> {
    const run = await queueRun(this.database, { shopId, kind, trigger, mode: 'scan' });
    if (run === undefined) throw new Error('a run is open already');
    for (const worker of this.workers) worker.wake();
    return run.id;
  }

  /** Queues a scan and waits until nobody works on it any more. */
  async scan(shopId: string, kind?: ScannedKind, trigger?: SyncTrigger): Promise<EndedRun> {
    return this.ended(await this.queue(shopId, kind, trigger));
  }

  async ended(runId: string): Promise<EndedRun> {
    const run = await waitFor(
      'the scan to end',
      async () => {
        const [row] = await this.database.query<EndedRun>('SELECT * FROM sync_runs WHERE id = $1', [runId]);
        return row !== undefined && ENDED.includes(row.status) ? row : undefined;
      },
      30_000,
    );
    const log = await this.database.query<{ level: string; said: Said }>(
      `SELECT level, said FROM sync_log WHERE run_id = $1 ORDER BY id`,
      [runId],
    );
    return { ...run, log: log.map(({ level, said }) => `${level}: ${english(said)}`) };
  }

  /** A run that has paused itself goes on now. */
  async resume(runId: string): Promise<EndedRun> {
    await this.database.query(
      `UPDATE sync_runs SET status = 'queued', next_attempt_at = now() WHERE id = $1`,
      [runId],
    );
    for (const worker of this.workers) worker.wake();
    return this.ended(runId);
  }

  async listings(shopId: string): Promise<Record<string, number>> {
    const rows = await this.database.query<{ listing: string; count: number }>(
      'SELECT listing, count(*) AS count FROM products WHERE shop_id = $1 GROUP BY listing',
      [shopId],
    );
    return Object.fromEntries(rows.map((row) => [row.listing, row.count]));
  }

  /** Every stored product as `productId listing`, the delisted left out. */
  async aliveIds(shopId: string): Promise<string[]> {
    const rows = await this.database.query<{ line: string }>(
      `SELECT product_id || ' ' || listing AS line FROM products
       WHERE shop_id = $1 AND listing <> 'delisted' ORDER BY product_id`,
      [shopId],
    );
    return rows.map((row) => row.line);
  }

  async one<Row extends object>(sql: string, params: readonly unknown[] = []): Promise<Row> {
    const [row] = await this.database.query<Row>(sql, params);
    if (row === undefined) throw new Error(`no row: ${sql}`);
    return row;
  }

  /** Publishes what the scans have left in the outbox. */
  startRelay(): void {
    this.relay.start();
  }

  /** Waits for what they are doing. */
  async closeWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.close()));
  }

  async close(): Promise<void> {
    await this.closeWorkers();
    await this.relay.close();
    await this.testDatabase.drop();
    await this.closeBus();
  }
}

export function newShop(): string {
  return randomUUID();
}

export function aliveLines(marketplace: FakeMarketplace, shopId: string): string[] {
  return marketplace
    .alive(shopId)
    .map((product) => `${product.productId} ${product.listing}`)
    .sort();
}
