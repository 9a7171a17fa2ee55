import type { Transaction } from '#runtime';

/**
 * The parent orders first and in the order of numbers, as everybody who touches an order locks them: two who lock in
 * different orders would wait for each other.
 * @returns those that are stored
 */
export async function lockOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ sn: string }>(
    `SELECT parent_order_sn AS sn FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
     ORDER BY parent_order_sn FOR UPDATE`,
    [shopId, parentOrderSns],
  );
  return rows.map(({ sn }) => sn);
}

export const snsOf = (orders: readonly { readonly sn: string }[]): string[] => orders.map(({ sn }) => sn);
