import type { Database } from '#runtime';

/** Whether the marketplace has refused supply prices to this token of the shop: what it may do changes with another only. */
export async function isUnpermitted(database: Database, shopId: string, token: number): Promise<boolean> {
  const rows = await database.query('SELECT FROM unpermitted_prices WHERE shop_id = $1 AND token = $2', [
    shopId,
    token,
  ]);
  return rows.length > 0;
}

export async function noteUnpermitted(database: Database, shopId: string, token: number): Promise<void> {
  await database.query(
    `INSERT INTO unpermitted_prices (shop_id, token) VALUES ($1, $2)
     ON CONFLICT (shop_id) DO UPDATE SET token = excluded.token`,
    [shopId, token],
  );
}
