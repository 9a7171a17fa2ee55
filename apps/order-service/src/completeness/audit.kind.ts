import { Injectable } from '@nestjs/common';
import { COMPLETENESS_OF, type CompletenessOf, type Said, say } from '#contracts';
import { allOf, beginSpan, isMarketplaceError, isReadWhole, type ReadPage } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, sqlWords } from '#runtime';
import {
  clockOffset,
  forgetAllListed,
  KnownShops,
  listedIds,
  type RunContext,
  readList,
  readStep,
  ShopConnectors,
  type SpanState,
  type SyncKindHandler,
  tellNews,
} from '#sync';
import { OrderServiceConfig } from '../config.js';
import { enterDays, forgetAudited, knownDays, type ReadDay, saveReading } from '../ledger/ledger-store.js';
import { localDay, wholeDays } from '../ledger/local-days.js';
import { lockOrders } from '../order-events/lock-orders.js';
import { planAudit } from './audit-plan.js';
import { type AuditedList, auditedLists } from './audited-lists.js';

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
  readonly reading: readonly (AuditDay & { readonly windows: SpanState })[];
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
 * (`readList`): what the marketplace counts and, after all passes, does not list is a gap of the day.
 * Only days that lie wholly before the list's cursor are compared: of later ones we do not claim to have everything.
 */
@Injectable()
export class AuditKind implements SyncKindHandler {
  readonly kind = 'audit';
  readonly mode = 'audit';
  /** Queued by `AuditTick`, by the end of a first load, and by the button. */
  readonly isScheduled = false;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly config: OrderServiceConfig,
    private readonly shops: KnownShops,
    private readonly relay: OutboxRelay,
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
       WHERE shop_id = $1 AND kind IN (${sqlWords(COMPLETENESS_OF)}) AND created_from IS NOT NULL ORDER BY kind DESC`,
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

  private async compare<Row, Kept>(
    context: RunContext,
    state: AuditState,
    list: AuditedList<Row, Kept>,
  ): Promise<AuditState> {
    const clockOffsetMs = await clockOffset(this.database);
    const [reading] = state.reading;
    return reading === undefined
      ? this.begin(context, state, list, clockOffsetMs)
      : this.goOn(context, state, reading, list, clockOffsetMs);
  }

  /** The first page of some days; most days have no other, and are done with. */
  private async begin<Row, Kept>(
    context: RunContext,
    state: AuditState,
    list: AuditedList<Row, Kept>,
    clockOffsetMs: number,
  ): Promise<AuditState> {
    const { what } = list.subject;
    const days = state.days.slice(0, DAYS_A_COMMIT).filter((each) => each.what === what);
    const begun = await allOf(
      days.map(async ({ day }) => {
        const span = spanOfDay(day, state.timeZone);
        const step = await readStep(context, span, {
          list: list.list,
          complete: (page) => list.complete(context, page),
        });
        return { day, span, step };
      }),
    );
    let next = state;
    let done: { day: string; read: ReadDay }[] = [];
    let again: { day: string; what: Said }[] = [];
    await context.commit(async (tx) => {
      await lockOrders(
        tx,
        context.shopId,
        ordersOf(
          list,
          begun.flatMap(({ step }) => step.pages),
        ),
      );
      const ids = listedIds(tx, context, list.what.code);
      const reading: AuditState['reading'][number][] = [];
      done = [];
      again = [];
      let [changedDelta, quarantinedDelta] = [0, 0];
      for (const { day, span, step } of begun) {
        const stored = await list.store(tx, context.shopId, day, step.pages, clockOffsetMs);
        changedDelta += stored.changedDelta ?? 0;
        quarantinedDelta += stored.quarantinedDelta ?? 0;
        const settled = await step.settle(ids);
        // That a day has several pages is nothing to tell.
        const told = settled.news.map((news) => tellNews(news, list.what));
        again.push(...told.flatMap(({ level, said }) => (level === 'info' ? [] : { day, what: said })));
        if (!isReadWhole(settled.state)) {
          reading.push({ what, day, windows: { ...span, ...settled.state } });
          continue;
        }
        const local = localDay(day, state.timeZone);
        done.push({ day, read: await saveReading(tx, context.shopId, list.subject, local, 0) });
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
  private async goOn<Row, Kept>(
    context: RunContext,
    state: AuditState,
    reading: AuditState['reading'][number],
    list: AuditedList<Row, Kept>,
    clockOffsetMs: number,
  ): Promise<AuditState> {
    const { day } = reading;
    const rest = state.reading.slice(1);
    const read = await readList<Row, Kept>(context, reading.windows, {
      what: list.what,
      countsRows: false,
      list: list.list,
      ids: listedIds,
      complete: (page) => list.complete(context, page),
      store: async (tx, pages) => {
        await lockOrders(tx, context.shopId, ordersOf(list, pages));
        return list.store(tx, context.shopId, day, pages, clockOffsetMs);
      },
      closed: () => Promise.resolve(),
      stateOf: (windows): AuditState => ({ ...state, reading: [{ ...reading, windows }, ...rest] }),
      stepped: () => this.relay.wake(),
    });
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
function ordersOf<Row, Kept>(list: AuditedList<Row, Kept>, pages: readonly ReadPage<Kept>[]): string[] {
  return [...new Set(pages.flatMap((page) => page.records.map((row) => list.orderOf(row))))];
}

function spanOfDay(day: string, timeZone: string): SpanState {
  const { start, end } = localDay(day, timeZone);
  const span = { from: start.getTime() / 1000, to: end.getTime() / 1000 - 1 };
  return { by: 'created', ...span, ...beginSpan(span) };
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
