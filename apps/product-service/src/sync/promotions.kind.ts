import { Inject, Injectable } from '@nestjs/common';
import type { ListPage, MarketplaceConnector, PromotionRecord } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import { CONNECTOR, type RunContext, type SyncKindHandler } from '#sync';
import { countMissingPromotions, markPromotionsGone } from '../promotions/gone-promotions.js';
import { storePromotions } from '../promotions/promotion-store.js';
import { nextPages, PAGE_SIZE } from './list-pass.js';
import { readPromotionGoods } from './promotion-goods.step.js';
import { type PromotionScanState, readPromotionScanState, totalOf } from './promotion-scan-state.js';
import { allOf, notEmptyByMistake } from './read-pages.js';
import { type Scan, storePages } from './store-pages.js';
import { beginReading, endReading, readingAfter } from './whole-reading.js';

/**
 * Scans the promotions of a shop: the list of all of them, then of each its products with their SKUs. Every step is one
 * transaction that ends with where the scan stands. The calls need permissions of their own: without them this kind
 * fails and says which, and the others go on.
 */
@Injectable()
export class PromotionsKind implements SyncKindHandler {
  readonly kind = 'promotions';
  readonly mode = 'scan';
  readonly isScheduled = true;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const scan: Scan = { id: context.run.id, shopId: context.shopId, since: context.run.created_at };
    let state = readPromotionScanState(context.run.state);
    while (state.phase !== 'done') {
      state =
        state.phase === 'promotions'
          ? await this.readList(context, scan, state)
          : await readPromotionGoods(context, scan, state, this.database, this.connector);
      this.relay.wake();
    }
  }

  private async readList(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
  ): Promise<PromotionScanState> {
    const { list } = state;
    if (list === null) {
      const first = await this.readPage(context, 1);
      const opened = { ...state, list: beginReading(first) };
      await this.commit(context, scan, opened, [first]);
      await context.log('info', `promotions: ${first.total}`);
      return opened;
    }
    const numbers = nextPages(list.pass);
    if (numbers.length === 0) return this.endList(context, scan, state);
    const pages = await allOf(numbers.map((number) => this.readPage(context, number)));
    const next = { ...state, list: readingAfter(list, pages) };
    await this.commit(context, scan, next, pages);
    return next;
  }

  private async readPage(context: RunContext, page: number): Promise<ListPage<PromotionRecord>> {
    const answer = await context.call((call) =>
      this.connector.listPromotions(call, {
        type: this.connector.promotionTypes[0] ?? 0,
        page,
        pageSize: PAGE_SIZE,
      }),
    );
    return notEmptyByMistake(answer, page, 'promotions');
  }

  private async commit(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
    pages: readonly ListPage<PromotionRecord>[],
  ): Promise<void> {
    await context.commit(async (tx) => {
      const stored = await storePages(tx, scan, 'promotions', pages, idOf, storePromotions);
      return {
        state,
        total: totalOf(state),
        doneDelta: stored.seen + stored.quarantined,
        changedDelta: stored.changed,
        quarantinedDelta: stored.quarantined,
      };
    });
  }

  private async endList(
    context: RunContext,
    scan: Scan,
    state: PromotionScanState,
  ): Promise<PromotionScanState> {
    if (state.list === null) return state;
    const seen = await this.countSeen(scan);
    const missing = await countMissingPromotions(this.database, scan);
    const end = endReading(state.list, seen, missing);
    const { lastTotal } = state.list.pass;
    const words = `promotions: ${seen} of ${lastTotal} seen, ${missing} known ones missing`;
    if (end.outcome === 'again') {
      await context.log('info', `${words}; reading the list again`);
      return { ...state, list: end.reading };
    }
    const next: PromotionScanState = { ...state, phase: 'goods' };
    if (end.outcome === 'partial') {
      await context.log('warn', `${words}, the list could not be read whole; nothing is called gone for it`);
    } else if (missing > 0) {
      await this.markGone(context, scan, next, lastTotal === 0, missing);
    }
    return next;
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
    if (gone > 0) await context.log('info', `${gone} promotions are no longer listed`);
    if (gone < missing) {
      await context.log(
        'warn',
        `the marketplace lists no promotion at all; the ${missing - gone} known ones stay until it has done so for a day`,
      );
    }
  }

  private async countSeen(scan: Scan): Promise<number> {
    const [row] = await this.database.query<{ seen: number }>(
      'SELECT count(*) AS seen FROM promotions WHERE shop_id = $1 AND scan_id = $2',
      [scan.shopId, scan.id],
    );
    return row?.seen ?? 0;
  }
}

function idOf(record: PromotionRecord): string {
  return record.promotionId;
}
