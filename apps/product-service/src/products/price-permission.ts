import { type Database, insertOf } from '#runtime';

/** Whether the marketplace has refused supply prices to this token of the shop: what it may do changes with another only. */
export async function isUnpermitted(database: Database, shopId: string, token: number): Promise<boolean> {
  const rows = await database.query('SELECT FROM unpermitted_prices WHERE shop_id = $1 AND token = $2', [
    shopId,
    token,
  ]);
  return rows.length > 0;
}

export async function noteUnpermitted(database: Database, shopId: string, token: number): Promise<void> {
  const row = insertOf({ shop_id: shopId, token });
  await database.query(
    `INSERT INTO unpermitted_prices (${row.names}) VALUES (${row.parameters})
     ON CONFLICT (shop_id) DO UPDATE SET token = excluded.token`,
    row.values,
  );
}
