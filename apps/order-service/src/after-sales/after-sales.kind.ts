import { Inject, Injectable } from '@nestjs/common';
import type { MarketplaceConnector } from '#marketplace';
import { Database } from '#runtime';
import { CONNECTOR, type RunContext, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../order-service.config.js';
import type { OrdersState } from '../sync/order-windows.js';
import { readWindows } from '../sync/read-windows.js';
import { clockOffset, moveCursor, planWindows } from '../sync/windowed-run.js';
import { type CaseWithLines, readLinesOf } from './read-cases.js';
import { storeCasePages } from './store-case-pages.js';

/**
 * Reads the after-sales cases of a shop: the first load by creation time, then by update time. Its list has no order
 * that is documented; reading downwards needs none, as long as it stays the same while rows leave (see `readWindows`).
 */
@Injectable()
export class AfterSalesKind implements SyncKindHandler {
  readonly kind = 'after_sales';
  readonly mode = 'update';
  readonly isScheduled = true;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
  ) {}

  async run(context: RunContext): Promise<void> {
    const { database, connector } = this;
    const state = (context.run.state as OrdersState | null) ?? (await planWindows(context, this.parts));
    if (state === undefined) return;
    const clockOffsetMs = await clockOffset(database);
    const source = state.by === 'created' ? 'first_load' : 'poll';
    await readWindows<CaseWithLines>(context, state, {
      what: 'after-sales cases',
      readPage: async (window, page, pageSize) => {
        const cases = await context.call((call) =>
          connector.listAfterSales(call, { window, by: state.by, page, pageSize }),
        );
        return readLinesOf(cases, context.shopId, database, connector, (call) => context.call(call));
      },
      store: async (tx, pages) => {
        const stored = await storeCasePages(tx, context.shopId, pages, clockOffsetMs, source);
        return {
          doneDelta: stored.read,
          changedDelta: stored.changed,
          quarantinedDelta: stored.quarantined,
        };
      },
      closed: (tx, windows, window, isLast) =>
        moveCursor(tx, context.shopId, this.kind, windows, window, isLast),
      stateOf: (windows) => windows,
      stepped: () => undefined,
    });
  }

  private get parts() {
    return { database: this.database, connector: this.connector, config: this.config };
  }
}
