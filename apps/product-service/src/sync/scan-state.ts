import type { ListPass } from './list-pass.js';

export const PRODUCT_LISTS = ['listed', 'unpublished', 'draft'] as const;
export type ProductList = (typeof PRODUCT_LISTS)[number];
export const SKU_LISTS = ['available', 'unavailable'] as const;
export type SkuList = (typeof SKU_LISTS)[number];

/**
 * Where a scan stands, written with every transaction: whoever takes the run over goes on from here.
 * The phases in their order; `after` is the goods id up to which the phases by number have come.
 */
export interface ScanState {
  readonly phase: 'products' | 'skus' | 'missing' | 'prices' | 'done';
  readonly lists: Partial<Record<ProductList | SkuList, ListPass>>;
  readonly after: string;
}

export const FIRST_STATE: ScanState = { phase: 'products', lists: {}, after: '' };

/** A state that cannot be read (of another version) begins the scan anew: that costs calls and nothing else. */
export function readScanState(state: unknown): ScanState {
  const isState = typeof state === 'object' && state !== null && 'phase' in state && 'lists' in state;
  return isState ? (state as ScanState) : FIRST_STATE;
}
