import { Injectable } from '@nestjs/common';
import { say } from '#contracts';
import type { OrderRecord, ReadPage } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, type Transaction } from '#runtime';
import {
  AS_LISTED,
  clockOffset,
  cursorMove,
  INCOMPLETE_NEXT,
  queueRun,
  type RunContext,
  type RunProgress,
  readList,
  ShopConnectors,
  type SpanBooks,
  type SpanState,
  type SyncKindHandler,
  spanBooks,
  spanOf,
  throwIfIncomplete,
} from '#sync';
import { OrderServiceConfig } from '../config.js';
import { queueOrderFollowUps } from './order-follow-ups.js';
import type { FoundBy } from './order-store.js';
import { storePages } from './store-pages.js';

const WHAT = say('what.orders');

/** Reads the orders of a shop: the first load by creation time, then by update time, as its marketplace's list is read. */
@Injectable()
export class OrdersKind implements SyncKindHandler {
  readonly kind = 'orders';
  readonly mode = 'first_load';
  readonly isScheduled = true;
  /** The simulation of a moving list keeps its pages in memory: it reads thousands of lists. */
  protected readonly keep: typeof storePages = storePages;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly config: OrderServiceConfig,
    private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const { books, config } = this;
    const connector = await this.connectors.of(context.shopId);
    const state = await spanOf(context, { books, connector, config });
    if (state === undefined) return;
    const clockOffsetMs = await clockOffset(this.database);
    const source = state.by === 'created' ? 'first_load' : 'poll';
    const read = await readList<OrderRecord, OrderRecord>(context, state, {
      ...AS_LISTED,
      what: WHAT,
      list: connector.orders,
      ids: books.ids,
      store: (tx, pages) => this.store(tx, context.shopId, pages, clockOffsetMs, source),
      closed: async (tx, next, window, isLast) => {
        const move = cursorMove(next, window);
        if (move !== undefined) await books.moveCursor(tx, context.shopId, this.kind, move);
        if (next.by === 'created' && isLast) await queueProof(tx, context.shopId, next);
      },
      stepped: () => this.relay.wake(),
    });
    throwIfIncomplete(WHAT, read, INCOMPLETE_NEXT);
  }

  /** The simulation keeps them in memory. */
  protected get books(): SpanBooks {
    return spanBooks(this.database);
  }

  private async store(
    tx: Transaction,
    shopId: string,
    pages: readonly ReadPage<OrderRecord>[],
    clockOffsetMs: number,
    source: FoundBy,
  ): Promise<RunProgress> {
    const stored = await this.keep(tx, shopId, pages, clockOffsetMs, source);
    if (stored.changed > 0) {
      await queueOrderFollowUps(tx, shopId);
    }
    return { changedDelta: stored.changed, quarantinedDelta: stored.quarantined };
  }
}

/** What was loaded is proven at once; in the transaction that ends the load, so that no crash forgets it. */
async function queueProof(tx: Transaction, shopId: string, { from, to }: SpanState): Promise<void> {
  const depthDays = Math.ceil((to - from) / 86_400);
  await queueRun(tx, { shopId, kind: 'audit', trigger: 'followup', mode: 'audit', depthDays });
}
