import { english, type Said, say } from '#contracts';
import { AppError } from '#runtime';

/** Code of a run that has read a list which is not whole. */
export const LIST_INCOMPLETE = 'list.incomplete';

/** A list, or a window of one, that could not be read to its end. */
export interface IncompleteList {
  /** For people: orders of a window, products of a list. */
  readonly what: Said;
  /** Different rows that the last pass has met, of so many that the marketplace counts. */
  readonly met: number;
  readonly total: number;
}

/**
 * Ends a run as failed. To be thrown when all other lists of the run are read.
 * @param next what becomes of it: the cursor stays before it, and the next run reads it again
 */
export function listIncomplete(lists: readonly IncompleteList[], next: Said): AppError {
  const named = lists.slice(0, 3).map((list) => say('what.met', { ...list }));
  const more = lists.length - named.length;
  const why =
    more === 0
      ? say('run.list_incomplete', { lists: named, next })
      : say('run.list_incomplete_more', { lists: named, more, next });
  return new AppError('conflict', LIST_INCOMPLETE, english(why), { lists: lists.length, why });
}
