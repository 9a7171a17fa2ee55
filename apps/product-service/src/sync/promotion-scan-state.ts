import type { Reading } from './whole-reading.js';

/** A promotion whose goods are being read. */
export interface OpenPromotion {
  readonly promotionId: string;
  readonly reading: Reading;
}

/** Where a scan of promotions stands, written with every transaction: whoever takes the run over goes on from here. */
export interface PromotionScanState {
  readonly phase: 'promotions' | 'goods' | 'done';
  /** Of the list of promotions; null before its first page. */
  readonly list: Reading | null;
  /** Promotion id up to which goods are read or being read. */
  readonly after: string;
  readonly open: readonly OpenPromotion[];
  /** By the marketplace's count, of all promotions opened so far. */
  readonly goodsTotal: number;
}

const FIRST_STATE: PromotionScanState = {
  phase: 'promotions',
  list: null,
  after: '',
  open: [],
  goodsTotal: 0,
};

/** A state that cannot be read (of another version) begins the scan anew: that costs calls and nothing else. */
export function readPromotionScanState(state: unknown): PromotionScanState {
  const isState = typeof state === 'object' && state !== null && 'phase' in state && 'open' in state;
  return isState ? (state as PromotionScanState) : FIRST_STATE;
}

/** Promotions and the products in them: what a run has to read. */
export function totalOf(state: PromotionScanState): number {
  return (state.list?.pass.lastTotal ?? 0) + state.goodsTotal;
}
