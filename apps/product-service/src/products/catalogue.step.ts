import { say } from '#contracts';
import {
  beginSpan,
  type CatalogueRecord,
  type ListPage,
  type MarketplaceConnector,
  type ReadableList,
  type ReadPage,
} from '#marketplace';
import type { Transaction } from '#runtime';
import {
  AS_LISTED,
  listedIds,
  type RunContext,
  type RunProgress,
  readList,
  type SpanState,
  throwIfIncomplete,
} from '#sync';
import { progressOf, type Scan } from '../scans/store-pages.js';
import type { ScanState } from './scan-state.js';
import type { ListedSku } from './sku-store.js';
import { storeProductPages, storeSkuPages } from './store-product-pages.js';

/** Before any marketplace had a product. */
const BEFORE_ALL_PRODUCTS = Date.UTC(2000, 0, 1) / 1000;

const WHAT = say('what.products');

/**
 * The whole catalogue of a marketplace that gives products with their SKUs in one list. By creation: what is created stays in
 * its stretch of time, however often it changes meanwhile.
 */
export async function readCatalogue(
  context: RunContext,
  scan: Scan,
  state: ScanState,
  connector: MarketplaceConnector,
  list: ReadableList<CatalogueRecord>,
  stepped: () => void,
): Promise<ScanState> {
  const catalogue = await readList<CatalogueRecord, CatalogueRecord>(
    context,
    state.catalogue ?? (await wholeSpan(context, connector)),
    {
      ...AS_LISTED,
      what: WHAT,
      list,
      ids: listedIds,
      store: (tx, pages) => store(tx, scan, pages),
      closed: async () => {},
      stateOf: (read) => ({ ...state, catalogue: read }),
      stepped,
    },
  );
  return { ...state, catalogue, phase: 'skus' };
}

/** @throws AppError `list.incomplete`, which ends the run as failed */
export function throwIfCatalogueIncomplete({ catalogue }: ScanState): void {
  if (catalogue !== undefined) throwIfIncomplete(WHAT, catalogue, say('next.not_delisted'));
}

async function wholeSpan(context: RunContext, connector: MarketplaceConnector): Promise<SpanState> {
  const now = await context.call((call) => connector.platformTime(call));
  const span = { from: BEFORE_ALL_PRODUCTS, to: Math.floor(now.getTime() / 1000) };
  return { by: 'created', ...span, ...beginSpan(span) };
}

/** A deleted product is not stored: one that is known is asked for by its number, like all that the list does not show. */
async function store(
  tx: Transaction,
  scan: Scan,
  pages: readonly ReadPage<CatalogueRecord>[],
): Promise<RunProgress> {
  const alive = pages.map((page) => ({
    ...page,
    total: 0,
    records: page.records.filter(({ product }) => product.listing !== 'deleted'),
  }));
  const products = progressOf(
    await storeProductPages(
      tx,
      scan,
      alive.map((page) => ({ ...page, records: page.records.map(({ product }) => product) })),
    ),
  );
  const skus = progressOf(await storeSkuPages(tx, scan, alive.map(skusOf)));
  return {
    changedDelta: products.changedDelta + skus.changedDelta,
    quarantinedDelta: products.quarantinedDelta + skus.quarantinedDelta,
  };
}

/** What could not be understood lies in quarantine as a product. A SKU is on offer unless it is said not to be. */
function skusOf({ records, ...page }: ListPage<CatalogueRecord>): ListPage<ListedSku> {
  const skus = records.flatMap((record) => record.skus);
  return {
    ...page,
    unreadable: [],
    unreadableParts: [],
    records: skus.map((sku) => ({ ...sku, isAvailable: sku.onSale !== false })),
  };
}
