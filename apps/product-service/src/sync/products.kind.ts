import { Inject, Injectable } from '@nestjs/common';
import type { ListPage, MarketplaceConnector, ProductRecord } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import { CONNECTOR, type RunContext, type SyncKindHandler } from '#sync';
import { type ListedSku, removeUnlistedSkus } from '../products/sku-store.js';
import { afterPages, endPass, type ListPass, nextPages, openList, PAGE_SIZE, pagesOf } from './list-pass.js';
import { checkMissing } from './missing.step.js';
import { readSupplierPrices } from './prices.step.js';
import { allOf, notEmptyByMistake } from './read-pages.js';
import {
  PRODUCT_LISTS,
  type ProductList,
  readScanState,
  type ScanState,
  SKU_LISTS,
  type SkuList,
} from './scan-state.js';
import { asListed, type Scan, type StoredPages, storeProductPages, storeSkuPages } from './store-pages.js';

/** One of the two things that are scanned by numbered lists. */
interface Catalogue<T, List extends ProductList | SkuList> {
  readonly name: string;
  readonly lists: readonly List[];
  /** Only products count as progress: people wait for 1,234 products, not for their SKUs. */
  readonly isProgress: boolean;
  readonly read: (list: List, page: number) => Promise<ListPage<T>>;
  readonly store: (
    tx: Parameters<typeof storeProductPages>[0],
    pages: readonly ListPage<T>[],
  ) => Promise<StoredPages>;
  /** Rows of the list that this scan has stored or confirmed. */
  readonly countSeen: (list: List) => Promise<number>;
}

/**
 * Scans the whole catalogue of a shop: the lists of products, the lists of SKUs, then by number what the lists left
 * open, then the supplier prices. Every step is one transaction that ends with where the scan stands.
 */
@Injectable()
export class ProductsKind implements SyncKindHandler {
  readonly kind = 'products';
  readonly mode = 'scan';
  readonly isScheduled = true;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async run(context: RunContext): Promise<void> {
    const scan: Scan = { id: context.run.id, shopId: context.shopId, since: context.run.created_at };
    let state = readScanState(context.run.state);
    while (state.phase !== 'done') {
      state = await this.step(context, scan, state);
      this.relay.wake();
    }
  }

  private async step(context: RunContext, scan: Scan, state: ScanState): Promise<ScanState> {
    switch (state.phase) {
      case 'products': {
        const read = await this.readOn(context, state, this.products(context, scan));
        return read ?? { ...state, phase: 'skus' };
      }
      case 'skus': {
        const read = await this.readOn(context, state, this.skus(context, scan));
        return read ?? this.endSkus(context, scan, state);
      }
      case 'missing':
        return checkMissing(context, scan, state, this.database, this.connector);
      case 'prices':
        return readSupplierPrices(context, scan, state, this.database, this.connector);
      case 'done':
        return state;
    }
  }

  private products(context: RunContext, scan: Scan): Catalogue<ProductRecord, ProductList> {
    return {
      name: 'products',
      lists: PRODUCT_LISTS,
      isProgress: true,
      read: (listing, page) =>
        context.call((call) => this.connector.listProducts(call, { listing, page, pageSize: PAGE_SIZE })),
      store: (tx, pages) => storeProductPages(tx, scan, pages),
      countSeen: (listing) =>
        this.count('products WHERE shop_id = $1 AND scan_id = $2 AND listing = $3', [
          scan.shopId,
          scan.id,
          listing,
        ]),
    };
  }

  private skus(context: RunContext, scan: Scan): Catalogue<ListedSku, SkuList> {
    return {
      name: 'SKUs',
      lists: SKU_LISTS,
      isProgress: false,
      read: async (list, page) => {
        const available = list === 'available';
        const answer = await context.call((call) =>
          this.connector.listSkus(call, { available, page, pageSize: PAGE_SIZE }),
        );
        return asListed(answer, available);
      },
      store: (tx, pages) => storeSkuPages(tx, scan, pages),
      countSeen: (list) =>
        this.count('skus WHERE shop_id = $1 AND scan_id = $2 AND is_available = $3', [
          scan.shopId,
          scan.id,
          list === 'available',
        ]),
    };
  }

