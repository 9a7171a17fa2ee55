import { type CursorPart, decodeCursor } from '#contracts';
import { invalid, refusedField } from '#runtime';

/**
 * What a page begins after, read from the cursor of the question; null for the first page.
 * @throws AppError `request.invalid` for a cursor that no page of a list of this shape has given: it must not reach the
 * database, whose error would name no cursor
 */
export function positionOf<const Shape extends readonly CursorPart[]>(
  cursor: string | undefined,
  shape: Shape,
): NonNullable<ReturnType<typeof decodeCursor<Shape>>> | null {
  if (cursor === undefined) return null;
  const position = decodeCursor(cursor, shape);
  if (position !== undefined) return position;
  throw invalid('request.invalid', 'cursor is not one that a page of this list has given.', [
    refusedField('cursor', 'input.cursor'),
  ]);
}
