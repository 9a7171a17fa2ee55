import type { SyncKind } from '../../api/types';

/** Runs are kept by the service whose data they read. */
export type SyncDomain = 'orders' | 'products';

/** All kinds under the service that reads them, in the order in which a shop needs them. */
export const KINDS_OF_DOMAIN = {
  orders: ['orders', 'amounts', 'addresses', 'after_sales', 'audit'],
  products: ['products', 'promotions'],
} as const satisfies Record<SyncDomain, readonly SyncKind[]>;

export const SYNC_DOMAINS = ['orders', 'products'] as const satisfies readonly SyncDomain[];

type KnownKind = (typeof KINDS_OF_DOMAIN)[SyncDomain][number];
/** A kind that the gateway has and this page does not is a type error here. */
export const SYNC_KINDS: readonly KnownKind[] = [
  ...KINDS_OF_DOMAIN.orders,
  ...KINDS_OF_DOMAIN.products,
] satisfies readonly SyncKind[];

export function domainOf(kind: SyncKind): SyncDomain {
  return KINDS_OF_DOMAIN.products.some((each) => each === kind) ? 'products' : 'orders';
}

/** Kinds that can read days anew; the others always read what is waiting or all there is. */
const WITH_DEPTH: readonly SyncKind[] = ['orders', 'audit'];

export function takesDepth(kind: SyncKind): boolean {
  return WITH_DEPTH.includes(kind);
}
