import type { ListSpan, ListState, ListWindow, SettledStep } from './list-reading.js';
import { type ListPass, MAX_PASSES, type PassVerdict } from './whole-list.js';
import { putAside, replaceWindow, splitMoved } from './windows.js';

export type BegunWindow = ListWindow & { readonly pass: ListPass };

/** What a pass through all pages of a window has shown. */
export interface PassFound {
  readonly verdict: PassVerdict;
  /** Different rows that it has met, of so many that were there. */
  readonly met: number;
  readonly total: number;
  readonly pages: number;
}

/**
 * A window of which every page has been asked for closes when it is whole; else it is read again, in smaller parts where
 * what left it may explain the lack, and put aside after `MAX_PASSES`.
 */
export function endPass(
  span: ListSpan,
  state: ListState,
  { from, to, pass, counted = 0 }: BegunWindow,
  { verdict, met, total, pages }: PassFound,
): SettledStep {
  const window = { from, to };
  const found = { window, met, total };
  if (verdict === 'whole')
    return { state: replaceWindow(state), done: met - counted, closed: window, news: [] };
  if (verdict === 'moved' && span.by === 'updated' && to > from) {
    const parts = splitMoved(window, pages);
    const news = { is: 'moved', parts: parts.length, ...found } as const;
    return { state: replaceWindow(state, ...parts), done: -counted, news: [news] };
  }
  const { isContradicted } = pass;
  if (pass.number < MAX_PASSES) {
    const news = { is: 'again', reading: pass.number + 1, isContradicted, ...found } as const;
    return {
      state: replaceWindow(state, { ...window, passes: pass.number }),
      done: -counted,
      news: [news],
    };
  }
  return {
    state: putAside(state, { ...window, met, total }),
    done: met - counted,
    news: [{ is: 'aside', isContradicted, ...found }],
  };
}

/** Under which the ids of a window's pass are kept. */
export function listOf({ by }: ListSpan, { from, to }: ListWindow): string {
  return `${by} ${from} ${to}`;
}
