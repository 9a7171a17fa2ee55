import { isMarketplaceError, type MarketplaceConnector, type SkuSupplierPrice } from '#marketplace';
import type { Database } from '#runtime';
import type { RunContext } from '#sync';
import { storeSupplierPrices } from '../products/sku-store.js';
import type { ScanState } from './scan-state.js';
import { databaseTimes, type Scan } from './store-pages.js';

const PRODUCTS_A_QUESTION = 100;
/** Products with very many SKUs make a smaller group, so that a question stays of moderate size. */
const SKUS_A_QUESTION = 1_000;

interface Asked {
  readonly goodsId: string;
  readonly skuIds: string[];
}

/**
 * Asks for the supplier prices of the next products. They are an extra that needs a permission of its own: a shop
 * without it still has a complete catalogue, so a refusal ends this phase and not the run.
 */
export async function readSupplierPrices(
  context: RunContext,
  scan: Scan,
  state: ScanState,
  database: Database,
  connector: MarketplaceConnector,
): Promise<ScanState> {
  const asked = await nextProducts(database, scan, state.after);
  const last = asked.at(-1);
  if (last === undefined) return { ...state, phase: 'done' };
  const requestStartedAt = new Date();
  let prices: SkuSupplierPrice[];
  try {
    prices = (await context.call((call) => connector.getSupplierPrices(call, asked))).records;
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    if (error.kind === 'scope') {
      await context.log('warn', `supplier prices are left out: ${error.message}. ${error.remedy}`);
      return { ...state, phase: 'done' };
    }
    if (error.kind !== 'business') throw error;
    // One product that the platform refuses must not cost the catalogue's run.
    await context.log(
      'warn',
      `supplier prices of the ${asked.length} products from ${asked[0]?.goodsId} to ${last.goodsId} are left out: ${error.message}`,
    );
    prices = [];
  }
  const next: ScanState = { ...state, after: last.goodsId };
  await context.commit(async (tx) => {
    const readAt = (await databaseTimes(tx))(requestStartedAt);
    return {
      state: next,
      changedDelta: await storeSupplierPrices(tx, scan.shopId, scan.id, prices, readAt),
    };
  });
  return next;
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
