/** Rows a page; the marketplace's maximum. */
export const PAGE_SIZE = 100;
/** Up to five pages are one transaction. */
export const PAGES_A_COMMIT = 5;
/** Of one list in one scan. */
const MAX_PASSES = 3;

/** How far the reading of one list has come; part of the run's state. */
export interface ListPass {
  readonly pass: number;
  /** The platform's count when the pass began. */
  readonly firstTotal: number;
  readonly lastTotal: number;
  /** Read next; the pages are read from the last one down. */
  readonly nextPage: number;
  /** Where the pass ends: 2 in the first, whose page 1 has told the total; 1 in later ones. */
  readonly untilPage: 1 | 2;
  /** An answer told another total than the first one: rows came or went while we read. */
  readonly hasMoved: boolean;
  /** Rows met in this pass that could not be understood. */
  readonly unreadable: number;
  readonly isSettled: boolean;
}

/** What a pass needs to know of a page. */
export interface PageFacts {
  readonly total: number;
  readonly unreadable: readonly unknown[];
}

export function pagesOf(total: number): number {
  return Math.ceil(total / PAGE_SIZE);
}

export function openList(firstPage: PageFacts): ListPass {
  return {
    pass: 1,
    firstTotal: firstPage.total,
    lastTotal: firstPage.total,
    nextPage: pagesOf(firstPage.total),
    untilPage: 2,
    hasMoved: false,
    unreadable: firstPage.unreadable.length,
    isSettled: false,
  };
}

/** The pages of the next transaction, highest first; none when the pass is at its end. */
export function nextPages(list: ListPass): number[] {
  const count = Math.min(PAGES_A_COMMIT, list.nextPage - list.untilPage + 1);
  return Array.from({ length: Math.max(0, count) }, (_, step) => list.nextPage - step);
}

export function afterPages(list: ListPass, pages: readonly PageFacts[]): ListPass {
  return {
    ...list,
    nextPage: list.nextPage - pages.length,
    lastTotal: pages.at(-1)?.total ?? list.lastTotal,
    hasMoved: list.hasMoved || pages.some((page) => page.total !== list.firstTotal),
    unreadable: list.unreadable + pages.reduce((sum, page) => sum + page.unreadable.length, 0),
  };
}

export type EndOfPass =
  | { readonly outcome: 'settled' | 'unsettled'; readonly list: ListPass }
  | { readonly outcome: 'again'; readonly list: ListPass };

/**
 * Was the list read whole?
 *
 * These lists have no closed window: rows come (mostly at the front, newest first) and go (delisted, moved to another
 * list), numbered pages shift under the reader, and no direction of reading is safe against both. Reading from the
 * last page down is safe against rows that go: what follows them slides towards pages still to be read. A row that
 * comes pushes one row over the border into pages already read, and is told by the total; one that comes while another
 * goes leaves the total as it was, and is told by the rows we have counted. Either sends us through the list again
 * (at most three times: a list that never rests must not keep a scan for ever; at most twice for the count alone, which
 * may differ for reasons of the platform). What three passes miss is caught by its SKUs, which come by lists of their
 * own, or by the next scan; and nothing is called delisted before it was asked for by its number.
 *
 * @param seen rows of this list that the scan has met and stored
 */
export function endPass(list: ListPass, seen: number): EndOfPass {
  const isShort = seen + list.unreadable < list.lastTotal;
  if (!list.hasMoved && !isShort) return { outcome: 'settled', list: { ...list, isSettled: true } };
  if (list.pass >= MAX_PASSES || (!list.hasMoved && list.pass >= 2)) {
    return { outcome: 'unsettled', list: { ...list, isSettled: true } };
  }
  return { outcome: 'again', list: passAgain(list) };
}

/** Through the whole list once more, page 1 included. */
export function passAgain(list: ListPass): ListPass {
  return {
    pass: list.pass + 1,
    firstTotal: list.lastTotal,
    lastTotal: list.lastTotal,
    nextPage: Math.max(1, pagesOf(list.lastTotal)),
    untilPage: 1,
    hasMoved: false,
    unreadable: 0,
    isSettled: false,
  };
}
