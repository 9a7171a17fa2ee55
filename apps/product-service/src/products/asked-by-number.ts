import { type AskedApart, type Unanswered } from '#sync';
import type { ByNumber, ScanState } from './scan-state.js';

/** So many questions in a row of which nothing at all was answered: the marketplace is unwell, and the run pauses. */
const SILENT_BEFORE_PAUSE = 3;
/** A phase that has no answer at all is tried so often at its end, with pauses; then its records are set apart. */
const SILENT_BEFORE_SET_APART = 5;

/** Where a phase that asks by number begins. */
export function beginByNumber(isAnswering: boolean): ByNumber {
  return { after: '', putOff: [], isAnswering, silent: 0 };
}

/** No further question follows: a good record must not be set apart for the neighbours that it was asked for with. */
export function isLastTry(state: ByNumber, isSecondTry: boolean): boolean {
  return isSecondTry && (state.isAnswering || state.silent >= SILENT_BEFORE_SET_APART - 1);
}

export interface Judged<Item> {
  readonly next: ScanState;
  /** About these there will be no answer in this run. */
  readonly apart: readonly Unanswered<Item>[];
  /** To be thrown when `next` is committed. */
  readonly fault: unknown;
}

/**
 * What a question by number means for its phase. The position moves over all that was asked for, whatever came of it, so
 * that no record stops those behind it: what has failed for now is asked for once more at the end of the phase, and set
 * apart when it fails again.
 * @param isSecondTry the items come from `putOff`, not from after the position
 */
export function judgeAsked<Item>(
  state: ScanState,
  isSecondTry: boolean,
  items: readonly Item[],
  asked: AskedApart<Item, unknown>,
  idOf: (item: Item) => string,
): Judged<Item> {
  const done = items.slice(0, items.length - asked.left.length).map(idOf);
  const isAnswered = asked.answers.length + asked.refused.length > 0;
  const isAnswering = state.isAnswering || isAnswered;
  const [fault] = isAnswered ? [] : asked.putOff;
  const silent = isAnswered ? 0 : state.silent + (fault === undefined ? 0 : 1);
  const next = { ...state, isAnswering, silent };
  if (isSecondTry && fault !== undefined && !isAnswering && silent < SILENT_BEFORE_SET_APART) {
    return { next, apart: [], fault: asked.error ?? fault.error };
  }
  const pause = fault !== undefined && silent % SILENT_BEFORE_PAUSE === 0 ? fault.error : undefined;
  const error = asked.error ?? pause;
  if (isSecondTry) {
    const isDone = new Set(done);
    const putOff = state.putOff.filter((id) => !isDone.has(id));
    return { next: { ...next, putOff }, apart: [...asked.refused, ...asked.putOff], fault: error };
  }
  const putOff = [...state.putOff, ...asked.putOff.map(({ item }) => idOf(item))];
  return { next: { ...next, after: done.at(-1) ?? state.after, putOff }, apart: asked.refused, fault: error };
}
