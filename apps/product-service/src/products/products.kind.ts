import { Injectable } from '@nestjs/common';
import { type Said, say } from '#contracts';
import {
  allOf,
  isMarketplaceError,
  type ListPage,
  type MarketplaceConnector,
  type ProductRecord,
} from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import {
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
  type ListReading,
  nextPages,
  noteMet,
  openList,
  PAGE_SIZE,
  pagesOf,
  refusedList,
} from '../scans/list-reading.js';
import { notEmptyByMistake } from '../scans/read-pages.js';
import { progressOf, type Scan, type StoredPages } from '../scans/store-pages.js';
import { beginByNumber } from './asked-by-number.js';
import { readCatalogue, throwIfCatalogueIncomplete } from './catalogue.step.js';
import { checkMissing } from './missing.step.js';
import { readSupplierPrices } from './prices.step.js';
import {
  areWhole,
  incompleteLists,
  listName,
  listWord,
  PRODUCT_LISTS,
  type ProductList,
  readScanState,
  type ScanState,
  SKU_LISTS,
  type SkuList,
} from './scan-state.js';
import { type ListedSku, removeUnlistedSkus } from './sku-store.js';
import { asListed, storeProductPages, storeSkuPages } from './store-product-pages.js';

/** One of the two things that are scanned by numbered lists. */
interface Catalogue<T, L extends List> {
  readonly what: Said;
  readonly lists: readonly L[];
  /** Only products count as progress: people wait for 1,234 products, not for their SKUs. */
  readonly isProgress: boolean;
  readonly read: (list: L, page: number) => Promise<ListPage<T>>;
  readonly store: (
    tx: Parameters<typeof storeProductPages>[0],
    pages: readonly ListPage<T>[],
  ) => Promise<StoredPages>;
  readonly idOf: (record: T) => string;
}

type List = ProductList | SkuList;

/**
 * Scans the whole catalogue of a shop: the lists of products, the lists of SKUs, or the one list of both; then by number what
 * they left open, then the supplier prices. Every step is one transaction that ends with where the scan stands.
 */
