import { Inject, Injectable } from '@nestjs/common';
import { type CompletenessOf, type Said, say } from '#contracts';
import { emptyIfWithoutRows, isMarketplaceError, type ListPage } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import {
  forgetAllListed,
  idsOf,
  KnownShops,
  listedIds,
  type RunContext,
  ShopConnectors,
  type SyncKindHandler,
} from '#sync';
import { OrderServiceConfig } from '../config.js';
import { lockOrders } from '../orders/lock-orders.js';
import { mustSplit, type OrdersState, type OrderWindow, PAGE_SIZE, pagesOf } from '../sync/order-windows.js';
import {
  afterPass,
  type BegunWindow,
  beginWindow,
  type PassEnd,
  readWindows,
  type WindowedList,
  windowKey,
} from '../sync/read-windows.js';
import { clockOffset } from '../sync/windowed-run.js';
import { planAudit } from './audit-plan.js';
import { type AuditedList, auditedLists } from './audited-lists.js';
import { enterDays, forgetAudited, knownDays, type ReadDay, saveReading } from './ledger-store.js';
import { localDay, wholeDays } from './local-days.js';

/** Days whose first pages are asked for together: one transaction. */
const DAYS_A_COMMIT = 5;

/** A creation day of one of the lists. */
interface AuditDay {
  readonly what: CompletenessOf;
  readonly day: string;
}

/** What a run needs to go on in another process. */
interface AuditState {
  readonly timeZone: string;
  /** Still to be read, next one first. */
  readonly days: readonly AuditDay[];
  /** Begun: what their first page did not hold is read now. */
  readonly reading: readonly (AuditDay & { readonly windows: OrdersState })[];
}

type AuditedLists = ReturnType<typeof auditedLists>;

const NUMBERS_IN_LOG = 10;
const NAMES: Record<CompletenessOf, Said> = {
  orders: say('what.days_of_orders'),
  after_sales: say('what.cases'),
};

/**
 * Fills the completeness ledger: lists each creation day, of orders and of after-sales cases, and compares number, status
 * and update time of every listed record with ours. What is missing or stale is stored from the list as it is read, so that
 * an audit costs no call more than the list, one for an empty day. A day's list keeps the rule of all lists
 * (`readWindows`): what the marketplace counts and, after all passes, does not list is a gap of the day.
 * Only days that lie wholly before the list's cursor are compared: of later ones we do not claim to have everything.
 */
