import type { Transaction } from '#runtime';

type Queryable = Pick<Transaction, 'query'>;

/**
 * The order of a case that lies in quarantine, an SQL expression over a row of it: as we know the case, else as its raw
 * record names it. There is no call that takes the number of a case.
 */
const ORDER = `coalesce(
  (SELECT item.order_number FROM after_sales AS item
   WHERE item.shop_id = kept.shop_id AND item.case_number = kept.platform_id),
  substring(kept.raw FROM '"orderNumber"\\s*:\\s*"([^"]{1,100})"'))`;

/** Orders through which the cases can be asked for. */
export async function ordersOfQuarantined(
  db: Queryable,
  shopId: string,
  caseNumbers: readonly string[],
): Promise<string[]> {
  const rows = await db.query<{ number: string }>(
    `SELECT DISTINCT ${ORDER} AS number FROM quarantine AS kept
     WHERE kept.shop_id = $1 AND kept.kind = 'after_sales' AND kept.platform_id = ANY($2::text[])
       AND ${ORDER} IS NOT NULL`,
    [shopId, caseNumbers],
  );
  return rows.map(({ number }) => number);
}

/** No retry is promised for a case whose order nobody knows. Part of the transaction that has kept it aside. */
export async function promiseRetries(
  tx: Queryable,
  shopId: string,
  caseNumbers: readonly string[],
): Promise<void> {
  if (caseNumbers.length === 0) return;
  await tx.query(
    `UPDATE quarantine AS kept SET next_retry_at =
       CASE WHEN ${ORDER} IS NOT NULL THEN coalesce(kept.next_retry_at, now() + interval '10 minutes') END
     WHERE kept.shop_id = $1 AND kept.kind = 'after_sales' AND kept.platform_id = ANY($2::text[])`,
    [shopId, caseNumbers],
  );
}