@Injectable()
export class ProductsKind implements SyncKindHandler {
  readonly kind = 'products';
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
    let state = readScanState(context.run.state);
    while (state.phase !== 'done') {
      state = await this.step(context, scan, state, connector);
      this.relay.wake();
    }
    throwIfCatalogueIncomplete(state);
    const incomplete = incompleteLists(state);
    if (incomplete.length > 0) {
      throw listIncomplete(incomplete, say('next.not_delisted'));
    }
  }

  private async step(
    context: RunContext,
    scan: Scan,
    state: ScanState,
    connector: MarketplaceConnector,
  ): Promise<ScanState> {
    switch (state.phase) {
      case 'products': {
        if (connector.catalogue !== undefined) {
          const stepped = () => this.relay.wake();
          return readCatalogue(context, scan, state, connector, connector.catalogue, stepped);
        }
        const read = await this.readOn(context, state, this.products(context, scan, connector));
        return read ?? { ...state, phase: 'skus' };
      }
      case 'skus': {
        if (state.catalogue !== undefined) return this.endSkus(context, scan, state);
        const read = await this.readOn(context, state, this.skus(context, scan, connector));
        return read ?? this.endSkus(context, scan, state);
      }
      case 'missing':
        return checkMissing(context, scan, state, this.database, connector);
      case 'prices':
        return readSupplierPrices(context, scan, state, this.database, connector);
      case 'done':
        return state;
    }
  }

  private products(
    context: RunContext,
    scan: Scan,
    connector: MarketplaceConnector,
  ): Catalogue<ProductRecord, ProductList> {
    return {
      what: say('what.products'),
      lists: PRODUCT_LISTS,
      isProgress: true,
      read: (listing, page) =>
        context.call((call) => connector.listProducts(call, { listing, page, pageSize: PAGE_SIZE })),
      store: (tx, pages) => storeProductPages(tx, scan, pages),
      idOf: (record) => record.productId,
    };
  }

  private skus(
    context: RunContext,
    scan: Scan,
    connector: MarketplaceConnector,
  ): Catalogue<ListedSku, SkuList> {
    return {
      what: say('what.skus'),
      lists: SKU_LISTS,
      isProgress: false,
      read: async (list, page) => {
        const available = list === 'available';
        const answer = await context.call((call) =>
          connector.listSkus(call, { available, page, pageSize: PAGE_SIZE }),
        );
        return asListed(answer, available);
      },
      store: (tx, pages) => storeSkuPages(tx, scan, pages),
      idOf: (record) => record.skuId,
    };
  }

  /** One transaction's worth of the catalogue's lists; undefined when all of them are at their ends. */
  private async readOn<T, L extends List>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, L>,
  ): Promise<ScanState | undefined> {
    if (catalogue.lists.some((list) => state.lists[list] === undefined)) {
      return this.open(context, state, catalogue);
    }
    for (const list of catalogue.lists) {
      const reading = state.lists[list];
      if (reading === undefined || reading.end !== null) continue;
      const numbers = nextPages(reading);
      if (numbers.length === 0) return this.endPass(context, state, catalogue, list, reading);
      const answers = await allOf(
        numbers.map(async (number) => ({
          number,
          page: await unlessRefused(readPage(catalogue, list, number)),
        })),
      );
      const pages = answers.flatMap(({ number, page }) =>
        isMarketplaceError(page) ? [] : [{ number, page }],
      );
      const refusal = answers.map(({ page }) => page).find(isMarketplaceError);
      const read = afterPages(reading, pages);
      const next = withList(state, list, refusal === undefined ? read : refusedList(read, refusal));
      await this.commit(
        context,
        next,
        catalogue,
        pages.map(({ page }) => ({ list, page })),
      );
      return next;
    }
    return undefined;
  }

  /**
   * Page 1 of each list: its total, and with it how much there is to read. One list that is refused costs the others
   * nothing; when all are, it is the shop that is.
   */
  private async open<T, L extends List>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, L>,
  ): Promise<ScanState> {
    const answers = await allOf(
      catalogue.lists.map(async (list) => ({
        list,
        page: await unlessRefused(readPage(catalogue, list, 1)),
      })),
    );
    const pages = answers.flatMap(({ list, page }) => (isMarketplaceError(page) ? [] : [{ list, page }]));
    const [first] = answers;
    if (pages.length === 0 && first !== undefined && isMarketplaceError(first.page)) throw first.page;
    const next = answers.reduce(
      (opened, { list, page }) =>
        withList(
          opened,
          list,
          isMarketplaceError(page) ? refusedList(undefined, page) : openList(page, catalogue.idOf),
        ),
      state,
    );
    await this.commit(context, next, catalogue, pages, true);
    const parts = pages.map(({ list, page }) =>
      say('log.scan_part', { count: page.total, list: listWord(list) }),
    );
    const pageCount = pages.reduce((sum, { page }) => sum + Math.max(1, pagesOf(page.total)), 0);
    await context.log('info', say('log.scan_opened', { what: catalogue.what, parts, pages: pageCount }));
    return next;
  }

  private async endPass<T, L extends List>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, L>,
    list: L,
    reading: ListReading,
  ): Promise<ScanState> {
    const met = await countMet(this.database, keyOf(context, list), reading);
    const ended = endPass(reading, met);
    const next = withList(state, list, ended);
    if (!isOfOnePage(reading)) {
      await context.commit(async (tx) => {
        await forgetListed(tx, keyOf(context, list));
        return { state: next };
      });
    }
    const { lastTotal, number } = reading.pass;
    const found = { what: listName(catalogue.what, list), met, total: lastTotal };
    if (ended.end === null) {
      await context.log('info', say('log.list_again', found));
    } else if (ended.end === 'incomplete') {
      await context.log('warn', say('log.list_aside', { ...found, readings: number }));
    }
    return next;
  }

  private async commit<T, L extends List>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, L>,
    answers: readonly { readonly list: L; readonly page: ListPage<T> }[],
    isOpening = false,
  ): Promise<void> {
    const total = PRODUCT_LISTS.reduce((sum, list) => sum + (state.lists[list]?.pass.lastTotal ?? 0), 0);
    await context.commit(async (tx) => {
      // What a run has left that nobody goes on with.
      if (isOpening) for (const list of catalogue.lists) await forgetListed(tx, keyOf(context, list));
      for (const { list, page } of answers) {
        await noteMet(tx, keyOf(context, list), state.lists[list], page, catalogue.idOf);
      }
      const { doneDelta, ...progress } = progressOf(
        await catalogue.store(
          tx,
          answers.map(({ page }) => page),
        ),
      );
      return { state, total, doneDelta: catalogue.isProgress ? doneDelta : 0, ...progress };
    });
  }

  private async endSkus(context: RunContext, scan: Scan, state: ScanState): Promise<ScanState> {
    // The lists of products were answered, and what follows asks for products too.
    const next: ScanState = { ...state, phase: 'missing', ...beginByNumber(true) };
    if (!areWhole(state, SKU_LISTS)) {
      await context.log('warn', say('log.sku_lists_not_whole'));
      return next;
    }
    let removed = 0;
    await context.commit(async (tx) => {
      const outcome = await removeUnlistedSkus(tx, scan.shopId, scan.id);
      removed = outcome.removed;
      return { state: next, changedDelta: outcome.changed };
    });
    if (removed > 0) await context.log('info', say('log.skus_removed', { count: removed }));
    return next;
  }
}

function keyOf({ shopId, kind }: RunContext, list: List): ListKey {
  return { shopId, kind, list };
}

function withList(state: ScanState, list: List, reading: ListReading): ScanState {
  return { ...state, lists: { ...state.lists, [list]: reading } };
}

async function readPage<T, L extends List>(
  catalogue: Catalogue<T, L>,
  list: L,
  number: number,
): Promise<ListPage<T>> {
  return notEmptyByMistake(await catalogue.read(list, number), number, listName(catalogue.what, list));
}
