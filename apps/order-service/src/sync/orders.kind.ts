import { Inject, Injectable } from '@nestjs/common';
import type { ListPage, MarketplaceConnector, ParentOrderRecord } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, type Transaction } from '#runtime';
import { CONNECTOR, queueRun, type RunContext, type RunProgress, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../order-service.config.js';
import {
  mustSplit,
  type OrdersState,
  type OrderWindow,
  PAGE_SIZE,
  pagesOf,
  planOrdersRun,
  splitWindow,
} from './order-windows.js';
import { storePages } from './store-pages.js';

/** Up to five pages are one transaction. */
const PAGES_A_COMMIT = 5;

type OrderPage = ListPage<ParentOrderRecord>;

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');

/**
 * Reads the parent orders of a shop: the first load by creation time, then by update time, page 1 for the total and
 * then the last page down to page 2. In a closed window rows only leave, and what leaves moves the others to lower
 * pages: reading downwards can meet a row twice but never skip one.
 */
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
    let state = (context.run.state as OrdersState | null) ?? (await this.plan(context));
    const clockOffsetMs = await this.clockOffset();
    for (
      let window = state?.windows[0];
      state !== undefined && window !== undefined;
      window = state.windows[0]
    ) {
      state = await this.readOn(context, state, window, clockOffsetMs);
      this.relay.wake();
    }
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

  /** One step: page 1 of a window, or up to five further pages, or the window's end. Each is one transaction. */
  private async readOn(
    context: RunContext,
    state: OrdersState,
    window: OrderWindow,
    clockOffsetMs: number,
  ): Promise<OrdersState> {
    if (window.nextPage === undefined) return this.openWindow(context, state, window, clockOffsetMs);
    if (window.nextPage >= 2) return this.readPages(context, state, window, window.nextPage, clockOffsetMs);
    return this.closeWindow(context, state, window, clockOffsetMs);
  }

  private async openWindow(
    context: RunContext,
    state: OrdersState,
    window: OrderWindow,
    clockOffsetMs: number,
  ): Promise<OrdersState> {
    const page = await this.readPage(context, state, window, 1);
    const rest = state.windows.slice(1);
    if (mustSplit(window, page.total)) {
      const next = { ...state, windows: [...splitWindow(window, page.total, state.by), ...rest] };
      const total = context.run.total ?? page.total;
      await context.commit(async () => ({ state: next, total }));
      await context.log(
        'info',
        `${page.total} parent orders are many: ${next.windows.length} windows to read`,
      );
      return next;
    }
    const opened = {
      ...window,
      firstTotal: page.total,
      lastTotal: page.total,
      nextPage: pagesOf(page.total),
    };
    const next = { ...state, windows: [opened, ...rest] };
    await this.store(context, next, [page], clockOffsetMs, { total: context.run.total ?? page.total });
    await context.log(
      'info',
      `window ${iso(window.from)} to ${iso(window.to)}: ${page.total} parent orders on ${pagesOf(page.total)} pages`,
    );
    return next;
  }

  private async readPages(
    context: RunContext,
    state: OrdersState,
    window: OrderWindow,
    nextPage: number,
    clockOffsetMs: number,
  ): Promise<OrdersState> {
    const numbers = Array.from(
      { length: Math.min(PAGES_A_COMMIT, nextPage - 1) },
      (_, step) => nextPage - step,
    );
    // Rows of a creation window stay where they are, so its pages may be asked for together; those of an update
    // window slide to lower pages, so each must be asked for after the one above it has been answered.
    const pages =
      state.by === 'created'
        ? await Promise.all(numbers.map((number) => this.readPage(context, state, window, number)))
        : await this.readInTurn(context, state, window, numbers);
    const read: OrderWindow = {
      ...window,
      nextPage: nextPage - numbers.length,
      lastTotal: pages.at(-1)?.total ?? window.lastTotal ?? 0,
    };
    const next = { ...state, windows: [read, ...state.windows.slice(1)] };
    await this.store(context, next, pages, clockOffsetMs, {});
    return next;
  }

  private async readInTurn(
    context: RunContext,
    state: OrdersState,
    window: OrderWindow,
    numbers: readonly number[],
  ): Promise<OrderPage[]> {
    const pages: OrderPage[] = [];
    for (const number of numbers) pages.push(await this.readPage(context, state, window, number));
    return pages;
  }

  /** The total has changed since page 1 was read: what moved onto page 1 meanwhile is read now. */
  private async closeWindow(
    context: RunContext,
    state: OrdersState,
    window: OrderWindow,
    clockOffsetMs: number,
  ): Promise<OrdersState> {
    const rest = state.windows.slice(1);
    const next = { ...state, windows: rest };
    const pages =
      window.lastTotal === window.firstTotal ? [] : [await this.readPage(context, state, window, 1)];
    await context.commit(async (tx) => {
      const stored = await this.keep(tx, context.shopId, pages, clockOffsetMs);
      await this.moveCursor(tx, context.shopId, state, window, rest.length === 0);
      return { state: next, changedDelta: stored.changed, quarantinedDelta: stored.quarantined };
    });
    return next;
  }

  /** The cursor passes only what is stored or quarantined: in the transaction that ends the window. */
  private async moveCursor(
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

  private async store(
    context: RunContext,
    state: OrdersState,
    pages: readonly OrderPage[],
    clockOffsetMs: number,
    progress: RunProgress,
  ): Promise<void> {
    await context.commit(async (tx) => {
      const stored = await this.keep(tx, context.shopId, pages, clockOffsetMs);
      if (stored.changed > 0) {
        await queueRun(tx, { shopId: context.shopId, kind: 'amounts', trigger: 'followup', mode: 'queue' });
      }
      return {
        ...progress,
        state,
        doneDelta: stored.read,
        changedDelta: stored.changed,
        quarantinedDelta: stored.quarantined,
      };
    });
  }

  private readPage(
    context: RunContext,
    state: OrdersState,
    window: OrderWindow,
    page: number,
  ): Promise<OrderPage> {
    return context.call((call) =>
      this.connector.listParentOrders(call, {
        window: { from: new Date(window.from * 1000), to: new Date(window.to * 1000) },
        by: state.by,
        page,
        pageSize: PAGE_SIZE,
      }),
    );
  }

  private async clockOffset(): Promise<number> {
    const before = Date.now();
    const [row] = await this.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return row === undefined ? 0 : row.now.getTime() - Math.round((before + Date.now()) / 2);
  }
}
