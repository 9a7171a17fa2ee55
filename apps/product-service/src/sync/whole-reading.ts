import { afterPages, endPass, type ListPass, openList, type PageFacts, passAgain } from './list-pass.js';

/** The reading of a numbered list whose rows cannot be asked for by their numbers; part of a run's state. */
export interface Reading {
  readonly pass: ListPass;
  /** A row's id could not be read: whatever is missing may be that one. */
  readonly hasNameless: boolean;
  /** Known rows were missing from the first reading; this is the second. */
  readonly isConfirming: boolean;
}

interface ReadPage extends PageFacts {
  readonly unreadable: readonly { readonly platformId: string | null }[];
}

export function beginReading(firstPage: ReadPage): Reading {
  return { pass: openList(firstPage), hasNameless: hasNameless([firstPage]), isConfirming: false };
}

export function readingAfter(reading: Reading, pages: readonly ReadPage[]): Reading {
  return {
    ...reading,
    pass: afterPages(reading.pass, pages),
    hasNameless: reading.hasNameless || hasNameless(pages),
  };
}

/**
 * What the end of a pass means. `whole`: what is missing is gone. `partial`: it may only not have been met.
 *
 * A list that rests while it is read is read whole (see `endPass`), but for a row that slides over a page's border
 * while one leaves and one comes, which neither total nor count can tell. So nothing is called gone by one reading: the
 * list is read once more, and only what neither has shown is gone. Lists from which nothing is missing are read once.
 * @param seen rows of the list that the scan has met and stored
 * @param missing known rows that it has not met
 */
export function endReading(
  reading: Reading,
  seen: number,
  missing: number,
): { readonly outcome: 'again' | 'whole' | 'partial'; readonly reading: Reading } {
  const end = endPass(reading.pass, seen);
  if (end.outcome === 'again') {
    return { outcome: 'again', reading: { ...reading, pass: end.list, hasNameless: false } };
  }
  if (end.outcome === 'unsettled') return { outcome: 'partial', reading };
  if (missing === 0) return { outcome: 'whole', reading };
  if (reading.hasNameless) return { outcome: 'partial', reading };
  if (reading.isConfirming) return { outcome: 'whole', reading };
  const pass = { ...passAgain(reading.pass), pass: 1 };
  return { outcome: 'again', reading: { pass, hasNameless: false, isConfirming: true } };
}

function hasNameless(pages: readonly ReadPage[]): boolean {
  return pages.some((page) => page.unreadable.some(({ platformId }) => platformId === null));
}