@Injectable()
export class AuditKind implements SyncKindHandler {
  readonly kind = 'audit';
  readonly mode = 'audit';
  /** Queued by `AuditTick`, by the end of a first load, and by the button. */
  readonly isScheduled = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ShopConnectors) private readonly connectors: ShopConnectors,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(KnownShops) private readonly shops: KnownShops,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const lists = auditedLists({
      connector: await this.connectors.of(context.shopId),
      database: this.database,
      lagSeconds: this.config.platformLagSeconds,
    });
    let state = (context.run.state as AuditState | null) ?? (await this.plan(context));
    while (state !== undefined) state = await this.step(context, state, lists);
  }

  private async plan(context: RunContext): Promise<AuditState | undefined> {
    const shop = await this.shops.find(context.shopId);
    const plans = shop === undefined ? [] : await this.planLists(context, shop.timeZone);
    const days = plans.flatMap(({ what, chosen }) => chosen.map((day): AuditDay => ({ what, day })));
    const named = days.map(({ day }) => day).sort();
    const [oldest, newest] = [named[0], named.at(-1)];
    if (shop === undefined || plans.length === 0) {
      await context.log('info', say('log.audit_no_first_load'));
      return undefined;
    }
    if (newest === undefined || oldest === undefined) {
      await context.log('info', say('log.audit_no_day'));
      return undefined;
    }
    const { timeZone } = shop;
    const state: AuditState = { timeZone, days, reading: [] };
    await context.commit(async (tx) => {
      await forgetAllListed(tx, context.shopId, this.kind);
      await forgetAudited(tx, context.shopId);
      for (const { what, checkable } of plans) {
        const entered = checkable.map((day) => localDay(day, timeZone));
        await enterDays(tx, context.shopId, what, timeZone, entered);
      }
      return {
        state,
        total: days.length,
        spanFrom: localDay(oldest, timeZone).start,
        spanTo: localDay(newest, timeZone).end,
      };
    });
    const counts = plans.map(({ what, chosen }) =>
      say('log.audit_count', { count: chosen.length, what: NAMES[what] }),
    );
    await context.log('info', say('log.audit_comparing', { oldest, newest, timeZone, counts }));
    return state;
  }

  /** The lists that are loaded, with their days: all that can be checked, and those of this run. */
  private async planLists(
    context: RunContext,
    timeZone: string,
  ): Promise<{ what: CompletenessOf; checkable: string[]; chosen: string[] }[]> {
    const cursors = await this.database.query<{ what: CompletenessOf; from: Date; through: Date }>(
      `SELECT kind AS what, created_from AS "from", updated_through AS through FROM sync_cursors
       WHERE shop_id = $1 AND kind IN ('orders', 'after_sales') AND created_from IS NOT NULL ORDER BY kind DESC`,
      [context.shopId],
    );
    const plans = cursors.map(async ({ what, from, through }) => {
      const checkable = wholeDays(from, through, timeZone);
      const chosen = planAudit({
        days: checkable,
        known: await knownDays(this.database, context.shopId, what, timeZone),
        depthDays: context.run.depth_days ?? undefined,
        recentDays: this.config.auditRecentDays,
        olderWithinDays: this.config.auditOlderWithinDays,
      });
      return { what, checkable, chosen };
    });
    return Promise.all(plans);
  }

  private async step(
    context: RunContext,
    state: AuditState,
    lists: AuditedLists,
  ): Promise<AuditState | undefined> {
    const what = (state.reading[0] ?? state.days[0])?.what;
    if (what === undefined) return undefined;
    try {
      return await lists[what]((list) => this.compare(context, state, list));
    } catch (error) {
      if (what === 'orders' || !isMarketplaceError(error) || error.kind !== 'scope') throw error;
      return withoutCases(context, state, error.what);
    }
  }

  private async compare<Row>(
    context: RunContext,
    state: AuditState,
    list: AuditedList<Row>,
  ): Promise<AuditState> {
    const clockOffsetMs = await clockOffset(this.database);
    const [reading] = state.reading;
    return reading === undefined
      ? this.begin(context, state, list, clockOffsetMs)
      : this.goOn(context, state, reading, list, clockOffsetMs);
  }

  /** The first page of some days; most days have no other, and are done with. */
  private async begin<Row>(
    context: RunContext,
    state: AuditState,
    list: AuditedList<Row>,
    clockOffsetMs: number,
  ): Promise<AuditState> {
    const { what } = list.subject;
    const days = state.days.slice(0, DAYS_A_COMMIT).filter((each) => each.what === what);
    const asked = days.map(async ({ day }) => {
      const window = windowOf(day, state.timeZone);
      const page = await emptyIfWithoutRows(list.readPage(context, datesOf(window), 1, PAGE_SIZE));
      return { day, page, window: beginWindow(window, page) };
    });
    // Waits for every call before it reports a failure: none may go on behind the run's back.
    await Promise.allSettled(asked);
    const begun = await Promise.all(asked);
    let next = state;
    let done: { day: string; read: ReadDay }[] = [];
    let again: { day: string; what: Said }[] = [];
    await context.commit(async (tx) => {
      const pages = begun.map(({ page }) => page);
      await lockOrders(tx, context.shopId, ordersOf(list, pages));
      const reading: AuditState['reading'][number][] = [];
      done = [];
      again = [];
      let [changedDelta, quarantinedDelta] = [0, 0];
      for (const { day, page, window } of begun) {
        const stored = await list.store(tx, context.shopId, day, [page], clockOffsetMs);
        changedDelta += stored.changedDelta ?? 0;
        quarantinedDelta += stored.quarantinedDelta ?? 0;
        const ids = idsOf(page, (row) => list.idOf(row));
        const { state: windows, said } = afterFirstPage(window, ids, list.what);
        if (said !== undefined) again.push({ day, what: said.what });
        if (windows.windows.length === 0) {
          const span = localDay(day, state.timeZone);
          done.push({ day, read: await saveReading(tx, context.shopId, list.subject, span, 0) });
          continue;
        }
        await listedIds.note(tx, windowKey(context, list.what, 'created', window), ids);
        reading.push({ what, day, windows });
      }
      next = { ...state, days: state.days.slice(days.length), reading };
      return { state: next, doneDelta: done.length, changedDelta, quarantinedDelta };
    });
    this.relay.wake();
    for (const said of again) await context.log('warn', say('log.of_day', said));
    for (const { day, read } of done) await logReading(context, list.what, day, read);
    return next;
  }

  /** The further pages of a day that has several. */
  private async goOn<Row>(
    context: RunContext,
    state: AuditState,
    reading: AuditState['reading'][number],
    list: AuditedList<Row>,
    clockOffsetMs: number,
  ): Promise<AuditState> {
    const { day } = reading;
    const rest = state.reading.slice(1);
    const windowed: WindowedList<Row> = {
      what: list.what,
      countsRows: false,
      ids: listedIds,
      idOf: (row) => list.idOf(row),
      readPage: (window, page, pageSize) => list.readPage(context, window, page, pageSize),
      store: async (tx, pages) => {
        await lockOrders(tx, context.shopId, ordersOf(list, pages));
        return list.store(tx, context.shopId, day, pages, clockOffsetMs);
      },
      closed: () => Promise.resolve(),
      stateOf: (windows): AuditState => ({ ...state, reading: [{ ...reading, windows }, ...rest] }),
      stepped: () => this.relay.wake(),
    };
    // All was read before the run gave way: only its entry is left to write.
    const isRead = reading.windows.windows.length === 0;
    const read = isRead ? reading.windows : await readWindows(context, reading.windows, windowed);
    const unlisted = (read.incomplete ?? []).reduce((sum, { met, total }) => sum + total - met, 0);
    const next: AuditState = { ...state, reading: rest };
    let found: ReadDay | undefined;
    await context.commit(async (tx) => {
      found = await saveReading(tx, context.shopId, list.subject, localDay(day, state.timeZone), unlisted);
      return { state: next, doneDelta: 1 };
    });
    if (found !== undefined) await logReading(context, list.what, day, found);
    return next;
  }
}

