import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ProductSyncKind } from '#contracts';
import { type CallContext, idOfUnreadable } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import { type QuarantineReader, ShopConnectors } from '#sync';
import { storeProductPages } from './store-product-pages.js';

/**
 * Reads products that lie in quarantine again by their ids. SKUs have no call of their own: every scan reads all of
 * them again.
 */
@Injectable()
export class ProductQuarantineReader implements QuarantineReader<ProductSyncKind> {
  readonly readings = { products: { ids: 'many', read: this.readProducts.bind(this) } } as const;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly relay: OutboxRelay,
  ) {}

  private async readProducts(
    call: <T>(work: (context: CallContext) => Promise<T>) => Promise<T>,
    shopId: string,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const connector = await this.connectors.of(shopId);
    const page = await call((context) => connector.getProductsById(context, ids));
    // No scan has this id: one that is under way asks by number for what it did not meet itself.
    const scan = { id: randomUUID(), shopId, since: new Date(0) };
    const present = { ...page, records: page.records.filter(({ listing }) => listing !== 'deleted') };
    await this.database.transaction((tx) => storeProductPages(tx, scan, [present]));
    this.relay.wake();
    return [...page.records.map(({ productId }) => productId), ...page.unreadable.map(idOfUnreadable)];
  }
}
