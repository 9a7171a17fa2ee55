import { say } from '#contracts';
import { type ListPage, type MarketplaceConnector, MarketplaceError, type ProductRecord } from '#marketplace';
import type { Database } from '#runtime';
import { askApart, clockOffset, type RunContext } from '#sync';
import { refusedWords, setApart } from '../scans/set-apart.js';
import { progressOf, type Scan } from '../scans/store-pages.js';
import { beginByNumber, isLastTry, judgeAsked } from './asked-by-number.js';
import { delistProducts, nextMissing } from './missing-products.js';
import { areWhole, PRODUCT_LISTS, type ScanState } from './scan-state.js';
import { storeProductPages } from './store-product-pages.js';

/** The most that one question by number takes. */
const PRODUCTS_A_QUESTION = 100;
/** A whole catalogue that is gone without a trace is believed up to this size only. */
const MAX_VANISHED_AT_ONCE = 20;

/**
 * Asks by number for the next products that the lists did not show, and calls delisted those that are gone: what the
 * marketplace shows among the deleted, and, when every list was whole, what it does not know at all. One that it refuses
 * to tell about is set apart, one that fails for now is asked for once more at the end, and their neighbours have their
 * answers. The next phase begins when none is left.
 */
export async function checkMissing(
  context: RunContext,
  scan: Scan,
  state: ScanState,
  database: Database,
  connector: MarketplaceConnector,
): Promise<ScanState> {
  const fresh = await nextMissing(database, scan.shopId, scan.id, state.after, PRODUCTS_A_QUESTION);
  const isSecondTry = fresh.length === 0;
  const productIds = isSecondTry ? state.putOff.slice(0, PRODUCTS_A_QUESTION) : fresh;
  if (productIds.length === 0) return { ...state, phase: 'prices', ...beginByNumber(false) };
  const asked = await askApart(
    productIds,
    (ids) => context.call((call) => connector.getProductsById(call, ids)),
    { isThorough: isLastTry(state, isSecondTry) },
  );
  if (asked.left.length === productIds.length) throw asked.error;
  const { answers, left } = asked;
  const { next, apart, fault } = judgeAsked(state, isSecondTry, productIds, asked, (productId) => productId);
  const isWhole = areWhole(state, PRODUCT_LISTS);
  const told = answers.map(({ items, answer }) => ({
    alive: { ...answer, records: answer.records.filter((record) => record.listing !== 'deleted') },
    gone: goneOf(items, answer),
  }));
  const alive = told.reduce((sum, { alive: page }) => sum + page.records.length, 0);
  const vanished = told.reduce((sum, { gone }) => sum + gone.withoutTrace.length, 0);
  if (isWhole) await refuseToLoseAll(database, scan, alive, vanished);
  let delisted = 0;
  await context.commit(async (tx) => {
    const stored = progressOf(
      await storeProductPages(
        tx,
        scan,
        told.map((each) => each.alive),
      ),
    );
    const clockOffsetMs = await clockOffset(tx);
    let { changedDelta } = stored;
    for (const { alive: page, gone } of told) {
      const outcome = await delistProducts(
        tx,
        scan.shopId,
        scan.id,
        isWhole ? [...gone.deleted, ...gone.withoutTrace] : gone.deleted,
        new Date(page.requestStartedAt.getTime() + clockOffsetMs),
      );
      delisted += outcome.delisted;
      changedDelta += outcome.changed;
    }
    const kept = await setApart(
      tx,
      scan,
      'products',
      apart.map(({ item, error }) => ({ id: item, error })),
    );
    return {
      state: next,
      doneDelta: stored.doneDelta,
      changedDelta,
      quarantinedDelta: stored.quarantinedDelta + kept,
    };
  });
  await context.log(
    'info',
    say('log.missing_asked', { asked: productIds.length - left.length, alive, delisted }),
  );
  if (apart.length > 0) await context.log('warn', refusedWords(say('what.products'), apart));
  if (!isWhole && vanished > 0) {
    await context.log('warn', say('log.missing_unknown', { count: vanished }));
  }
  if (fault !== undefined) throw fault;
  return next;
}

interface Gone {
  /** The marketplace shows them among the deleted. */
  readonly deleted: readonly string[];
  /** The marketplace does not know them at all. */
  readonly withoutTrace: readonly string[];
}

/** A row that could not be read is there; one whose id could not be read may be any of those asked for. */
function goneOf(productIds: readonly string[], answer: ListPage<ProductRecord>): Gone {
  const deleted = answer.records
    .filter((record) => record.listing === 'deleted')
    .map((record) => record.productId);
  const answered = new Set([
    ...answer.records.map((record) => record.productId),
    ...answer.unreadable.map((record) => record.platformId),
  ]);
  const withoutTrace = answered.has(null) ? [] : productIds.filter((productId) => !answered.has(productId));
  return { deleted, withoutTrace };
}

/**
 * Empty answers to every question look like a shop that has lost its whole catalogue; far more often the marketplace
 * has lost sight of the shop. What sellers delete is shown among the deleted.
 */
async function refuseToLoseAll(
  database: Database,
  scan: Scan,
  alive: number,
  vanished: number,
): Promise<void> {
  if (alive > 0 || vanished <= MAX_VANISHED_AT_ONCE) return;
  const [row] = await database.query<{ isAnySeen: boolean }>(
    'SELECT EXISTS (SELECT FROM products WHERE shop_id = $1 AND scan_id = $2) AS "isAnySeen"',
    [scan.shopId, scan.id],
  );
  if (row?.isAnySeen === true) return;
  throw new MarketplaceError({
    kind: 'transient',
    operation: 'list of products',
    what: say('answer.all_gone', { count: vanished }),
    remedy: say('remedy.look_at_shop'),
    retryable: true,
  });
}
