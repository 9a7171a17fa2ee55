import { type Said, say } from '#contracts';
import { isReadWhole } from '#marketplace';
import type { IncompleteList, SpanState } from '#sync';
import { incompleteList, type ListReading } from '../scans/list-reading.js';

export const PRODUCT_LISTS = ['listed', 'unpublished', 'draft'] as const;
export type ProductList = (typeof PRODUCT_LISTS)[number];
export const SKU_LISTS = ['available', 'unavailable'] as const;
export type SkuList = (typeof SKU_LISTS)[number];

/** Where a phase stands that asks for products by their numbers. */
export interface ByNumber {
  /** The product id up to which it has come. */
  readonly after: string;
  /** Goods ids that had no answer for now: asked for once more at the end of the phase. */
  readonly putOff: readonly string[];
  /** Such a question was answered, or refused: one that fails then is the fault of what it asks for. */
  readonly isAnswering: boolean;
  /** Questions in a row of which nothing at all was answered. */
  readonly silent: number;
}

/**
 * Where a scan stands, written with every transaction: whoever takes the run over goes on from here.
 * The phases in their order.
 */
export interface ScanState extends ByNumber {
  readonly phase: 'products' | 'skus' | 'missing' | 'prices' | 'done';
  readonly lists: Partial<Record<ProductList | SkuList, ListReading>>;
  /** In place of `lists`, where one list holds products and SKUs. */
  readonly catalogue?: SpanState;
}

export const FIRST_STATE: ScanState = {
  phase: 'products',
  lists: {},
  after: '',
  putOff: [],
  isAnswering: false,
  silent: 0,
};

/** A state that cannot be read (of another version) begins the scan anew: that costs calls and nothing else. */
export function readScanState(state: unknown): ScanState {
  const isState = typeof state === 'object' && state !== null && 'phase' in state && 'putOff' in state;
  return isState ? (state as ScanState) : FIRST_STATE;
}

export function areWhole(state: ScanState, lists: readonly (ProductList | SkuList)[]): boolean {
  if (state.catalogue !== undefined) return isReadWhole(state.catalogue);
  return lists.every((list) => state.lists[list]?.end === 'whole');
}

export function incompleteLists(state: ScanState): IncompleteList[] {
  const of = (what: Said, lists: readonly (ProductList | SkuList)[]): IncompleteList[] =>
    lists.flatMap((list) => {
      const reading = state.lists[list];
      return reading?.end === 'incomplete' ? [incompleteList(listName(what, list), reading)] : [];
    });
  return [...of(say('what.products'), PRODUCT_LISTS), ...of(say('what.skus'), SKU_LISTS)];
}

export function listName(what: Said, list: ProductList | SkuList): Said {
  return say('what.product_list', { what, list: listWord(list) });
}

export function listWord(list: ProductList | SkuList): Said {
  return say(`list.${list}`);
}
