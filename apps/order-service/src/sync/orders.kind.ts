import { Inject, Injectable } from '@nestjs/common';
import { say } from '#contracts';
import type { ListPage, OrderRecord } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, type Transaction } from '#runtime';
import { queueRun, type RunContext, type RunProgress, ShopConnectors, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../config.js';
import type { FoundBy } from '../orders/order-store.js';
import { queueFollowUps } from './follow-ups.js';
import { cursorMove, type OrdersState } from './order-windows.js';
import { readWindows, throwIfIncomplete } from './read-windows.js';
import { storePages } from './store-pages.js';
import { type WindowBooks, windowBooks } from './window-books.js';
import { clockOffset, INCOMPLETE_NEXT, windowsOf } from './windowed-run.js';

const WHAT = say('what.orders');

/** Reads the orders of a shop: the first load by creation time, then by update time (see `readWindows`). */
@Injectable()
export class OrdersKind implements SyncKindHandler {
  readonly kind = 'orders';
  readonly mode = 'first_load';
  readonly isScheduled = true;
  /** The simulation of a moving list keeps its pages in memory: it reads thousands of lists. */
  protected readonly keep: typeof storePages = storePages;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ShopConnectors) private readonly connectors: ShopConnectors,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const { books, config } = this;
    const connector = await this.connectors.of(context.shopId);
    const state = await windowsOf(context, { books, connector, config });
    if (state === undefined) return;
    const clockOffsetMs = await clockOffset(this.database);
    const read = await readWindows<OrderRecord>(context, state, {
      what: WHAT,
      ids: books.ids,
      idOf: (order) => order.orderNumber,
      readPage: (window, page, pageSize) =>
        context.call((call) => connector.listOrders(call, { window, by: state.by, page, pageSize })),
      store: (tx, pages) =>
        this.store(tx, context.shopId, pages, clockOffsetMs, state.by === 'created' ? 'first_load' : 'poll'),
      closed: async (tx, windows, window, isLast) => {
        const move = cursorMove(windows, window, isLast);
        if (move !== undefined) await books.moveCursor(tx, context.shopId, this.kind, move);
        if (windows.by === 'created' && isLast) await queueProof(tx, context.shopId, windows);
      },
      stateOf: (windows) => windows,
      createdAt: (order) => order.orderedAt,
      stepped: () => this.relay.wake(),
    });
    throwIfIncomplete(WHAT, read, INCOMPLETE_NEXT);
  }

  /** The simulation keeps them in memory. */
  protected get books(): WindowBooks {
    return windowBooks(this.database);
  }

  private async store(
    tx: Transaction,
    shopId: string,
    pages: readonly ListPage<OrderRecord>[],
    clockOffsetMs: number,
    source: FoundBy,
  ): Promise<RunProgress> {
    const stored = await this.keep(tx, shopId, pages, clockOffsetMs, source);
    if (stored.changed > 0) {
      await queueFollowUps(tx, shopId);
    }
    return {
      doneDelta: stored.read,
      changedDelta: stored.changed,
      quarantinedDelta: stored.quarantined,
    };
  }
}

/** What was loaded is proven at once; in the transaction that ends the load, so that no crash forgets it. */
async function queueProof(tx: Transaction, shopId: string, { from, to }: OrdersState): Promise<void> {
  const depthDays = Math.ceil((to - from) / 86_400);
  await queueRun(tx, { shopId, kind: 'audit', trigger: 'followup', mode: 'audit', depthDays });
}
