import { say } from '#contracts';
import {
  allOf,
  isMarketplaceError,
  type ListPage,
  type MarketplaceConnector,
  type MarketplaceError,
  type UnreadableRecord,
} from '#marketplace';
import type { Database, Transaction } from '#runtime';
import { forgetListed, isOfOneRecord, type ListKey, type RunContext, resolveQuarantined } from '#sync';
import {
  afterPages,
  countMet,
  endPass,
  incompleteList,
  isOfOnePage,
  judgeMissing,
  nextPages,
  noteMet,
  openList,
  PAGE_SIZE,
  passAgain,
} from '../scans/list-reading.js';
import { notEmptyByMistake } from '../scans/read-pages.js';
import { setApart } from '../scans/set-apart.js';
import { progressOf, type Scan, storePages } from '../scans/store-pages.js';
import { countProductsMissing, markProductsGone } from './gone-promotions.js';
import { type EnrolledProduct, enrolledId, storePromotionProducts } from './promotion-products-store.js';
import { type OpenPromotion, type PromotionScanState, totalOf } from './promotion-scan-state.js';

/**
 * Temu's codes of a promotion that was cancelled (220010003) or has ended (220010004): an answer about it, and no fault.
 * Their source stands in the connector's table of errors.
 */
const OVER_CODES: ReadonlySet<string> = new Set(['220010003', '220010004']);
/** First pages asked for at once; most promotions have one. */
const PROMOTIONS_AT_ONCE = 5;

type ProductsPage = ListPage<EnrolledProduct>;

interface ProductsAnswer {
  readonly promotionId: string;
  readonly number: number;
  /** The error by which the marketplace refuses this promotion. */
  readonly page: ProductsPage | MarketplaceError;
}

/** What every part of the step works with. */
interface Step {
  readonly context: RunContext;
  readonly scan: Scan;
  readonly state: PromotionScanState;
  readonly database: Database;
  readonly connector: MarketplaceConnector;
}

/**
 * One transaction's worth of the goods of the promotions that the scan has seen. One promotion that the marketplace
 * refuses costs the others nothing: it is set apart, unless it says that the promotion is over. One that fails for now is put off to the end, and set apart only
 * when it fails again.
 */
export async function readPromotionProducts(
  context: RunContext,
  scan: Scan,
  state: PromotionScanState,
  database: Database,
  connector: MarketplaceConnector,
): Promise<PromotionScanState> {
  const step: Step = { context, scan, state, database, connector };
  const [current] = state.open;
  if (current === undefined) return openNext(step);
  const ended = state.open.filter(({ reading }) => nextPages(reading).length === 0);
  if (ended.length > 0) return endProducts(step, ended);
  const { promotionId, reading } = current;
  const answers = await allOf(nextPages(reading).map((number) => readPage(step, promotionId, number)));
  const refused = answers.find(({ page }) => isMarketplaceError(page));
  const next =
    refused === undefined
      ? replace(state, { ...current, reading: afterPages(reading, pagesOf(answers)) })
      : close(state, promotionId);
  await commit(step, next, answers, refused === undefined ? [] : [refused]);
  return next;
}

async function openNext(step: Step): Promise<PromotionScanState> {
  const { context, scan, state, database } = step;
  const fresh = await nextPromotions(database, scan, state.after, context.isForPerson);
  const promotionIds = fresh.length > 0 ? fresh : state.putOff.slice(0, PROMOTIONS_AT_ONCE);
  const last = promotionIds.at(-1);
  if (last === undefined) return { ...state, phase: 'done' };
  const isSecondTry = fresh.length === 0;
  const answers = await allOf(promotionIds.map((promotionId) => readPage(step, promotionId, 1)));
  const faults = answers.filter(({ page }) => isMarketplaceError(page) && page.kind === 'transient');
  throwIfUnwell(answers, faults, isSecondTry);
  const pages = pagesOf(answers);
  const putOff = isSecondTry
    ? state.putOff.slice(promotionIds.length)
    : [...state.putOff, ...faults.map(({ promotionId }) => promotionId)];
  const next: PromotionScanState = {
    ...state,
    after: isSecondTry ? state.after : last,
    putOff,
    open: pages.map(({ promotionId, page }) => ({
      promotionId,
      reading: openList(page, enrolledId),
      isConfirming: false,
    })),
    productTotal: state.productTotal + pages.reduce((sum, { page }) => sum + page.total, 0),
  };
  const refused = answers.filter(
    (answer) => isMarketplaceError(answer.page) && (isSecondTry || !faults.includes(answer)),
  );
  await commit(step, next, answers, refused);
  return next;
}

