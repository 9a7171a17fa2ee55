/**
 * Which shops, as a condition on `shop_id` of the tables that it is asked for. One shop is a constant, by which an index
 * that begins with the shop serves an order by time alone.
 * @param shopIds null: every shop
 * @param param adds a parameter and gives its name
 */
export function shopsOf(
  shopIds: readonly string[] | null,
  param: (value: unknown) => string,
): (table: string) => string {
  if (shopIds === null) return () => 'true';
  if (shopIds.length === 1) {
    const one = param(shopIds[0]);
    return (table) => `${table}.shop_id = ${one}::uuid`;
  }
  const some = param(shopIds);
  return (table) => `${table}.shop_id = ANY(${some}::uuid[])`;
}
