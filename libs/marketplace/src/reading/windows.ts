import type {
  EpochSeconds,
  IncompleteWindow,
  ListSpan,
  ListState,
  ListStretch,
  ListWindow,
} from './list-reading.js';

/** A window of more pages is split: fewer rows to read again when a run is broken off in it. */
export const MAX_WINDOW_PAGES = 50;
/**
 * Aimed at when splitting into equal stretches of time. A shop that grows has its newest stretch a third fuller than the
 * mean; one that does not fit is split again, which costs two calls, and each window costs half a page. At 36 pages a load of
 * 1,000 pages took 15 to 19 calls more than pages, at 45 it took 22 to 24 (shops of the sandbox, over 150 days).
 */
const TARGET_WINDOW_PAGES = 36;

/** So many pages of a window that moved while it was read are one part when it is read again. */
const MOVED_PART_PAGES = 4;

/** A total may lie: parts that are still too large are split again when it is their turn. */
const MAX_PARTS = 64;

export function pagesOf(total: number, pageSize: number): number {
  return Math.ceil(total / pageSize);
}

/** One second is never split. */
export function mustSplit(window: ListStretch, pages: number): boolean {
  return pages > MAX_WINDOW_PAGES && window.to > window.from;
}

/**
 * Equal parts, as many as the pages ask for, up to `MAX_PARTS`. Creation windows newest first: people look at the newest days.
 * Update windows oldest first: the cursor can follow each one that closes.
 * @param oldest the second of the oldest row, where it is known: the time before it stays one window, in which nothing
 *   is expected. Most shops are younger than the first load is deep, and each part costs a call, also an empty one.
 */
export function splitWindow(
  window: ListStretch,
  pages: number,
  by: ListSpan['by'],
  oldest: EpochSeconds = window.from,
): ListStretch[] {
  const from = Math.min(Math.max(oldest, window.from), window.to);
  const older = from > window.from ? [{ from: window.from, to: from - 1 }] : [];
  const windows = [...older, ...equalParts(from, window.to, Math.ceil(pages / TARGET_WINDOW_PAGES))];
  return by === 'created' ? windows.reverse() : windows;
}

/** For marketplaces that answer about a limited stretch of time only; in the order of `splitWindow`. */
export function splitLong(window: ListStretch, longestSeconds: number, by: ListSpan['by']): ListStretch[] {
  const windows: ListStretch[] = [];
  for (let { from } = window; from <= window.to; from += longestSeconds)
    windows.push({ from, to: Math.min(window.to, from + longestSeconds - 1) });
  return by === 'created' ? windows.reverse() : windows;
}

/**
 * A window that rows left unread, in parts that are over sooner; oldest first. Ends: a part of one page is one answer,
 * which nothing can leave while it is read.
 */
export function splitMoved(window: ListStretch, pages: number): ListStretch[] {
  return equalParts(window.from, window.to, Math.ceil(pages / MOVED_PART_PAGES));
}

function equalParts(from: EpochSeconds, to: EpochSeconds, wanted: number): ListStretch[] {
  const seconds = to - from + 1;
  const parts = Math.min(seconds, MAX_PARTS, Math.max(2, wanted));
  const borders = Array.from({ length: parts + 1 }, (_, part) => from + Math.floor((seconds * part) / parts));
  return borders.slice(0, -1).map((start, part) => ({ from: start, to: (borders[part + 1] ?? to + 1) - 1 }));
}

/** The reading's next window is done with; what comes of it, if anything, stands in its place. */
export function replaceWindow(state: ListState, ...windows: readonly ListWindow[]): ListState {
  return { ...state, windows: [...windows, ...state.windows.slice(1)] };
}

/** The reading's next window is left, and named as incomplete. */
export function putAside(state: ListState, aside: IncompleteWindow): ListState {
  return { ...replaceWindow(state), incomplete: [...(state.incomplete ?? []), aside] };
}
