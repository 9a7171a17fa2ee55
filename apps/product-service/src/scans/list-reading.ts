import { type Said, say } from '#contracts';
import {
  beginPass,
  goOn,
  idsOf,
  judgePass,
  type ListPage,
  type ListPass,
  MAX_PASSES,
  type MarketplaceError,
} from '#marketplace';
import type { Transaction } from '#runtime';
import { countListed, type IncompleteList, type ListKey, noteListed } from '#sync';

/** Rows a page; the marketplace's maximum. */
export const PAGE_SIZE = 100;
/** Up to five pages are one transaction. */
export const PAGES_A_COMMIT = 5;

/** How far the reading of one list has come; part of the run's state. */
export interface ListReading {
  readonly pass: ListPass;
  /** The pass has no answer yet: its first one tells the total that it begins with. */
  readonly isFresh: boolean;
  /** Read next; the pages are read from the last one down. */
  readonly nextPage: number;
  /** Where the pass ends: 2 in the first, whose page 1 has told the total; 1 in later ones. */
  readonly untilPage: 1 | 2;
  /** The pass has met a row whose id could not be read: whatever is missing may be that one. */
  readonly hasNameless: boolean;
  readonly end: 'whole' | 'incomplete' | null;
  /** Different rows that the last pass has met, as far as is known: of page 1 at first, of all pages at its end. */
  readonly met: number;
  /** Why the marketplace gives no more of it, in words; null where it does. */
  readonly refusal: Said | null;
}

/** A page with its number. */
export interface NumberedPage<T> {
  readonly number: number;
  readonly page: ListPage<T>;
}

export function pagesOf(total: number): number {
  return Math.ceil(total / PAGE_SIZE);
}

/** @param first page 1 */
export function openList<T>(first: ListPage<T>, idOf: (record: T) => string): ListReading {
  return {
    pass: beginPass(answerOf({ number: 1, page: first })),
    isFresh: false,
    nextPage: pagesOf(first.total),
    untilPage: 2,
    hasNameless: hasNameless(first),
    end: null,
    met: new Set(idsOf(first, idOf)).size,
    refusal: null,
  };
}

/** The pages of the next transaction, highest first; none when the pass is at its end. */
export function nextPages(reading: ListReading): number[] {
  if (reading.end !== null) return [];
  const count = Math.min(PAGES_A_COMMIT, reading.nextPage - reading.untilPage + 1);
  return Array.from({ length: Math.max(0, count) }, (_, step) => reading.nextPage - step);
}

export function afterPages<T>(reading: ListReading, pages: readonly NumberedPage<T>[]): ListReading {
  const [first, ...others] = pages.map(answerOf);
  if (first === undefined) return reading;
  const { pass } = reading;
  return {
    ...reading,
    isFresh: false,
    nextPage: reading.nextPage - pages.length,
    pass: others.reduce(goOn, reading.isFresh ? beginPass(first, pass.number) : goOn(pass, first)),
    hasNameless: reading.hasNameless || pages.some(({ page }) => hasNameless(page)),
  };
}

/**
 * Was the list read whole? The rule is that of every list that is paged by number (`judgePass`): by the different ids
 * that this pass has met.
 *
 * These lists have no closed window: rows come (mostly at the front, newest first) and go (delisted, moved to another
 * list), numbered pages shift under the reader, and no direction of reading is safe against both. Reading from the
 * last page down is safe against rows that go: what follows them slides towards pages still to be read. A row that comes
 * pushes one row over the border into pages already read, and the ids do not reach the total. A list that was not whole
 * is read again, page 1 included, and is incomplete after the last pass: a list that never rests, or lies, must not keep
 * a scan for ever, and nothing is concluded from what such a list does not show.
 * @param distinct different ids that the pass has met
 */
export function endPass(reading: ListReading, distinct: number): ListReading {
  const ended = { ...reading, met: distinct };
  if (judgePass(reading.pass, distinct) === 'whole') return { ...ended, end: 'whole' };
  if (reading.pass.number >= MAX_PASSES) return { ...ended, end: 'incomplete' };
  return passAgain(ended, reading.pass.number + 1);
}

/** Through the whole list once more, page 1 included. */
export function passAgain(reading: ListReading, number = 1): ListReading {
  const { lastTotal } = reading.pass;
  return {
    ...reading,
    pass: { ...reading.pass, number },
    isFresh: true,
    nextPage: Math.max(1, pagesOf(lastTotal)),
    untilPage: 1,
    hasNameless: false,
    end: null,
  };
}

/** A list that the marketplace refuses to give, from its first page or from a later one on. */
export function refusedList(reading: ListReading | undefined, error: MarketplaceError): ListReading {
  const opened = reading ?? {
    pass: beginPass({ page: 1, pageSize: PAGE_SIZE, total: 0, rows: 0 }),
    isFresh: false,
    nextPage: 0,
    untilPage: 2 as const,
    hasNameless: false,
    met: 0,
  };
  return { ...opened, end: 'incomplete', refusal: error.what };
}

/**
 * What a list that was read whole says of known rows that it has not shown. Of rows that cannot be asked for by their
 * numbers nothing is called gone by one reading: a row can slide over a page's border while one leaves and one comes. The
 * list is read once more, and only what neither has shown is gone. `untold`: the missing one may be a row whose id could
 * not be read.
 */
export function judgeMissing(
  missing: number,
  hasNamelessRow: boolean,
  isConfirming: boolean,
): 'none' | 'untold' | 'again' | 'gone' {
  if (missing === 0) return 'none';
  if (hasNamelessRow) return 'untold';
  return isConfirming ? 'gone' : 'again';
}

export function incompleteList(what: Said, { met, pass, refusal }: ListReading): IncompleteList {
  return {
    what: refusal === null ? what : say('what.refused', { what, why: refusal }),
    met,
    total: pass.lastTotal,
  };
}

/** A list of one page that is read for the first time: what page 1 has shown is all, and no ids need to be kept. */
export function isOfOnePage({ pass, untilPage }: ListReading): boolean {
  return untilPage === 2 && pagesOf(pass.firstTotal) <= 1;
}

/** Remembers which rows a page has shown, in the transaction that stores them. */
export async function noteMet<T>(
  tx: Transaction,
  key: ListKey,
  reading: ListReading | undefined,
  page: ListPage<T>,
  idOf: (record: T) => string,
): Promise<void> {
  if (reading !== undefined && !isOfOnePage(reading)) await noteListed(tx, key, idsOf(page, idOf));
}

/** Different rows that the pass has met. */
export async function countMet(
  db: Pick<Transaction, 'query'>,
  key: ListKey,
  reading: ListReading,
): Promise<number> {
  return isOfOnePage(reading) ? reading.met : countListed(db, key);
}

function answerOf<T>({ number, page }: NumberedPage<T>): Parameters<typeof goOn>[1] {
  return {
    page: number,
    pageSize: PAGE_SIZE,
    total: page.total,
    rows: page.records.length + page.unreadable.length,
  };
}

function hasNameless<T>(page: ListPage<T>): boolean {
  return page.unreadable.some(({ platformId }) => platformId === null);
}
