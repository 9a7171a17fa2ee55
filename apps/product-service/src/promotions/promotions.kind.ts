import { Injectable } from '@nestjs/common';
import { say } from '#contracts';
import {
  allOf,
  isMarketplaceError,
  type ListPage,
  type MarketplaceConnector,
  type PromotionRecord,
} from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import {
  forgetAllListed,
  forgetListed,
  type ListKey,
  listIncomplete,
  type RunContext,
  ShopConnectors,
  type SyncKindHandler,
  unlessRefused,
} from '#sync';
import {
  afterPages,
  countMet,
  endPass,
  isOfOnePage,
  judgeMissing,
  type ListReading,
  nextPages,
  noteMet,
  openList,
  PAGE_SIZE,
  passAgain,
  refusedList,
} from '../scans/list-reading.js';
import { notEmptyByMistake } from '../scans/read-pages.js';
import { progressOf, type Scan, storePages } from '../scans/store-pages.js';
import { countMissingPromotions, markPromotionsGone } from './gone-promotions.js';
import { readPromotionProducts } from './promotion-products.step.js';
import {
  incompleteLists,
  type PromotionScanState,
  readPromotionScanState,
  totalOf,
} from './promotion-scan-state.js';
import { storePromotions } from './promotion-store.js';

/** A page with the type whose list it is of. */
interface TypedPage {
  readonly type: string;
  readonly page: ListPage<PromotionRecord>;
}

/**
 * Scans the promotions of a shop: the lists of all of them, one for each of the marketplace's types, then of each its
 * products with their SKUs. Every step is one transaction that ends with where the scan stands. The calls need permissions
 * of their own: without them this kind fails and says which, and the others go on.
 */
