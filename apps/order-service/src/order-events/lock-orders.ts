import type { Transaction } from '#runtime';

/**
 * The orders first and in the order of numbers, as everybody who touches an order locks them: two who lock in
 * different orders would wait for each other.
 * @returns those that are stored
 */
export async function lockOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  orderNumbers: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ number: string }>(
    `SELECT order_number AS number FROM orders WHERE shop_id = $1 AND order_number = ANY($2::text[])
     ORDER BY order_number FOR UPDATE`,
    [shopId, orderNumbers],
  );
  return rows.map(({ number }) => number);
}

export const snsOf = (orders: readonly { readonly number: string }[]): string[] =>
  orders.map(({ number }) => number);
