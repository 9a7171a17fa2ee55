import { Injectable } from '@nestjs/common';
import { say } from '#contracts';
import { type AfterSalesCaseRecord, isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { AppError, Database } from '#runtime';
import {
  AS_LISTED,
  clockOffset,
  cursorMove,
  INCOMPLETE_NEXT,
  LIST_INCOMPLETE,
  type RunContext,
  readDueQueue,
  readList,
  ShopConnectors,
  type SyncKindHandler,
  spanBooks,
  spanOf,
  throwIfIncomplete,
} from '#sync';
import { OrderServiceConfig } from '../config.js';
import { spreadLate } from '../refunds/refunds.js';
import { changeAfterSalesReach, reachThrough } from './after-sales-reach.js';
import { askForLackingOrders } from './after-sales-store.js';
import { readCancelRequests } from './cancel-requests.js';
import { dueRefunds } from './due-refunds.js';
import { type CaseWithLines, readLinesOf } from './read-cases.js';
import { storeCasePages } from './store-case-pages.js';

const WHAT = say('what.cases');

/** Reads the after-sales cases of a shop: the first load by creation time, then by update time. */
@Injectable()
export class AfterSalesKind implements SyncKindHandler {
  readonly kind = 'after_sales';
  readonly mode = 'update';
  readonly isScheduled = true;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly config: OrderServiceConfig,
    private readonly relay: OutboxRelay,
  ) {}

  /** A list that is not whole fails the run, at its end: what the known cases ask for does not wait for the others. */
  async run(context: RunContext): Promise<void> {
    const connector = await this.connectors.of(context.shopId);
    let incomplete: AppError | undefined;
    try {
      await this.readCases(context, connector);
    } catch (error) {
      if (isMarketplaceError(error) && error.kind === 'scope') await this.cannotReach(context);
      if (!(error instanceof AppError) || error.code !== LIST_INCOMPLETE) throw error;
      incomplete = error;
    }
    await readCancelRequests(context, this.database, connector);
    await this.readRefunds(context, connector);
    await context.commit(async (tx) => {
      await spreadLate(tx, context.shopId);
      await askForLackingOrders(tx, context.shopId);
      return {};
    });
    this.relay.wake();
    if (incomplete !== undefined) throw incomplete;
  }

  /** Refunds are unknown from now on, and not zero. */
  private async cannotReach(context: RunContext): Promise<void> {
    await context.commit(async (tx) => {
      await changeAfterSalesReach(tx, context.shopId, false);
      return {};
    });
    this.relay.wake();
  }

  /** Without the permission for the sums, refunds stay what units and retail prices make them. */
  private async readRefunds(context: RunContext, connector: MarketplaceConnector): Promise<void> {
    const { database, relay } = this;
    const due = dueRefunds({ database, connector, relay, concurrency: this.config.amountsConcurrency });
    try {
      await readDueQueue(context, due);
    } catch (error) {
      if (!isMarketplaceError(error) || error.kind !== 'scope') throw error;
      await context.log('warn', say('log.refunds_derived', { why: error.what }));
    }
  }

  private async readCases(context: RunContext, connector: MarketplaceConnector): Promise<void> {
    const { database, config } = this;
    const books = spanBooks(database);
    const state = await spanOf(context, { books, connector, config });
    if (state === undefined) return;
    const clockOffsetMs = await clockOffset(database);
    const source = state.by === 'created' ? 'first_load' : 'poll';
    const read = await readList<AfterSalesCaseRecord, CaseWithLines>(context, state, {
      ...AS_LISTED,
      what: WHAT,
      list: connector.afterSales,
      ids: books.ids,
      complete: (page) =>
        readLinesOf(page, context.shopId, database, connector, (call) => context.call(call)),
      store: async (tx, pages) => {
        const stored = await storeCasePages(tx, context.shopId, pages, clockOffsetMs, source);
        return { changedDelta: stored.changed, quarantinedDelta: stored.quarantined };
      },
      closed: async (tx, next, window, isLast) => {
        const move = cursorMove(next, window);
        if (move !== undefined) await books.moveCursor(tx, context.shopId, this.kind, move);
        if (isLast) await reachThrough(tx, context.shopId, new Date(next.to * 1000));
      },
      stepped: () => this.relay.wake(),
    });
    throwIfIncomplete(WHAT, read, INCOMPLETE_NEXT);
  }
}
