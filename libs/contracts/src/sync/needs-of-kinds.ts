import { type Ability, lackedBy, type Marketplace } from '#marketplaces';
import type { SyncKind } from './sync-run.js';

/** What a marketplace must give, so that runs of a kind have something to read. */
export const NEEDS_OF_KIND: Readonly<Record<SyncKind, readonly [Ability, ...Ability[]]>> = {
  orders: ['orders'],
  amounts: ['orders', 'amounts'],
  addresses: ['orders', 'addresses'],
  after_sales: ['after_sales'],
  audit: ['orders', 'order_counts'],
  products: ['products'],
  promotions: ['promotions'],
};

/** What a marketplace lacks for runs of a kind; undefined where it can be read. */
export function lackedForKind(marketplace: Marketplace, kind: SyncKind): Ability | undefined {
  return lackedBy(marketplace, NEEDS_OF_KIND[kind])[0];
}
