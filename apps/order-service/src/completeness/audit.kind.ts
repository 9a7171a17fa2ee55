import { Inject, Injectable } from '@nestjs/common';
import type { ListPage, MarketplaceConnector, ParentOrderRecord } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, type Transaction } from '#runtime';
import {
  CONNECTOR,
  KnownShops,
  quarantineId,
  type RunContext,
  type RunProgress,
  type SyncKindHandler,
} from '#sync';
import { OrderServiceConfig } from '../order-service.config.js';
import { queueFollowUps } from '../sync/follow-ups.js';
import type { OrdersState } from '../sync/order-windows.js';
import { readWindows } from '../sync/read-windows.js';
import { storePages } from '../sync/store-pages.js';
import { clockOffset } from '../sync/windowed-run.js';
import { planAudit } from './audit-plan.js';
import {
  beginReading,
  type CountedDay,
  compareDays,
  enterDays,
  knownDays,
  noteListed,
  type ReadDay,
  saveCounts,
  saveReading,
} from './ledger-store.js';
import { localDay, wholeDays } from './local-days.js';

/** Days that are counted together: one call each, one transaction. */
const DAYS_A_COMMIT = 5;

/** What a run needs to go on in another process. */
interface AuditState {
  readonly timeZone: string;
  /** Still to be counted, next one first. */
  readonly days: readonly string[];
  /** Counted once with a difference: counted again before it is believed. */
  readonly doubted: readonly string[];
  /** The day that is read now; its windows are empty when all of it is stored. */
  readonly reading?: { readonly day: string; readonly windows: OrdersState };
}

const NUMBERS_IN_LOG = 10;

/**
 * Fills the completeness ledger: for each creation day the marketplace's count beside ours. A difference is counted
 * twice; then the day is read again by creation time, what was missing is stored and named, and it is counted once more.
 * Only days that lie wholly before the orders' cursor are compared: of later ones we do not claim to have everything.
 */