@Injectable()
export class PromotionsKind implements SyncKindHandler {
  readonly kind = 'promotions';
  readonly mode = 'scan';
  readonly isScheduled = true;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const scan: Scan = { id: context.run.id, shopId: context.shopId, since: context.run.created_at };
    const connector = await this.connectors.of(context.shopId);
    let state = readPromotionScanState(context.run.state);
    while (state.phase !== 'done') {
      state =
        state.phase === 'promotions'
          ? await this.readLists(context, scan, state, connector)
          : await readPromotionProducts(context, scan, state, this.database, connector);
      this.relay.wake();
    }
    const incomplete = incompleteLists(state);
    if (incomplete.length > 0) {
      throw listIncomplete(incomplete, say('next.not_gone'));
    }
  }

  private async readLists(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
    connector: MarketplaceConnector,
  ): Promise<PromotionScanState> {
    const lists = Object.entries(state.lists);
    if (lists.length === 0) return this.open(context, scan, state, connector);
    const [current] = lists.filter(([, reading]) => reading.end === null);
    if (current === undefined) return this.endLists(context, scan, state);
    const [type, reading] = current;
    const numbers = nextPages(reading);
    if (numbers.length === 0) return this.endPass(context, state, type, reading);
    const answers = await allOf(
      numbers.map(async (number) => ({
        number,
        page: await unlessRefused(this.readPage(context, connector, type, number)),
      })),
    );
    const pages = answers.flatMap(({ number, page }) => (isMarketplaceError(page) ? [] : [{ number, page }]));
    const refusal = answers.map(({ page }) => page).find(isMarketplaceError);
    const read = afterPages(reading, pages);
    const next = withList(state, type, refusal === undefined ? read : refusedList(read, refusal));
    await this.commit(
      context,
      scan,
      next,
      pages.map(({ page }) => ({ type, page })),
    );
    return next;
  }

  /** Page 1 of each type's list. One that is refused costs the others nothing; when all are, it is the shop that is. */
  private async open(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
    connector: MarketplaceConnector,
  ): Promise<PromotionScanState> {
    const answers = await allOf(
      connector.promotionTypes.map(async (type) => ({
        type,
        page: await unlessRefused(this.readPage(context, connector, type, 1)),
      })),
    );
    const pages = answers.flatMap(({ type, page }) => (isMarketplaceError(page) ? [] : [{ type, page }]));
    const [first] = answers;
    if (pages.length === 0 && first !== undefined && isMarketplaceError(first.page)) throw first.page;
    const opened = answers.reduce(
      (next, { type, page }) =>
        withList(next, type, isMarketplaceError(page) ? refusedList(undefined, page) : openList(page, idOf)),
      state,
    );
    await this.commit(context, scan, opened, pages, true);
    const parts = pages.map(({ type, page }) => say('log.promotions_of_type', { count: page.total, type }));
    await context.log('info', say('log.promotions', { parts }));
    return opened;
  }

  /** The type that was asked for stands in for one that the row leaves out. */
  private async readPage(
    context: RunContext,
    connector: MarketplaceConnector,
    type: string,
    page: number,
  ): Promise<ListPage<PromotionRecord>> {
    const answer = await context.call((call) =>
      connector.listPromotions(call, { type, page, pageSize: PAGE_SIZE }),
    );
    const records = answer.records.map((record) => ({
      ...record,
      platformType: record.platformType ?? type,
    }));
    return notEmptyByMistake({ ...answer, records }, page, say('what.promotion_list', { type }));
  }

  private async commit(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
    typed: readonly TypedPage[],
    isOpening = false,
  ): Promise<void> {
    await context.commit(async (tx) => {
      // What a run has left that nobody goes on with.
      if (isOpening) await forgetAllListed(tx, scan.shopId, this.kind);
      for (const { type, page } of typed) {
        await noteMet(tx, keyOf(scan, type), state.lists[type], page, idOf);
      }
      const pages = typed.map(({ page }) => page);
      const stored = await storePages(tx, scan, 'promotions', pages, idOf, storePromotions);
      return { state, total: totalOf(state), ...progressOf(stored) };
    });
  }

  private async endPass(
    context: RunContext,
    state: PromotionScanState,
    type: string,
    reading: ListReading,
  ): Promise<PromotionScanState> {
    const key = keyOf({ shopId: context.shopId }, type);
    const met = await countMet(this.database, key, reading);
    const ended = endPass(reading, met);
    const next = withList(state, type, ended);
    if (!isOfOnePage(reading)) {
      await context.commit(async (tx) => {
        await forgetListed(tx, key);
        return { state: next };
      });
    }
    const { lastTotal, number } = reading.pass;
    const found = { what: say('what.promotion_list', { type }), met, total: lastTotal };
    if (ended.end === null) {
      await context.log('info', say('log.list_again', found));
    } else if (ended.end === 'incomplete') {
      await context.log('warn', say('log.list_not_whole', { ...found, readings: number }));
    }
    return next;
  }

  /** Only the lists of all types together show what is gone: a promotion may have moved from one to another. */
  private async endLists(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
  ): Promise<PromotionScanState> {
    const readings = Object.values(state.lists);
    const next: PromotionScanState = { ...state, phase: 'goods' };
    const missing = await countMissingPromotions(this.database, scan);
    if (readings.some(({ end }) => end !== 'whole')) {
      await context.log('warn', say('log.promotions_not_whole', { missing }));
      return next;
    }
    const hasNameless = readings.some((reading) => reading.hasNameless);
    switch (judgeMissing(missing, hasNameless, state.isConfirming)) {
      case 'none':
        return next;
      case 'untold':
        await context.log('warn', say('log.promotions_untold', { missing }));
        return next;
      case 'again': {
        await context.log('info', say('log.promotions_again', { missing }));
        const lists = Object.entries(state.lists).map(
          ([type, reading]) => [type, passAgain(reading)] as const,
        );
        return { ...state, lists: Object.fromEntries(lists), isConfirming: true };
      }
      case 'gone': {
        const isEmpty = readings.every(({ pass }) => pass.lastTotal === 0);
        await this.markGone(context, scan, next, isEmpty, missing);
        return next;
      }
    }
  }

  private async markGone(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
    isListEmpty: boolean,
    missing: number,
  ): Promise<void> {
    let gone = 0;
    await context.commit(async (tx) => {
      gone = await markPromotionsGone(tx, scan, isListEmpty);
      return { state, changedDelta: gone };
    });
    if (gone > 0) await context.log('info', say('log.promotions_gone', { count: gone }));
    if (gone < missing) {
      await context.log('warn', say('log.promotions_all_gone', { count: missing - gone }));
    }
  }
}

function keyOf({ shopId }: Pick<Scan, 'shopId'>, type: string): ListKey {
  return { shopId, kind: 'promotions', list: `type ${type}` };
}

function withList(state: PromotionScanState, type: string, reading: ListReading): PromotionScanState {
  return { ...state, lists: { ...state.lists, [type]: reading } };
}

function idOf(record: PromotionRecord): string {
  return record.promotionId;
}