/** Faults of several promotions without an answer between are the marketplace's own: the run waits and asks again. */
function throwIfUnwell(
  answers: readonly ProductsAnswer[],
  faults: readonly ProductsAnswer[],
  isSecondTry: boolean,
): void {
  const [fault] = faults;
  if (fault === undefined || !isMarketplaceError(fault.page) || faults.length < answers.length) return;
  if (faults.length > 1 && !isSecondTry) throw fault.page;
}

/**
 * Promotions in which the shop takes part, as the list says or as we know. Of one that is over nothing changes any more:
 * the timer reads its goods once after its end and then once a day, and asks as seldom for one that was refused; a person
 * who asks for a run gets all of them.
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
         SELECT FROM promotion_products AS goods
         WHERE goods.shop_id = $1 AND goods.promotion_id = promotion.promotion_id AND goods.gone_at IS NULL))
       AND ($4 OR (products_refused_at IS NULL OR products_refused_at < now() - interval '1 day')
         AND (ends_at IS NULL OR ends_at >= now() OR products_read_at IS NULL
           OR products_read_at < greatest(ends_at, now() - interval '1 day')))
     ORDER BY promotion_id LIMIT $5`,
    [scan.shopId, scan.id, after, isForPerson, PROMOTIONS_AT_ONCE],
  );
  return rows.map((row) => row.promotionId);
}

async function readPage(step: Step, promotionId: string, number: number): Promise<ProductsAnswer> {
  const { context, connector } = step;
  try {
    const answer = await context.call((call) =>
      connector.listPromotionProducts(call, { promotionId, page: number, pageSize: PAGE_SIZE }),
    );
    const page = notEmptyByMistake(answer, number, say('what.promotion_products', { promotionId }));
    return { promotionId, number, page: asEnrolled(page, promotionId) };
  } catch (error) {
    if (!isOfOneRecord(error)) throw error;
    await context.log(
      isOver(error) ? 'info' : 'warn',
      say('log.promotion_products_left', { promotionId, why: error.what }),
    );
    return { promotionId, number, page: error };
  }
}

function asEnrolled(
  page: Awaited<ReturnType<MarketplaceConnector['listPromotionProducts']>>,
  promotionId: string,
): ProductsPage {
  return {
    ...page,
    records: page.records.map((record) => ({ ...record, promotionId })),
    unreadable: page.unreadable.map((record) =>
      record.platformId === null
        ? record
        : { ...record, platformId: enrolledId({ promotionId, productId: record.platformId }) },
    ),
    unreadableParts: page.unreadableParts?.map((part) => ofProducts(part, promotionId)),
  };
}

/** A SKU that could not be understood, `productId/skuId`, is kept under its product: whose next full answer ends it. */
function ofProducts(part: UnreadableRecord, promotionId: string): UnreadableRecord {
  const [productId = ''] = part.platformId?.split('/') ?? [];
  return {
    ...part,
    platformId: enrolledId({ promotionId, productId }),
    reason: say('record.of_sku', { id: part.platformId ?? '', reason: part.reason }),
  };
}

function pagesOf(
  answers: readonly ProductsAnswer[],
): { readonly promotionId: string; readonly number: number; readonly page: ProductsPage }[] {
  return answers.flatMap(({ promotionId, number, page }) =>
    isMarketplaceError(page) ? [] : [{ promotionId, number, page }],
  );
}

async function commit(
  { context, scan }: Step,
  next: PromotionScanState,
  answers: readonly ProductsAnswer[],
  refused: readonly ProductsAnswer[],
): Promise<void> {
  const pages = pagesOf(answers);
  await context.commit(async (tx) => {
    for (const { promotionId, page } of pages) {
      const reading = next.open.find((each) => each.promotionId === promotionId)?.reading;
      await noteMet(tx, keyOf(scan, promotionId), reading, page, enrolledId);
    }
    const stored = await storePages(
      tx,
      scan,
      'promotion_products',
      pages.map(({ page }) => page),
      enrolledId,
      storePromotionProducts,
    );
    const progress = progressOf(stored);
    const errors = refused.flatMap(({ promotionId, page }) =>
      isMarketplaceError(page) ? [{ id: promotionId, error: page }] : [],
    );
    await noteRefused(tx, scan, errors);
    const faults = errors.filter(({ error }) => !isOver(error));
    const apart = await setApart(tx, scan, 'promotion_products', faults);
    return {
      state: next,
      total: totalOf(next),
      ...progress,
      quarantinedDelta: progress.quarantinedDelta + apart,
    };
  });
}

