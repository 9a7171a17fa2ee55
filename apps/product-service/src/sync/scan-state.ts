import type { IncompleteList } from '#sync';
import { incompleteList, type ListReading } from './list-reading.js';

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
  readonly lists: Partial<Record<ProductList | SkuList, ListReading>>;
  readonly after: string;
  /** A question of the phase was answered: one that fails then is the fault of what it asks for. */
  readonly isAnswering?: boolean;
}

export const FIRST_STATE: ScanState = { phase: 'products', lists: {}, after: '' };

/** A state that cannot be read (of another version) begins the scan anew: that costs calls and nothing else. */
export function readScanState(state: unknown): ScanState {
  const isState = typeof state === 'object' && state !== null && 'phase' in state && 'lists' in state;
  return isState ? (state as ScanState) : FIRST_STATE;
}

export function areWhole(state: ScanState, lists: readonly (ProductList | SkuList)[]): boolean {
  return lists.every((list) => state.lists[list]?.end === 'whole');
}

export function incompleteLists(state: ScanState): IncompleteList[] {
  const of = (name: string, lists: readonly (ProductList | SkuList)[]): IncompleteList[] =>
    lists.flatMap((list) => {
      const reading = state.lists[list];
      return reading?.end === 'incomplete' ? [incompleteList(`${name} ${list}`, reading)] : [];
    });
  return [...of('products', PRODUCT_LISTS), ...of('SKUs', SKU_LISTS)];
}
