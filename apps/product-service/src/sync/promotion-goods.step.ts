import { isMarketplaceError, type ListPage, type MarketplaceConnector } from '#marketplace';
import type { Database } from '#runtime';
import type { RunContext } from '#sync';
import { countGoodsMet, type GoodsMet, markGoodsGone } from '../promotions/gone-promotions.js';
import { type EnrolledGoods, enrolledId, storePromotionGoods } from '../promotions/promotion-goods-store.js';
import { nextPages, PAGE_SIZE } from './list-pass.js';
import { type OpenPromotion, type PromotionScanState, totalOf } from './promotion-scan-state.js';
import { allOf, notEmptyByMistake } from './read-pages.js';
import { type Scan, storePages } from './store-pages.js';
import { beginReading, endReading, readingAfter } from './whole-reading.js';

/** First pages asked for at once; most promotions have one. */
const PROMOTIONS_AT_ONCE = 5;

type GoodsPage = ListPage<EnrolledGoods>;

/** What every part of the step works with. */
interface Step {
  readonly context: RunContext;
  readonly scan: Scan;
  readonly state: PromotionScanState;
  readonly database: Database;
  readonly connector: MarketplaceConnector;
}

/** One transaction's worth of the goods of the promotions that the scan has seen. */
export async function readPromotionGoods(
  context: RunContext,
  scan: Scan,
  state: PromotionScanState,
  database: Database,
  connector: MarketplaceConnector,
): Promise<PromotionScanState> {
  const step: Step = { context, scan, state, database, connector };
  const [current] = state.open;
  if (current === undefined) return openNext(step);
  const ended = state.open.filter(({ reading }) => nextPages(reading.pass).length === 0);
  if (ended.length > 0) return endGoods(step, ended);
  const numbers = nextPages(current.reading.pass);
  const pages = await allOf(numbers.map((number) => readPage(step, current.promotionId, number)));
  const answered = pages.filter((page) => page !== undefined);
  if (answered.length < pages.length) return close(state, current);
  const next = replace(state, { ...current, reading: readingAfter(current.reading, answered) });
  await commit(step, next, answered);
  return next;
}

async function openNext(step: Step): Promise<PromotionScanState> {
  const { context, scan, state, database } = step;
  const promotionIds = await nextPromotions(database, scan, state.after, context.isForPerson);
  const last = promotionIds.at(-1);
  if (last === undefined) return { ...state, phase: 'done' };
  const pages = await allOf(promotionIds.map((promotionId) => readPage(step, promotionId, 1)));
  const answered = pages.filter((page) => page !== undefined);
  const next: PromotionScanState = {
    ...state,
    after: last,
    open: promotionIds.flatMap((promotionId, index) => {
      const page = pages[index];
      return page === undefined ? [] : [{ promotionId, reading: beginReading(page) }];
    }),
    goodsTotal: state.goodsTotal + answered.reduce((sum, page) => sum + page.total, 0),
  };
  await commit(step, next, answered);
  return next;
}

/**
 * Promotions in which the shop takes part, as the list says or as we know. Of one that is over nothing changes any more:
 * the timer reads its goods once after its end and then once a day; a person who asks for a run gets all of them.
 */
async function nextPromotions(
  database: Database,
  scan: Scan,
  after: string,
  isForPerson: boolean,
): Promise<string[]> {
  const rows = await database.query<{ promotionId: string }>(
    `SELECT promotion_id AS "promotionId" FROM promotions AS promotion
     WHERE shop_id = $1 AND scan_id = $2 AND promotion_id > $3
       AND (is_joined IS DISTINCT FROM false OR EXISTS (
         SELECT FROM promotion_goods AS goods
         WHERE goods.shop_id = $1 AND goods.promotion_id = promotion.promotion_id AND goods.gone_at IS NULL))
       AND ($4 OR ends_at IS NULL OR ends_at >= now() OR goods_read_at IS NULL
         OR goods_read_at < greatest(ends_at, now() - interval '1 day'))
     ORDER BY promotion_id LIMIT $5`,
    [scan.shopId, scan.id, after, isForPerson, PROMOTIONS_AT_ONCE],
  );
  return rows.map((row) => row.promotionId);
}

