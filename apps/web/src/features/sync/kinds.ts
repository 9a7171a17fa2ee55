import type { SyncDomain, SyncKind } from '../../api/types';
import { SYNC_KINDS } from '../../api/vocabularies';

/** Runs are kept by the service whose data they read. */
const DOMAIN_OF: Readonly<Record<SyncKind, SyncDomain>> = {
  orders: 'orders',
  amounts: 'orders',
  addresses: 'orders',
  after_sales: 'orders',
  audit: 'orders',
  products: 'products',
  promotions: 'products',
};

export function domainOf(kind: SyncKind): SyncDomain {
  return DOMAIN_OF[kind];
}

/** The kinds that a service reads, in the order in which a shop needs them. */
export function kindsOf(domain: SyncDomain): SyncKind[] {
  return SYNC_KINDS.filter((kind) => DOMAIN_OF[kind] === domain);
}

/** Kinds that can read days anew; the others always read what is waiting or all there is. */
const TAKES_DEPTH: Readonly<Record<SyncKind, boolean>> = {
  orders: true,
  amounts: false,
  addresses: false,
  after_sales: false,
  audit: true,
  products: false,
  promotions: false,
};

export function takesDepth(kind: SyncKind): boolean {
  return TAKES_DEPTH[kind];
}
