import { Inject, Injectable } from '@nestjs/common';
import type { ListPage, MarketplaceConnector, ParentOrderRecord } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, type Transaction } from '#runtime';
import { CONNECTOR, queueRun, type RunContext, type RunProgress, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../order-service.config.js';
import type { FoundBy } from '../orders/order-store.js';
import { type OrdersState, type OrderWindow, planOrdersRun } from './order-windows.js';
import { readWindows } from './read-windows.js';
import { storePages } from './store-pages.js';

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');

/** Reads the parent orders of a shop: the first load by creation time, then by update time (see `readWindows`). */
@Injectable()
export class OrdersKind implements SyncKindHandler {
  readonly kind = 'orders';
  readonly mode = 'first_load';
  readonly isScheduled = true;
  /** The simulation of a moving list keeps its pages in memory: it reads thousands of lists. */
  protected readonly keep: typeof storePages = storePages;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const state = (context.run.state as OrdersState | null) ?? (await this.plan(context));
    if (state === undefined) return;
    const clockOffsetMs = await clockOffset(this.database);
    await readWindows<ParentOrderRecord>(context, state, {
      what: 'parent orders',
      readPage: (window, page, pageSize) =>
        context.call((call) =>
          this.connector.listParentOrders(call, { window, by: state.by, page, pageSize }),
        ),
      store: (tx, pages) =>
        this.store(tx, context.shopId, pages, clockOffsetMs, state.by === 'created' ? 'first_load' : 'poll'),
      closed: (tx, windows, window, isLast) => moveCursor(tx, context.shopId, windows, window, isLast),
      stateOf: (windows) => windows,
      stepped: () => this.relay.wake(),
    });
  }

  private async plan(context: RunContext): Promise<OrdersState | undefined> {
    const platformNow = await context.call((call) => this.connector.platformTime(call));
    const [cursor] = await this.database.query<{ updatedThrough: Date }>(
      `SELECT updated_through AS "updatedThrough" FROM sync_cursors WHERE shop_id = $1 AND kind = 'orders'`,
      [context.shopId],
    );
    const state = planOrdersRun({
      platformNow,
      lagSeconds: this.config.platformLagSeconds,
      cursor,
      depthDays: context.run.depth_days ?? undefined,
      firstLoadDays: this.config.firstLoadDays,
    });
    if (state === undefined) {
      await context.log('info', 'nothing to read yet: the last run ended less than the platform’s lag ago');
      return undefined;
    }
    await context.commit(async () => ({
      state,
      spanFrom: new Date(state.from * 1000),
      spanTo: new Date(state.to * 1000),
      mode: state.by === 'created' ? 'first_load' : 'update',
    }));
    await context.log(
      'info',
      `reading by ${state.by} time from ${iso(state.from)} to ${iso(state.to)}, ${this.config.platformLagSeconds} s behind the marketplace's clock: its lists may lag that much`,
    );
    return state;
  }

  private async store(
    tx: Transaction,
    shopId: string,
    pages: readonly ListPage<ParentOrderRecord>[],
    clockOffsetMs: number,
    source: FoundBy,
  ): Promise<RunProgress> {
    const stored = await this.keep(tx, shopId, pages, clockOffsetMs, source);
    if (stored.changed > 0) {
      await queueRun(tx, { shopId, kind: 'amounts', trigger: 'followup', mode: 'queue' });
    }
    return {
      doneDelta: stored.read,
      changedDelta: stored.changed,
      quarantinedDelta: stored.quarantined,
    };
  }
}

/** The cursor passes only what is stored or quarantined: in the transaction that ends the window. */
async function moveCursor(
  tx: Transaction,
  shopId: string,
  state: OrdersState,
  window: OrderWindow,
  isLast: boolean,
): Promise<void> {
  if (state.by === 'updated') {
    await tx.query(
      `UPDATE sync_cursors SET updated_through = greatest(updated_through, $2)
       WHERE shop_id = $1 AND kind = 'orders'`,
      [shopId, new Date(window.to * 1000)],
    );
  } else if (isLast) {
    // A cursor that stands already is older than this reading and stays: changes since then are still to be read.
    await tx.query(
      `INSERT INTO sync_cursors AS known (shop_id, kind, updated_through, created_from) VALUES ($1, 'orders', $2, $3)
       ON CONFLICT (shop_id, kind) DO UPDATE SET created_from = least(known.created_from, excluded.created_from)`,
      [shopId, new Date(state.to * 1000), new Date(state.from * 1000)],
    );
  }
}

/** Database clock less ours. */
export async function clockOffset(database: Pick<Database, 'query'>): Promise<number> {
  const before = Date.now();
  const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return row === undefined ? 0 : row.now.getTime() - Math.round((before + Date.now()) / 2);
}
