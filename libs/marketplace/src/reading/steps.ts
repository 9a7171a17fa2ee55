import type { ListSpan, ListState, ListStep, ListWindow, SettledStep } from './list-reading.js';
import { replaceWindow, splitLong } from './windows.js';

/** Nothing is to be stored but the state. */
export function stepTo<Row>(state: ListState, told: Partial<SettledStep> = {}): ListStep<Row> {
  return { pages: [], settle: async () => ({ state, done: 0, news: [], ...told }) };
}

/** A window that is longer than the marketplace answers about at once is split before anything is asked. */
export function splitIfLong<Row>(
  { longestSeconds }: { readonly longestSeconds?: number },
  span: ListSpan,
  state: ListState,
  window: ListWindow,
): ListStep<Row> | undefined {
  if (longestSeconds === undefined || window.to - window.from < longestSeconds) return undefined;
  return stepTo(replaceWindow(state, ...splitLong(window, longestSeconds, span.by)));
}
