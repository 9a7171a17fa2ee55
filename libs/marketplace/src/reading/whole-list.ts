/** A list that was not whole is read so many times in all before it is put aside as incomplete. */
export const MAX_PASSES = 3;

/** What one page said of its list. */
export interface ListAnswer {
  readonly page: number;
  readonly pageSize: number;
  /** The marketplace's count of all rows of the list. */
  readonly total: number;
  /** Rows on this page, those included that could not be understood. */
  readonly rows: number;
}

/**
 * One reading of all pages of a list, as far as it has come. Part of a run's state: another process goes on with it.
 * The ids that were met are kept beside it (`noteListed`), as they are many.
 */
export interface ListPass {
  /** Counted from 1. */
  readonly number: number;
  readonly firstTotal: number;
  readonly lastTotal: number;
  /** By how much the total has risen and sunk from page to page: at least so many rows came and went meanwhile. */
  readonly joined: number;
  readonly left: number;
  /** A page showed more rows than its own total has room for. */
  readonly isContradicted: boolean;
}

/**
 * `whole`: every row that was in the list while it was read has been met. `moved`: what was not met may have left the
 * list meanwhile, which is not known before it is read again. `short`: pages repeat or lack rows, nothing that left
 * explains it.
 */
export type PassVerdict = 'whole' | 'moved' | 'short';

/** @param number of the pass, from 1 */
export function beginPass(answer: ListAnswer, number = 1): ListPass {
  const total = totalOf(answer);
  return {
    number,
    firstTotal: total,
    lastTotal: total,
    joined: 0,
    left: 0,
    isContradicted: contradictsItself(answer),
  };
}

/** To be told of the pages in the order in which they were answered. */
export function goOn(pass: ListPass, answer: ListAnswer): ListPass {
  const total = totalOf(answer);
  const risen = total - pass.lastTotal;
  return {
    ...pass,
    lastTotal: total,
    joined: pass.joined + Math.max(0, risen),
    left: pass.left + Math.max(0, -risen),
    isContradicted: pass.isContradicted || contradictsItself(answer),
  };
}

/**
 * The one rule of every list that is paged by number. A page that repeats, is empty, or is cut by a border adds no new id,
 * so that counting rows never proves anything; only distinct ids do. Rows that left unread are not taken on trust: a list
 * that shrinks by one can hide one. Another pass, or smaller windows, meets all that is left.
 * @param distinct how many different ids this pass has met, unreadable ones by the id under which they are kept
 */
export function judgePass(pass: ListPass, distinct: number): PassVerdict {
  if (pass.isContradicted) return 'short';
  const lacking = missingOf(pass, distinct);
  if (lacking === 0) return 'whole';
  return lacking <= pass.left ? 'moved' : 'short';
}

/** How many of those that were in the list at some time of the pass were not met. */
export function missingOf(pass: ListPass, distinct: number): number {
  return Math.max(0, pass.firstTotal + pass.joined - distinct);
}

function totalOf({ total }: ListAnswer): number {
  return Number.isSafeInteger(total) && total > 0 ? total : 0;
}

/** Rows and total stand in one answer: a total of 0 beside rows is no total. */
function contradictsItself(answer: ListAnswer): boolean {
  return answer.rows > Math.max(0, totalOf(answer) - (answer.page - 1) * answer.pageSize);
}
