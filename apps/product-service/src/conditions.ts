import { isUUID } from 'class-validator';
import { decodeCursor } from '#contracts';
import { invalid } from '#runtime';

/** Conditions of a WHERE, with their parameters. */
export interface Conditions {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/**
 * Where the next page of a list begins that is sorted by `sorted_at`, shop and id, newest first.
 * @throws AppError `request.invalid` for a cursor that no page has given
 */
export function afterNewest(
  cursor: string | undefined,
  firstParam: number,
  table: string,
  idColumn: string,
): Conditions {
  if (cursor === undefined) return { sql: 'true', params: [] };
  const position = decodeCursor(cursor, 3);
  if (position === undefined || !isPosition(position)) throw badCursor();
  const [at, shop, id] = [firstParam, firstParam + 1, firstParam + 2].map((number) => `$${number}`);
  return {
    sql: `(${table}.sorted_at, ${table}.shop_id, ${table}.${idColumn}) < (${at}::timestamptz, ${shop}::uuid, ${id})`,
    params: position,
  };
}

export function badCursor(): Error {
  return invalid('request.invalid', 'cursor is not one that a page before has given.', [
    { field: 'cursor', message: 'hand back `nextCursor` of the page before, unchanged' },
  ]);
}

/** A made-up cursor must not reach the database, whose error would not name the cursor. */
function isPosition([at, shop, id]: readonly (string | number)[]): boolean {
  return isOurInstant(at) && isUUID(shop) && typeof id === 'string' && !id.includes('\u0000');
}

/** In the one form in which we write instants; of others PostgreSQL knows less than JavaScript. */
function isOurInstant(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text;
}
