import type { ShopPushes } from '#marketplace';
import { storableJson, type Transaction } from '#runtime';

/** Keeps what the marketplace told of a shop's pushes, with the token or when it was asked. */
export async function recordPushes(
  tx: Transaction,
  shopId: string,
  pushes: ShopPushes | null,
  checkedAt: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO webhook_subscriptions (shop_id, pushes, checked_at) VALUES ($1, $2, $3)
     ON CONFLICT (shop_id) DO UPDATE SET pushes = excluded.pushes, checked_at = excluded.checked_at`,
    [shopId, storableJson(pushes), checkedAt],
  );
}
