import type { Param } from './conditions.js';

/**
 * Which shops, as a condition on the column that names the shop of a row. One shop is a constant, by which an index that
 * begins with the shop serves an order by time alone.
 * @param shopIds null: every shop
 */
export function shopsOf(shopIds: readonly string[] | null, param: Param): (column: string) => string {
  if (shopIds === null) return () => EVERYTHING;
  if (shopIds.length === 1) {
    const one = param(shopIds[0]);
    return (column) => `${column} = ${one}::uuid`;
  }
  const some = param(shopIds);
  return (column) => `${column} = ANY(${some}::uuid[])`;
}

/** The condition that leaves nothing out. */
export const EVERYTHING = 'true';
