import assert from 'node:assert/strict';
import { OrderSync } from '#contracts';
import type { Broadcaster } from '#messaging';
import { createLogger } from '#runtime';
import { queueRun, RunWorker, type SyncRunRow } from '#sync';
import { oneConnector, waitFor } from '#testing';
import type { MovingMarket } from './moving-market.fixture.js';
import { invented, type OrderBed, settings, silentRelay } from './order-bed.fixture.js';
import { OrdersKind } from './orders.kind.js';

/** Replicas that read the orders of simulated marketplaces into the tables of a bed. */
export class MarketBed {
  readonly workers = new Set<RunWorker>();

  constructor(
    private readonly bed: OrderBed,
    private readonly leaseMs: number,
  ) {}

  replica(market: MovingMarket): RunWorker {
    const worker = new RunWorker({
      database: this.bed.database,
      credentials: invented,
      handlers: [
        new OrdersKind(
          this.bed.database,
          oneConnector(market.connector),
          settings({ firstLoadDays: 60 }),
          silentRelay,
        ),
      ],
      broadcaster: { send: () => undefined } as unknown as Broadcaster,
      progressed: OrderSync.progressed,
      logger: createLogger('orders-spec', 'silent'),
      concurrency: 4,
      leaseMs: this.leaseMs,
    });
    worker.start();
    this.workers.add(worker);
    return worker;
  }

  wake(): void {
    for (const worker of this.workers) worker.wake();
  }

  /** @returns the id of the queued run of orders */
  async queue(shopId: string): Promise<string> {
    const run = await queueRun(this.bed.database, {
      shopId,
      kind: 'orders',
      trigger: 'timer',
      mode: 'first_load',
    });
    this.wake();
    return run?.id ?? assert.fail('a run is open already');
  }

  async runOf(id: string): Promise<SyncRunRow> {
    const [row] = await this.bed.database.query<SyncRunRow>('SELECT * FROM sync_runs WHERE id = $1', [id]);
    return row ?? assert.fail('the run is gone');
  }

  async reached(id: string, status: SyncRunRow['status']): Promise<SyncRunRow> {
    await waitFor(`the run to be ${status}`, async () => (await this.runOf(id)).status === status, 120_000);
    return this.runOf(id);
  }

  cursors(shopId: string): Promise<{ updatedThrough: Date }[]> {
    return this.bed.database.query<{ updatedThrough: Date }>(
      'SELECT updated_through AS "updatedThrough" FROM sync_cursors WHERE shop_id = $1',
      [shopId],
    );
  }

  /** The revision of each stored order, by number. */
  async contents(shopId: string): Promise<Map<string, string>> {
    const rows = await this.bed.database.query<{ number: string; revision: string }>(
      'SELECT order_number AS number, warnings[1] AS revision FROM orders WHERE shop_id = $1',
      [shopId],
    );
    return new Map(rows.map(({ number, revision }) => [number, revision]));
  }

  async closeReplicas(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.close()));
    this.workers.clear();
  }
}

export const sorted = (map: Map<string, string>): [string, string][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));
