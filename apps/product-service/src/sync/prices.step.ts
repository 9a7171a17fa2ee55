import { isMarketplaceError, type MarketplaceConnector, type MarketplaceError } from '#marketplace';
import type { Database, Transaction } from '#runtime';
import { quarantine, quarantineId, type RunContext, resolveQuarantined } from '#sync';
import { storeSupplierPrices } from '../products/sku-store.js';
import { type AskedApart, askApart } from './ask-apart.js';
import { isUnpermitted, noteUnpermitted } from './price-permission.js';
import type { ScanState } from './scan-state.js';
import { refusedWords, setApart } from './set-apart.js';
import { databaseTimes, type Scan } from './store-pages.js';

const PRODUCTS_A_QUESTION = 100;
/** Products with very many SKUs make a smaller group, so that a question stays of moderate size. */
const SKUS_A_QUESTION = 1_000;

interface Asked {
  readonly goodsId: string;
  readonly skuIds: string[];
}

interface Prices extends Awaited<ReturnType<MarketplaceConnector['getSupplierPrices']>> {
  readonly requestStartedAt: Date;
}

/**
 * Asks for the supplier prices of the next products. They are an extra that needs a permission of its own: a shop
 * without it still has a complete catalogue, so that this refusal ends the phase and not the run, is told once, and the
 * question is not put again before the token changes. A product at which the marketplace refuses a question, and a price
 * that cannot be understood, are set apart: kind `skus`, by goods id or `goods id/SKU id`. Their neighbours get their
 * prices.
 */
export async function readSupplierPrices(
  context: RunContext,
  scan: Scan,
  state: ScanState,
  database: Database,
  connector: MarketplaceConnector,
): Promise<ScanState> {
  const products = await nextProducts(database, scan, state.after);
  const last = products.at(-1);
  if (last === undefined) return { ...state, phase: 'done' };
  const token = await context.call(({ credentials }) => Promise.resolve(credentials.version));
  if (await isUnpermitted(database, scan.shopId, token)) return { ...state, phase: 'done' };
  const isAnswering = state.isAnswering === true;
  const asked = await unlessUnpermitted(
    askApart(products, isAnswering, (group) => askPrices(context, connector, group)),
  );
  if (isMarketplaceError(asked)) {
    await noteUnpermitted(database, scan.shopId, token);
    await context.log(
      'warn',
      `supplier prices are left out until the shop has another token: ${asked.message}. ${asked.remedy}`,
    );
    return { ...state, phase: 'done' };
  }
  const next: ScanState = {
    ...state,
    after: last.goodsId,
    isAnswering: isAnswering || asked.answers.length > 0,
  };
  await context.commit(async (tx) => {
    const changedDelta = await storeAnswers(tx, scan, asked);
    return { state: next, changedDelta, quarantinedDelta: await keepAside(tx, scan, asked) };
  });
  if (asked.refused.length > 0) {
    await context.log('warn', refusedWords('products without supply prices', asked.refused));
  }
  return next;
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

async function unlessUnpermitted<T>(asked: Promise<T>): Promise<T | MarketplaceError> {
  try {
    return await asked;
  } catch (error) {
    if (isMarketplaceError(error) && error.kind === 'scope') return error;
    throw error;
  }
}

async function storeAnswers(tx: Transaction, scan: Scan, asked: AskedApart<Asked, Prices>): Promise<number> {
  const toDatabaseTime = await databaseTimes(tx);
  let changed = 0;
  for (const { answer } of asked.answers) {
    const readAt = toDatabaseTime(answer.requestStartedAt);
    changed += await storeSupplierPrices(tx, scan.shopId, scan.id, answer.records, readAt);
  }
  return changed;
}

/** What was answered and can be understood leaves quarantine; the rest of what was asked for goes there. */
async function keepAside(tx: Transaction, scan: Scan, asked: AskedApart<Asked, Prices>): Promise<number> {
  const unreadable = asked.answers.flatMap(({ answer }) => answer.unreadable);
  const isKept = new Set(unreadable.map(quarantineId));
  const understood = asked.answers
    .flatMap(({ items }) => items)
    .flatMap(({ goodsId, skuIds }) => [goodsId, ...skuIds.map((skuId) => `${goodsId}/${skuId}`)])
    .filter((id) => !isKept.has(id));
  await resolveQuarantined(tx, scan.shopId, 'skus', understood);
  const refused = asked.refused.map(({ item, error }) => ({ id: item.goodsId, error }));
  const kept = await quarantine(tx, scan.shopId, 'skus', unreadable, scan.since);
  return kept + (await setApart(tx, scan, 'skus', refused));
}

async function nextProducts(database: Database, scan: Scan, after: string): Promise<Asked[]> {
  const products = await database.query<Asked>(
    `SELECT product.goods_id AS "goodsId", array_agg(sku.sku_id ORDER BY sku.sku_id)::text[] AS "skuIds"
     FROM products AS product JOIN skus AS sku
       ON sku.shop_id = product.shop_id AND sku.goods_id = product.goods_id AND sku.removed_at IS NULL
     WHERE product.shop_id = $1 AND product.scan_id = $2 AND product.goods_id > $3
     GROUP BY product.goods_id ORDER BY product.goods_id LIMIT $4`,
    [scan.shopId, scan.id, after, PRODUCTS_A_QUESTION],
  );
  let skus = 0;
  return products.filter((product, index) => {
    skus += product.skuIds.length;
    return index === 0 || skus <= SKUS_A_QUESTION;
  });
}
