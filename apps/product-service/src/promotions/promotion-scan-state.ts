import { say } from '#contracts';
import type { IncompleteList } from '#sync';
import { incompleteList, type ListReading } from '../scans/list-reading.js';

/** A promotion whose goods are being read. */
export interface OpenPromotion {
  readonly promotionId: string;
  readonly reading: ListReading;
  /** Known goods were missing from the first reading; this is the second. */
  readonly isConfirming: boolean;
}

/** Where a scan of promotions stands, written with every transaction: whoever takes the run over goes on from here. */
export interface PromotionScanState {
  readonly phase: 'promotions' | 'goods' | 'done';
  /** By the marketplace's number of their type: each is a list of its own. Empty before the first page. */
  readonly lists: Readonly<Record<string, ListReading>>;
  /** Known promotions were missing from all lists; they are read for the second time. */
  readonly isConfirming: boolean;
  /** Promotion id up to which goods are read or being read. */
  readonly after: string;
  readonly open: readonly OpenPromotion[];
  /** Promotions whose goods the marketplace did not give at the first question: asked again at the end. */
  readonly putOff: readonly string[];
  /** By the marketplace's count, of all promotions opened so far. */
  readonly productTotal: number;
  /** Goods of promotions that could not be read whole. */
  readonly incompleteProducts: readonly IncompleteList[];
}

const FIRST_STATE: PromotionScanState = {
  phase: 'promotions',
  lists: {},
  isConfirming: false,
  after: '',
  open: [],
  putOff: [],
  productTotal: 0,
  incompleteProducts: [],
};

/** A state that cannot be read (of another version) begins the scan anew: that costs calls and nothing else. */
export function readPromotionScanState(state: unknown): PromotionScanState {
  const isState = typeof state === 'object' && state !== null && 'phase' in state && 'putOff' in state;
  return isState ? (state as PromotionScanState) : FIRST_STATE;
}

/** Promotions and the products in them: what a run has to read. */
export function totalOf(state: PromotionScanState): number {
  const listed = Object.values(state.lists).reduce((sum, { pass }) => sum + pass.lastTotal, 0);
  return listed + state.productTotal;
}

export function incompleteLists(state: PromotionScanState): IncompleteList[] {
  const lists = Object.entries(state.lists).flatMap(([type, reading]) =>
    reading.end === 'incomplete' ? [incompleteList(say('what.promotion_list', { type }), reading)] : [],
  );
  return [...lists, ...state.incompleteProducts];
}
