import type { ShopPushes } from '#marketplace';
import { insertOf, storableJson, type Transaction } from '#runtime';

/** Keeps what the marketplace told of a shop's pushes, with the token or when it was asked. */
export async function recordPushes(
  tx: Transaction,
  shopId: string,
  pushes: ShopPushes | null,
  checkedAt: Date,
): Promise<void> {
  const row = insertOf({ shop_id: shopId, pushes: storableJson(pushes), checked_at: checkedAt });
  await tx.query(
    `INSERT INTO webhook_subscriptions (${row.names}) VALUES (${row.parameters})
     ON CONFLICT (shop_id) DO UPDATE SET pushes = excluded.pushes, checked_at = excluded.checked_at`,
    row.values,
  );
}