/** A refusal stands until the next day; one that says that the promotion is over is all that can be read of its goods. */
async function noteRefused(
  tx: Transaction,
  { shopId }: Scan,
  errors: readonly { readonly id: string; readonly error: MarketplaceError }[],
): Promise<void> {
  const refused = errors.filter(({ error }) => error.kind === 'business').map(({ id }) => id);
  if (refused.length === 0) return;
  const over = errors.filter(({ error }) => isOver(error)).map(({ id }) => id);
  await tx.query(
    `UPDATE promotions SET products_refused_at = now(),
       products_read_at = CASE WHEN promotion_id = ANY($3::text[]) THEN now() ELSE products_read_at END
     WHERE shop_id = $1 AND promotion_id = ANY($2::text[])`,
    [shopId, refused, over],
  );
  await resolveQuarantined(tx, shopId, 'promotion_products', over);
}

function isOver({ kind, platformCode }: MarketplaceError): boolean {
  return kind === 'business' && platformCode !== null && OVER_CODES.has(platformCode);
}

/** All promotions whose passes are at their ends, in one transaction. */
async function endProducts(step: Step, ended: readonly OpenPromotion[]): Promise<PromotionScanState> {
  const { context, scan, database } = step;
  const missing = await countProductsMissing(
    database,
    scan,
    ended.map(({ promotionId }) => promotionId),
  );
  let next = step.state;
  const whole: string[] = [];
  const gone: string[] = [];
  for (const promotion of ended) {
    const met = await countMet(database, keyOf(scan, promotion.promotionId), promotion.reading);
    const outcome = await endOne(context, promotion, met, missing.get(promotion.promotionId) ?? 0);
    next = 'again' in outcome ? replace(next, outcome.again) : close(next, promotion.promotionId);
    if ('isWhole' in outcome) whole.push(promotion.promotionId);
    if ('hasGone' in outcome && outcome.hasGone) gone.push(promotion.promotionId);
    if ('incomplete' in outcome) {
      next = { ...next, incompleteProducts: [...next.incompleteProducts, outcome.incomplete] };
    }
  }
  await context.commit(async (tx) => {
    for (const { promotionId, reading } of ended) {
      if (!isOfOnePage(reading)) await forgetListed(tx, keyOf(scan, promotionId));
    }
    await resolveQuarantined(tx, scan.shopId, 'promotion_products', whole);
    const changedDelta = await markProductsGone(tx, scan, gone);
    await tx.query(
      `UPDATE promotions SET products_read_at = now(), products_refused_at = NULL
       WHERE shop_id = $1 AND promotion_id = ANY($2::text[])`,
      [scan.shopId, whole],
    );
    return { state: next, changedDelta };
  });
  return next;
}

type EndOfProducts =
  | { readonly again: OpenPromotion }
  | { readonly incomplete: ReturnType<typeof incompleteList> }
  | { readonly isWhole: true; readonly hasGone: boolean };

async function endOne(
  context: RunContext,
  { promotionId, reading, isConfirming }: OpenPromotion,
  met: number,
  missing: number,
): Promise<EndOfProducts> {
  const ended = endPass(reading, met);
  const found = { promotionId, met, total: reading.pass.lastTotal, missing };
  if (ended.end === null) {
    await context.log('info', say('log.promotion_products_again', found));
    return { again: { promotionId, reading: ended, isConfirming } };
  }
  if (ended.end === 'incomplete') {
    await context.log('warn', say('log.promotion_products_incomplete', found));
    return { incomplete: incompleteList(say('what.promotion_products', { promotionId }), ended) };
  }
  switch (judgeMissing(missing, ended.hasNameless, isConfirming)) {
    case 'none':
      return { isWhole: true, hasGone: false };
    case 'untold':
      await context.log('warn', say('log.promotion_products_untold', found));
      return { isWhole: true, hasGone: false };
    case 'again':
      await context.log('info', say('log.promotion_products_again', found));
      return { again: { promotionId, reading: passAgain(ended), isConfirming: true } };
    case 'gone':
      return { isWhole: true, hasGone: true };
  }
}

function keyOf({ shopId }: Scan, promotionId: string): ListKey {
  return { shopId, kind: 'promotions', list: `goods of ${promotionId}` };
}

function replace(state: PromotionScanState, changed: OpenPromotion): PromotionScanState {
  return {
    ...state,
    open: state.open.map((each) => (each.promotionId === changed.promotionId ? changed : each)),
  };
}

function close(state: PromotionScanState, ended: string): PromotionScanState {
  return { ...state, open: state.open.filter(({ promotionId }) => promotionId !== ended) };
}
