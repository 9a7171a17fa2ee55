import { type CursorPart, decodeCursor } from '#contracts';
import { invalid, refusedField } from '#runtime';

/**
 * What a page begins after, read from the cursor of the question; null for the first page.
 * @param sort of a list that has several orders: its cursors begin with the name of theirs
 * @throws AppError `request.invalid` for a cursor that no page of a list of this shape has given: it must not reach the
 * database, whose error would name no cursor
 */
export function positionOf(
  cursor: string | undefined,
  shape: readonly CursorPart[],
  sort?: string,
): readonly (string | number)[] | null {
  if (cursor === undefined) return null;
  const found = decodeCursor(cursor, sort === undefined ? shape : ['text', ...shape]);
  if (found === undefined)
    throw invalid('request.invalid', 'cursor is not one that a page of this list has given.', [
      refusedField('cursor', 'input.cursor'),
    ]);
  if (sort === undefined) return found;
  const [by, ...position] = found;
  if (by === sort) return position;
  throw invalid(
    'request.invalid',
    'cursor is of a list that is sorted otherwise. Leave it out for the first page.',
    [refusedField('cursor', 'input.cursor_of_sort', { sort })],
  );
}
