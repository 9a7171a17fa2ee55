import { say } from '#contracts';
import {
  idOfUnreadable,
  isMarketplaceError,
  type MarketplaceConnector,
  type MarketplaceError,
  type SkuSupplierPrice,
  type UnreadableRecord,
} from '#marketplace';
import type { Database, Transaction } from '#runtime';
import {
  type AskedApart,
  askApart,
  clockOffset,
  quarantine,
  type RunContext,
  resolveQuarantined,
} from '#sync';
import { refusedWords, setApart } from '../scans/set-apart.js';
import { type Scan } from '../scans/store-pages.js';
import { isLastTry, type Judged, judgeAsked } from './asked-by-number.js';
import { isUnpermitted, noteUnpermitted } from './price-permission.js';
import type { ScanState } from './scan-state.js';
import { markUnpriced, storeSupplierPrices } from './sku-store.js';

const PRODUCTS_A_QUESTION = 100;
/** Products with very many SKUs make a smaller group, so that a question stays of moderate size. */
const SKUS_A_QUESTION = 1_000;

interface Asked {
  readonly productId: string;
  readonly skuIds: string[];
}

interface Prices extends Awaited<ReturnType<MarketplaceConnector['getSupplierPrices']>> {
  readonly requestStartedAt: Date;
}

/**
 * Asks for the supplier prices of the next products. They are an extra that needs a permission of its own: a shop
 * without it still has a complete catalogue, so that this refusal ends the phase and not the run, is told once, and the
 * question is not put again before the token changes. A product at which the marketplace refuses a question, and a price
 * that cannot be understood, are set apart: kind `skus`, by product id or `product id/SKU id`; a product that fails for now
 * is asked for once more at the end. Their neighbours get their prices.
 */
export async function readSupplierPrices(
  context: RunContext,
  scan: Scan,
  state: ScanState,
  database: Database,
  connector: MarketplaceConnector,
): Promise<ScanState> {
  const fresh = await nextProducts(database, scan, { after: state.after });
  const isSecondTry = fresh.length === 0;
  const products = isSecondTry ? await nextProducts(database, scan, { among: state.putOff }) : fresh;
  if (products.length === 0) return { ...state, phase: 'done' };
  const token = await context.call(({ credentials }) => Promise.resolve(credentials.version));
  if (await isUnpermitted(database, scan.shopId, token)) return { ...state, phase: 'done' };
  const asked = await askApart(products, (group) => askPrices(context, connector, group), {
    isThorough: isLastTry(state, isSecondTry),
  });
  if (asked.left.length < products.length) {
    const judged = judgeAsked(state, isSecondTry, products, asked, ({ productId }) => productId);
    await commitPrices(context, scan, asked, judged);
    if (judged.fault === undefined) return judged.next;
    if (!isScope(judged.fault)) throw judged.fault;
  }
  if (!isScope(asked.error)) throw asked.error;
  await noteUnpermitted(database, scan.shopId, token);
  await context.log('warn', say('log.prices_left_out', { why: asked.error.said }));
  return { ...state, phase: 'done' };
}

async function commitPrices(
  context: RunContext,
  scan: Scan,
  asked: AskedApart<Asked, Prices>,
  { next, apart }: Judged<Asked>,
): Promise<void> {
  await context.commit(async (tx) => {
    const { changed, kept } = await storeAnswers(tx, scan, asked);
    const refused = apart.map(({ item, error }) => ({ id: item.productId, error }));
    return {
      state: next,
      changedDelta: changed,
      quarantinedDelta: kept + (await setApart(tx, scan, 'skus', refused)),
    };
  });
  if (apart.length > 0) await context.log('warn', refusedWords(say('what.unpriced_products'), apart));
}

function isScope(error: unknown): error is MarketplaceError {
  return isMarketplaceError(error) && error.kind === 'scope';
}

async function askPrices(
  context: RunContext,
  connector: MarketplaceConnector,
  group: readonly Asked[],
): Promise<Prices> {
  const requestStartedAt = new Date();
  const answer = await context.call((call) => connector.getSupplierPrices(call, group));
  return { ...answer, requestStartedAt };
}

