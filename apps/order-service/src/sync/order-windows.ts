import type { ListPass } from '#sync';

/** Seconds since 1970; windows are closed at both ends and whole seconds, as the platform counts. */
export type EpochSeconds = number;

export const PAGE_SIZE = 100;
/** A window of more pages is split: fewer rows to read again when a run is broken off in it. */
export const MAX_WINDOW_PAGES = 50;
/**
 * Aimed at when splitting into equal stretches of time. A shop that grows has its newest stretch a third fuller than the
 * mean; one that does not fit is split again, which costs two calls, and each window costs half a page. At 36 pages a load of
 * 1,000 pages took 15 to 19 calls more than pages, at 45 it took 22 to 24 (shops of the sandbox, over 150 days).
 */
const TARGET_WINDOW_PAGES = 36;

/** One stretch of time that is still to be read. */
export interface OrderWindow {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** Passes made in vain. */
  readonly passes?: number;
  /** Set once page 1 is stored: the pass under way. */
  readonly pass?: ListPass;
  /** Rows of it that the run has counted as read. */
  readonly counted?: number;
  /** The next page to read, counting down to 2; 1 when all are read. */
  readonly nextPage?: number;
}

/** A window of which the last pass has met only so many of the rows that the marketplace counts. */
export interface IncompleteWindow {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly met: number;
  readonly total: number;
}

/** What a run needs to go on in another process. */
export interface OrdersState {
  /** `created` windows have a fixed membership; rows of `updated` windows leave them when they change again. */
  readonly by: 'created' | 'updated';
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** Next one first. */
  readonly windows: readonly OrderWindow[];
  /** Put aside while the others are read; the cursor stays before the first of them. */
  readonly incomplete?: readonly IncompleteWindow[];
}

export interface Cursor {
  readonly updatedThrough: Date;
}

/** `through`: every change until then is stored. `loaded`: a first load has ended; a cursor that stands already stays. */
export type CursorMove =
  | { readonly is: 'through'; readonly through: Date }
  | { readonly is: 'loaded'; readonly from: Date; readonly through: Date };

/**
 * What the end of a window does to the cursor, in the transaction that ends it. Update windows are read oldest first, so
 * each moves it to its own end, unless one before it is incomplete; creation windows say nothing before the last.
 */
export function cursorMove(state: OrdersState, window: OrderWindow, isLast: boolean): CursorMove | undefined {
  if ((state.incomplete ?? []).length > 0) return undefined;
  if (state.by === 'updated') return { is: 'through', through: new Date(window.to * 1000) };
  return isLast
    ? { is: 'loaded', from: new Date(state.from * 1000), through: new Date(state.to * 1000) }
    : undefined;
}

/** Windows that were put aside are all that is left to read of a run that goes on. */
export function withIncompleteAgain(state: OrdersState): OrdersState {
  if (state.windows.length > 0 || state.incomplete === undefined) return state;
  return { ...state, windows: state.incomplete.map(({ from, to }) => ({ from, to })), incomplete: [] };
}

/**
 * A first load that goes on: its incomplete windows, and before them what was created since. While no cursor stands, no
 * other run would show that, and a list may lie for good. Its `to` stays, and becomes the cursor: every change since then
 * is found by update time. What earlier runs have read beyond it is read again, as it may have changed.
 * @param until the end of what can be read now
 */
export function resumeFirstLoad(broken: OrdersState, until: EpochSeconds): OrdersState {
  const incomplete = [...broken.windows, ...(broken.incomplete ?? [])]
    .filter(({ from }) => from <= broken.to)
    .map(({ from, to }) => ({ from, to }));
  const since = until > broken.to ? [{ from: broken.to + 1, to: until }] : [];
  return { ...broken, windows: [...since, ...incomplete], incomplete: [] };
}

/**
 * The first load, or one that a person asked a depth for, reads by creation time. Everything after reads by update
 * time, from the cursor less the platform's lag: a change may appear in the list that much later.
 * Undefined when there is nothing to read yet.
 */
export function planOrdersRun(input: {
  readonly platformNow: Date;
  readonly lagSeconds: number;
  readonly cursor: Cursor | undefined;
  readonly depthDays: number | undefined;
  readonly firstLoadDays: number;
}): OrdersState | undefined {
  const to = Math.floor(input.platformNow.getTime() / 1000) - input.lagSeconds;
  if (input.cursor === undefined || input.depthDays !== undefined) {
    const from = to - (input.depthDays ?? input.firstLoadDays) * 86_400;
    return { by: 'created', from, to, windows: [{ from, to }] };
  }
  const from = Math.floor(input.cursor.updatedThrough.getTime() / 1000) - input.lagSeconds;
  return to < from ? undefined : { by: 'updated', from, to, windows: [{ from, to }] };
}

export function pagesOf(total: number): number {
  return Math.ceil(total / PAGE_SIZE);
}

/** One second is never split. */
export function mustSplit(window: OrderWindow, total: number): boolean {
  return pagesOf(total) > MAX_WINDOW_PAGES && window.to > window.from;
}

/**
 * Equal parts, as many as the total asks for, up to `MAX_PARTS`. Creation windows newest first: people look at the newest days. Update
 * windows oldest first: the cursor can follow each one that closes.
 * @param oldest the second of the oldest row, where it is known: the time before it stays one window, in which nothing
 *   is expected. Most shops are younger than the first load is deep, and each part costs a call, also an empty one.
 */
export function splitWindow(
  window: OrderWindow,
  total: number,
  by: OrdersState['by'],
  oldest: EpochSeconds = window.from,
): OrderWindow[] {
  const from = Math.min(Math.max(oldest, window.from), window.to);
  const older = from > window.from ? [{ from: window.from, to: from - 1 }] : [];
  const windows = [...older, ...equalParts(from, window.to, Math.ceil(pagesOf(total) / TARGET_WINDOW_PAGES))];
  return by === 'created' ? windows.reverse() : windows;
}

/** So many pages of a window that moved while it was read are one part when it is read again. */
const MOVED_PART_PAGES = 4;

/**
 * A window that rows left unread, in parts that are over sooner; oldest first. Ends: a part of one page is one answer,
 * which nothing can leave while it is read.
 */
export function splitMoved(window: OrderWindow, total: number): OrderWindow[] {
  return equalParts(window.from, window.to, Math.ceil(pagesOf(total) / MOVED_PART_PAGES));
}

/** A total may lie: parts that are still too large are split again when it is their turn. */
const MAX_PARTS = 64;

function equalParts(from: EpochSeconds, to: EpochSeconds, wanted: number): OrderWindow[] {
  const seconds = to - from + 1;
  const parts = Math.min(seconds, MAX_PARTS, Math.max(2, wanted));
  const borders = Array.from({ length: parts + 1 }, (_, part) => from + Math.floor((seconds * part) / parts));
  return borders.slice(0, -1).map((start, part) => ({ from: start, to: (borders[part + 1] ?? to + 1) - 1 }));
}