/** Undefined when the marketplace refuses this promotion: it must not cost the others their run. */
async function readPage(step: Step, promotionId: string, page: number): Promise<GoodsPage | undefined> {
  const { context, connector } = step;
  try {
    const answer = await context.call((call) =>
      connector.listPromotionGoods(call, { promotionId, page, pageSize: PAGE_SIZE }),
    );
    return asEnrolled(notEmptyByMistake(answer, page, `goods of promotion ${promotionId}`), promotionId);
  } catch (error) {
    if (!isMarketplaceError(error) || error.kind !== 'business') throw error;
    await context.log(
      'warn',
      `the goods of promotion ${promotionId} are left as they were: ${error.message}`,
    );
    return undefined;
  }
}

function asEnrolled(
  page: Awaited<ReturnType<MarketplaceConnector['listPromotionGoods']>>,
  promotionId: string,
): GoodsPage {
  return {
    ...page,
    records: page.records.map((record) => ({ ...record, promotionId })),
    unreadable: page.unreadable.map((record) =>
      record.platformId === null
        ? record
        : { ...record, platformId: enrolledId({ promotionId, goodsId: record.platformId }) },
    ),
  };
}

async function commit(step: Step, next: PromotionScanState, pages: readonly GoodsPage[]): Promise<void> {
  await step.context.commit(async (tx) => {
    const stored = await storePages(tx, step.scan, 'promotion_goods', pages, enrolledId, storePromotionGoods);
    return {
      state: next,
      total: totalOf(next),
      doneDelta: stored.seen + stored.quarantined,
      changedDelta: stored.changed,
      quarantinedDelta: stored.quarantined,
    };
  });
}

/** All promotions whose passes are at their ends, in one transaction. */
async function endGoods(step: Step, ended: readonly OpenPromotion[]): Promise<PromotionScanState> {
  const { context, scan, database } = step;
  const met = await countGoodsMet(
    database,
    scan,
    ended.map(({ promotionId }) => promotionId),
  );
  let next = step.state;
  const whole: string[] = [];
  for (const promotion of ended) {
    const end = await endOne(context, promotion, met.get(promotion.promotionId) ?? { seen: 0, missing: 0 });
    next = end.again === undefined ? close(next, promotion) : replace(next, end.again);
    if (end.isWhole) whole.push(promotion.promotionId);
  }
  await context.commit(async (tx) => {
    const gone = await markGoodsGone(tx, scan, whole);
    await tx.query(
      'UPDATE promotions SET goods_read_at = now() WHERE shop_id = $1 AND promotion_id = ANY($2::text[])',
      [scan.shopId, whole],
    );
    return { state: next, changedDelta: gone };
  });
  return next;
}

async function endOne(
  context: RunContext,
  { promotionId, reading }: OpenPromotion,
  { seen, missing }: GoodsMet,
): Promise<{ readonly isWhole: boolean; readonly again?: OpenPromotion }> {
  const end = endReading(reading, seen, missing);
  const words = `promotion ${promotionId}: ${seen} of ${reading.pass.lastTotal} goods seen, ${missing} known ones missing`;
  switch (end.outcome) {
    case 'again':
      await context.log('info', `${words}; reading them again`);
      return { isWhole: false, again: { promotionId, reading: end.reading } };
    case 'partial':
      await context.log('warn', `${words}, they could not be read whole; none is called gone for it`);
      return { isWhole: false };
    case 'whole':
      return { isWhole: true };
  }
}

function replace(state: PromotionScanState, changed: OpenPromotion): PromotionScanState {
  return {
    ...state,
    open: state.open.map((each) => (each.promotionId === changed.promotionId ? changed : each)),
  };
}

function close(state: PromotionScanState, ended: OpenPromotion): PromotionScanState {
  return { ...state, open: state.open.filter(({ promotionId }) => promotionId !== ended.promotionId) };
}