  private async count(from: string, params: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM ${from}`,
      params,
    );
    return row?.count ?? 0;
  }

  /** One transaction's worth of the catalogue's lists; undefined when all of them are settled. */
  private async readOn<T, List extends ProductList | SkuList>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, List>,
  ): Promise<ScanState | undefined> {
    if (catalogue.lists.some((list) => state.lists[list] === undefined)) {
      return this.open(context, state, catalogue);
    }
    for (const list of catalogue.lists) {
      const pass = state.lists[list];
      if (pass === undefined || pass.isSettled) continue;
      const numbers = nextPages(pass);
      if (numbers.length === 0) return this.endPass(context, state, catalogue, list, pass);
      const pages = await readTogether(catalogue, list, numbers);
      const next = { ...state, lists: { ...state.lists, [list]: afterPages(pass, pages) } };
      await this.commit(context, next, catalogue, pages);
      return next;
    }
    return undefined;
  }

  /** Page 1 of each list: its total, and with it how much there is to read. */
  private async open<T, List extends ProductList | SkuList>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, List>,
  ): Promise<ScanState> {
    const pages = await allOf(catalogue.lists.map((list) => readPage(catalogue, list, 1)));
    const opened = catalogue.lists.flatMap((list, index) => {
      const page = pages[index];
      return page === undefined ? [] : [[list, openList(page)] as const];
    });
    const next = { ...state, lists: { ...state.lists, ...Object.fromEntries(opened) } };
    await this.commit(context, next, catalogue, pages);
    const parts = opened.map(([list, pass]) => `${pass.firstTotal} ${list}`).join(', ');
    const pageCount = opened.reduce((sum, [, pass]) => sum + Math.max(1, pagesOf(pass.firstTotal)), 0);
    await context.log('info', `${catalogue.name}: ${parts}, on ${pageCount} pages`);
    return next;
  }

  private async endPass<T, List extends ProductList | SkuList>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, List>,
    list: List,
    pass: ListPass,
  ): Promise<ScanState> {
    const seen = await catalogue.countSeen(list);
    const end = endPass(pass, seen);
    const words = `${catalogue.name} ${list}: ${seen} of ${pass.lastTotal} seen`;
    if (end.outcome === 'again') {
      await context.log('info', `${words}, the list changed while it was read; reading it again`);
    } else if (end.outcome === 'unsettled') {
      await context.log(
        'warn',
        `${words} after ${pass.pass} readings; the next run reads on. Nothing is called delisted for it.`,
      );
    }
    return { ...state, lists: { ...state.lists, [list]: end.list } };
  }

  private async commit<T, List extends ProductList | SkuList>(
    context: RunContext,
    state: ScanState,
    catalogue: Catalogue<T, List>,
    pages: readonly ListPage<T>[],
  ): Promise<void> {
    const total = PRODUCT_LISTS.reduce((sum, list) => sum + (state.lists[list]?.lastTotal ?? 0), 0);
    await context.commit(async (tx) => {
      const stored = await catalogue.store(tx, pages);
      return {
        state,
        total,
        doneDelta: catalogue.isProgress ? stored.seen + stored.quarantined : 0,
        changedDelta: stored.changed,
        quarantinedDelta: stored.quarantined,
      };
    });
  }

  private async endSkus(context: RunContext, scan: Scan, state: ScanState): Promise<ScanState> {
    const next: ScanState = { ...state, phase: 'missing', after: '' };
    let removed = 0;
    await context.commit(async (tx) => {
      const outcome = await removeUnlistedSkus(tx, scan.shopId, scan.id);
      removed = outcome.removed;
      return { state: next, changedDelta: outcome.changed };
    });
    if (removed > 0) await context.log('info', `${removed} SKUs are no longer part of their products`);
    return next;
  }
}

/** Pages of one transaction are asked for at once: the pace is the limiter's, not the answers'. */
function readTogether<T, List extends ProductList | SkuList>(
  catalogue: Catalogue<T, List>,
  list: List,
  numbers: readonly number[],
): Promise<ListPage<T>[]> {
  return allOf(numbers.map((number) => readPage(catalogue, list, number)));
}

async function readPage<T, List extends ProductList | SkuList>(
  catalogue: Catalogue<T, List>,
  list: List,
  number: number,
): Promise<ListPage<T>> {
  return notEmptyByMistake(await catalogue.read(list, number), number, `${catalogue.name} ${list}`);
}
