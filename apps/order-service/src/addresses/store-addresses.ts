import type { Sealed, Transaction } from '#runtime';
import { RETRY_MINUTES } from '../sync/due-orders.js';

/** The answer to one question for an address, sealed before it comes near the database. */
export interface AddressAnswer {
  readonly parentOrderSn: string;
  /** The due time that was seen when the question was put: a later one means that it must be put again. */
  readonly dueAt: Date;
  /** `postponed`: the marketplace is still preparing it, does not know the order yet, or refuses this one order. */
  readonly address: Sealed | 'unchanged' | 'postponed';
}

/** Stores sealed addresses: a fixed number of statements, whatever their number. Returns how many are new or changed. */
export async function storeAddresses(
  tx: Transaction,
  shopId: string,
  answers: readonly AddressAnswer[],
): Promise<number> {
  // The parent orders first and in the order of numbers, as everybody who touches an order locks them.
  await tx.query(
    `SELECT FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
     ORDER BY parent_order_sn FOR UPDATE`,
    [shopId, answers.map((answer) => answer.parentOrderSn)],
  );
  const known = answers.filter((answer) => answer.address !== 'postponed');
  const postponed = answers.filter((answer) => answer.address === 'postponed');
  if (postponed.length > 0) {
    await tx.query(
      `UPDATE order_addresses SET state = CASE WHEN sealed IS NULL THEN 'computing' ELSE state END,
         attempts = least(attempts + 1, 100), due_at = now() + ${RETRY_MINUTES('attempts')} * interval '1 minute'
       WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])`,
      [shopId, postponed.map((answer) => answer.parentOrderSn)],
    );
  }
  await tx.query(
    `UPDATE order_addresses AS known SET
       state = 'known', sealed = coalesce(answer.sealed, known.sealed), key_id = coalesce(answer."keyId", known.key_id),
       read_at = now(), erased_at = NULL, attempts = 0,
       due_at = CASE WHEN known.due_at = answer."dueAt" THEN NULL ELSE known.due_at END,
       is_changed = CASE WHEN known.due_at = answer."dueAt" THEN false ELSE known.is_changed END
     FROM json_to_recordset($2::json) AS answer (sn text, "dueAt" timestamptz, sealed text, "keyId" text)
     WHERE known.shop_id = $1 AND known.parent_order_sn = answer.sn`,
    [
      shopId,
      JSON.stringify(
        known.map(({ parentOrderSn, dueAt, address }) => ({
          sn: parentOrderSn,
          dueAt,
          ...(typeof address === 'string' ? {} : address),
        })),
      ),
    ],
  );
  return known.filter(({ address }) => address !== 'unchanged').length;
}

/** The buyers have changed these addresses: asked for again, whatever the status of the order. */
export async function markAddressesChanged(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<void> {
  await tx.query(
    `INSERT INTO order_addresses AS known (shop_id, parent_order_sn, due_at, is_changed)
     SELECT shop_id, parent_order_sn, now(), true FROM (
       SELECT shop_id, parent_order_sn FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
       ORDER BY parent_order_sn FOR UPDATE) AS parent
     ON CONFLICT (shop_id, parent_order_sn) DO UPDATE SET due_at = now(), is_changed = true, attempts = 0
       WHERE known.state <> 'erased'`,
    [shopId, parentOrderSns],
  );
}
