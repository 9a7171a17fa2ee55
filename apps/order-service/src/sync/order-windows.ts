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
  /** Set once page 1 is stored: what it said the window holds. */
  readonly firstTotal?: number;
  /** What the last page read said. */
  readonly lastTotal?: number;
  /** The next page to read, counting down to 2; 1 when all are read. */
  readonly nextPage?: number;
}

/** What a run needs to go on in another process. */
export interface OrdersState {
  /** `created` windows have a fixed membership; rows of `updated` windows leave them when they change again. */
  readonly by: 'created' | 'updated';
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** Next one first. */
  readonly windows: readonly OrderWindow[];
}

export interface Cursor {
  readonly updatedThrough: Date;
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
 * Equal parts, as many as the total asks for. Creation windows newest first: people look at the newest days. Update
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

function equalParts(from: EpochSeconds, to: EpochSeconds, wanted: number): OrderWindow[] {
  const seconds = to - from + 1;
  const parts = Math.min(seconds, Math.max(2, wanted));
  const borders = Array.from({ length: parts + 1 }, (_, part) => from + Math.floor((seconds * part) / parts));
  return borders.slice(0, -1).map((start, part) => ({ from: start, to: (borders[part + 1] ?? to + 1) - 1 }));
}