/** The token may not read cases (any more): what is known of the orders is as good without them. */
async function withoutCases(context: RunContext, state: AuditState, why: Said): Promise<AuditState> {
  const days = state.days.filter(({ what }) => what === 'orders');
  const reading = state.reading.filter(({ what }) => what === 'orders');
  const next: AuditState = { ...state, days, reading };
  await context.commit(async () => ({ state: next }));
  await context.log('warn', say('log.audit_without_cases', { why }));
  return next;
}

/** All orders that a transaction may touch, first of all: several days, or a case before its order, would wait for one who waits for them. */
function ordersOf<Row>(list: AuditedList<Row>, pages: readonly ListPage<Row>[]): string[] {
  return [...new Set(pages.flatMap((page) => page.records.map((row) => list.orderOf(row))))];
}

function windowOf(day: string, timeZone: string): OrderWindow {
  const { start, end } = localDay(day, timeZone);
  return { from: start.getTime() / 1000, to: end.getTime() / 1000 - 1 };
}

function datesOf({ from, to }: OrderWindow): { from: Date; to: Date } {
  return { from: new Date(from * 1000), to: new Date(to * 1000) };
}

/** What is left to read of a day after its first page; nothing when that held it all. */
function afterFirstPage(window: BegunWindow, ids: readonly string[], what: Said): PassEnd {
  const { from, to } = window;
  const begun: OrdersState = { by: 'created', from, to, windows: [window] };
  const total = window.pass.firstTotal;
  if (mustSplit(window, total)) return { state: { ...begun, windows: [{ from, to }] }, said: undefined };
  return pagesOf(total) > 1
    ? { state: begun, said: undefined }
    : afterPass(begun, window, new Set(ids).size, what);
}

async function logReading(context: RunContext, what: Said, day: string, found: ReadDay): Promise<void> {
  const of = (count: number) => ({ day, count, what });
  const named = (count: number, ids: readonly string[]) => ({ ...of(count), ids: some(ids) });
  const { missing, missingOrders } = found;
  const lines: [level: 'warn' | 'error', count: number, said: Said][] = [
    ['warn', found.refetchedOrders, say('log.day_refetched', named(found.refetchedOrders, found.refetched))],
    ['warn', found.renewedOrders, say('log.day_renewed', named(found.renewedOrders, found.renewed))],
    [
      'error',
      missingOrders,
      missing.length === 0
        ? say('log.day_missing_unnamed', of(missingOrders))
        : say('log.day_missing', named(missingOrders, missing)),
    ],
    ['error', found.unlisted, say('log.day_unlisted', of(found.unlisted))],
    ['error', found.staleOrders, say('log.day_stale', named(found.staleOrders, found.stale))],
    ['warn', found.surplusOrders, say('log.day_surplus', named(found.surplusOrders, found.surplus))],
  ];
  for (const [level, count, said] of lines) if (count > 0) await context.log(level, said);
}

function some(numbers: readonly string[]): readonly string[] {
  return numbers.length > NUMBERS_IN_LOG ? [...numbers.slice(0, NUMBERS_IN_LOG), '…'] : numbers;
}
