import { positionOf } from '#messaging';

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
  const position = positionOf(cursor, ['instant', 'id', 'text']);
  if (position === null) return { sql: 'true', params: [] };
  const [at, shop, id] = [firstParam, firstParam + 1, firstParam + 2].map((number) => `$${number}`);
  return {
    sql: `(${table}.sorted_at, ${table}.shop_id, ${table}.${idColumn}) < (${at}::timestamptz, ${shop}::uuid, ${id})`,
    params: position,
  };
}