/**
 * What is told a price leaves quarantine. What cannot be understood goes there, and so does the answer that tells none,
 * or leaves a SKU out, of a SKU whose price is known.
 */
async function storeAnswers(
  tx: Transaction,
  scan: Scan,
  asked: AskedApart<Asked, Prices>,
): Promise<{ changed: number; kept: number }> {
  const clockOffsetMs = await clockOffset(tx);
  const unreadable = asked.answers.flatMap(({ answer }) => answer.unreadable);
  const told: string[] = [];
  let changed = 0;
  for (const { items, answer } of asked.answers) {
    const readAt = new Date(answer.requestStartedAt.getTime() + clockOffsetMs);
    const prices = answer.records.flatMap((record) => {
      const { supplierPrice } = record;
      return supplierPrice === null ? [] : [{ ...record, supplierPrice }];
    });
    changed += await storeSupplierPrices(tx, scan.shopId, scan.id, prices, readAt);
    told.push(...prices.flatMap(({ productId, skuId }) => [productId, `${productId}/${skuId}`]));
    const untold = untoldOf(items, answer);
    const emptied = await markUnpriced(
      tx,
      scan.shopId,
      untold.map(({ skuId }) => skuId),
      readAt,
    );
    unreadable.push(...untold.filter(({ skuId }) => emptied.has(skuId)).map(unpricedRecord));
  }
  const isKept = new Set(unreadable.map(idOfUnreadable));
  await resolveQuarantined(
    tx,
    scan.shopId,
    'skus',
    [...new Set(told)].filter((id) => !isKept.has(id)),
  );
  return { changed, kept: await quarantine(tx, scan.shopId, 'skus', unreadable, scan.since) };
}

interface Untold {
  readonly productId: string;
  readonly skuId: string;
  /** What the answer says of its product. */
  readonly rows: readonly SkuSupplierPrice[];
}

/** SKUs that were asked for and have no price in the answer; a row without an id may be any of those left out. */
function untoldOf(items: readonly Asked[], { records, unreadable }: Prices): Untold[] {
  const isUnreadable = new Set(unreadable.map(({ platformId }) => platformId));
  const bySku = new Map(records.map((record) => [record.skuId, record]));
  return items.flatMap(({ productId, skuIds }) => {
    const rows = records.filter((record) => record.productId === productId);
    return skuIds
      .filter((skuId) => {
        const row = bySku.get(skuId);
        if (row !== undefined) return row.supplierPrice === null;
        return ![null, productId, `${productId}/${skuId}`].some((id) => isUnreadable.has(id));
      })
      .map((skuId) => ({ productId, skuId, rows }));
  });
}

function unpricedRecord({ productId, skuId, rows }: Untold): UnreadableRecord {
  const row = rows.find((each) => each.skuId === skuId);
  return {
    platformId: `${productId}/${skuId}`,
    reason: say(row === undefined ? 'record.sku_left_out' : 'record.price_empty'),
    raw: JSON.stringify(row ?? rows),
  };
}

/** Those behind a product id, or those of a list of them. */
async function nextProducts(
  database: Database,
  scan: Scan,
  { after, among }: { after: string; among?: undefined } | { after?: undefined; among: readonly string[] },
): Promise<Asked[]> {
  const products = await database.query<Asked>(
    `SELECT product.product_id AS "productId", array_agg(sku.sku_id ORDER BY sku.sku_id)::text[] AS "skuIds"
     FROM products AS product JOIN skus AS sku
       ON sku.shop_id = product.shop_id AND sku.product_id = product.product_id AND sku.removed_at IS NULL
     WHERE product.shop_id = $1 AND product.scan_id = $2 AND ${among === undefined ? 'product.product_id > $3' : 'product.product_id = ANY($3::text[])'}
     GROUP BY product.product_id ORDER BY product.product_id LIMIT $4`,
    [scan.shopId, scan.id, among ?? after, PRODUCTS_A_QUESTION],
  );
  let skus = 0;
  return products.filter((product, index) => {
    skus += product.skuIds.length;
    return index === 0 || skus <= SKUS_A_QUESTION;
  });
}