@Injectable()
export class AuditKind implements SyncKindHandler {
  readonly kind = 'audit';
  readonly mode = 'audit';
  /** Queued by `AuditTick`, by the end of a first load, and by the button. */
  readonly isScheduled = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(KnownShops) private readonly shops: KnownShops,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    let state = (context.run.state as AuditState | null) ?? (await this.plan(context));
    while (state !== undefined) state = await this.step(context, state);
  }

  private async plan(context: RunContext): Promise<AuditState | undefined> {
    const shop = await this.shops.find(context.shopId);
    const [cursor] = await this.database.query<{ from: Date | null; through: Date }>(
      `SELECT created_from AS "from", updated_through AS through FROM sync_cursors
       WHERE shop_id = $1 AND kind = 'orders'`,
      [context.shopId],
    );
    if (shop === undefined || cursor === undefined || cursor.from === null) {
      await context.log('info', 'nothing to check: the first load of the orders has not ended yet');
      return undefined;
    }
    const { timeZone } = shop;
    const checkable = wholeDays(cursor.from, cursor.through, timeZone);
    const days = planAudit({
      days: checkable,
      known: await knownDays(this.database, context.shopId, timeZone),
      depthDays: context.run.depth_days ?? undefined,
      recentDays: this.config.auditRecentDays,
      olderWithinDays: this.config.auditOlderWithinDays,
    });
    const [newest, oldest] = [days[0], days.at(-1)];
    if (newest === undefined || oldest === undefined) {
      await context.log('info', 'nothing to check: no whole day of the shop has been loaded yet');
      return undefined;
    }
    const state: AuditState = { timeZone, days, doubted: [] };
    await context.commit(async (tx) => {
      await enterDays(
        tx,
        context.shopId,
        timeZone,
        checkable.map((day) => localDay(day, timeZone)),
      );
      return {
        state,
        total: days.length,
        spanFrom: localDay(oldest, timeZone).start,
        spanTo: localDay(newest, timeZone).end,
      };
    });
    await context.log('info', `counting ${days.length} days from ${oldest} to ${newest} in ${timeZone}`);
    return state;
  }

  private step(context: RunContext, state: AuditState): Promise<AuditState | undefined> {
    if (state.reading !== undefined) return this.read(context, state, state.reading);
    const [doubted] = state.doubted;
    if (doubted !== undefined) return this.countAgain(context, state, doubted);
    return this.count(context, state);
  }

  private async count(context: RunContext, state: AuditState): Promise<AuditState | undefined> {
    const days = state.days.slice(0, DAYS_A_COMMIT);
    if (days.length === 0) return undefined;
    const asked = days.map((day) => this.platformCount(context, day, state.timeZone));
    // Waits for every call before it reports a failure: none may go on behind the run's back.
    await Promise.allSettled(asked);
    const counted = await Promise.all(asked);
    let next = state;
    await context.commit(async (tx) => {
      const compared = await compareDays(tx, context.shopId, counted);
      const settled = compared.filter(({ isExplained }) => isExplained);
      await saveCounts(tx, context.shopId, settled);
      const doubted = compared.filter(({ isExplained }) => !isExplained).map(({ day }) => day);
      next = { ...state, days: state.days.slice(days.length), doubted };
      return { state: next, doneDelta: settled.length };
    });
    return next;
  }

  private async countAgain(context: RunContext, state: AuditState, day: string): Promise<AuditState> {
    const counted = await this.platformCount(context, day, state.timeZone);
    const doubted = state.doubted.slice(1);
    let next = state;
    let difference = 0;
    await context.commit(async (tx) => {
      const [compared] = await compareDays(tx, context.shopId, [counted]);
      if (compared?.isExplained === true) {
        await saveCounts(tx, context.shopId, [compared]);
        next = { ...state, doubted };
        return { state: next, doneDelta: 1 };
      }
      difference = counted.platformOrders - (compared?.ourOrders ?? 0);
      const from = counted.start.getTime() / 1000;
      const to = counted.end.getTime() / 1000 - 1;
      await beginReading(tx, context.shopId);
      next = {
        ...state,
        doubted,
        reading: { day, windows: { by: 'created', from, to, windows: [{ from, to }] } },
      };
      return { state: next };
    });
    if (next.reading !== undefined) {
      await context.log(
        'warn',
        `${day}: the marketplace counts ${counted.platformOrders} parent orders, ${difference} more than we hold; reading the day`,
      );
    }
    return next;
  }

  private async read(
    context: RunContext,
    state: AuditState,
    reading: NonNullable<AuditState['reading']>,
  ): Promise<AuditState> {
    const { day } = reading;
    const clockOffsetMs = await clockOffset(this.database);
    await readWindows<ParentOrderRecord>(context, reading.windows, {
      what: 'parent orders',
      tellsTotal: false,
      readPage: (window, page, pageSize) =>
        context.call((call) =>
          this.connector.listParentOrders(call, { window, by: 'created', page, pageSize }),
        ),
      store: (tx, pages) => this.store(tx, context.shopId, pages, clockOffsetMs),
      closed: () => Promise.resolve(),
      stateOf: (windows): AuditState => ({ ...state, reading: { day, windows } }),
      stepped: () => this.relay.wake(),
    });
    const counted = await this.platformCount(context, day, state.timeZone);
    const { reading: _read, ...rest } = state;
    let found: ReadDay | undefined;
    await context.commit(async (tx) => {
      found = await saveReading(tx, context.shopId, counted);
      return { state: rest, doneDelta: 1 };
    });
    if (found !== undefined) await logReading(context, day, found);
    return rest;
  }

  private async store(
    tx: Transaction,
    shopId: string,
    pages: readonly ListPage<ParentOrderRecord>[],
    clockOffsetMs: number,
  ): Promise<RunProgress> {
    await noteListed(
      tx,
      shopId,
      pages.flatMap((page) => [
        ...page.records.map(({ parentOrderSn }) => parentOrderSn),
        ...page.unreadable.map(quarantineId),
      ]),
    );
    const stored = await storePages(tx, shopId, pages, clockOffsetMs);
    if (stored.changed > 0) await queueFollowUps(tx, shopId);
    return { changedDelta: stored.changed, quarantinedDelta: stored.quarantined };
  }

  private async platformCount(context: RunContext, day: string, timeZone: string): Promise<CountedDay> {
    const span = localDay(day, timeZone);
    const page = await context.call((call) =>
      this.connector.listParentOrders(call, {
        window: { from: span.start, to: new Date(span.end.getTime() - 1_000) },
        by: 'created',
        page: 1,
        pageSize: 1,
      }),
    );
    return { ...span, platformOrders: page.total };
  }
}

async function logReading(context: RunContext, day: string, found: ReadDay): Promise<void> {
  if (found.refetchedOrders > 0) {
    await context.log(
      'warn',
      `${day}: ${found.refetchedOrders} parent orders were missing and are stored now: ${some(found.refetched)}`,
    );
  }
  if (found.missingOrders > 0) {
    await context.log(
      'error',
      `${day}: ${found.missingOrders} parent orders are still missing: ${found.missing.length === 0 ? 'the marketplace counts them but does not list them' : some(found.missing)}`,
    );
  }
  if (found.surplusOrders > 0) {
    await context.log(
      'warn',
      `${day}: ${found.surplusOrders} parent orders that we hold are not in the marketplace's list, they stay: ${some(found.surplus)}`,
    );
  }
}

function some(numbers: readonly string[]): string {
  return numbers.slice(0, NUMBERS_IN_LOG).join(', ') + (numbers.length > NUMBERS_IN_LOG ? ', …' : '');
}
