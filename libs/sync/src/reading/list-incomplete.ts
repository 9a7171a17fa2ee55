import { AppError } from '#runtime';

/** Code of a run that has read a list which is not whole. */
export const LIST_INCOMPLETE = 'list.incomplete';

/** A list, or a window of one, that could not be read to its end. */
export interface IncompleteList {
  /** For people: `parent orders changed 2026-11-27T08:00:00Z to 2026-11-27T09:00:00Z`. */
  readonly what: string;
  /** Different rows that the last pass has met, of so many that the marketplace counts. */
  readonly met: number;
  readonly total: number;
}

/**
 * Ends a run as failed. To be thrown when all other lists of the run are read.
 * @param next what becomes of it: `The cursor stays before it, the next run reads it again.`
 */
export function listIncomplete(lists: readonly IncompleteList[], next: string): AppError {
  const named = lists.slice(0, 3).map(({ what, met, total }) => `${met} of ${total} ${what}`);
  const more = lists.length > named.length ? ` and ${lists.length - named.length} more` : '';
  return new AppError(
    'conflict',
    LIST_INCOMPLETE,
    `The marketplace's list is not whole: ${named.join('; ')}${more}. Its pages repeat or lack rows. ${next}`,
    { lists: lists.length },
  );
}
