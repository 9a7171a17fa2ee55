import type { AfterSalesReach } from '#contracts';
import type { Database } from '#runtime';

interface KnownReach {
  version: number;
  isKnown: boolean;
  knownFrom: Date | null;
}

/** Refunds of every order become known or unknown with it, so every day of the shop is summed anew. */
const MARK_ALL_DAYS = `
  INSERT INTO dirty_days AS d (shop_id, build, local_day)
  SELECT f.shop_id, f.build, f.local_day FROM shops s
  JOIN order_facts f ON f.shop_id = s.shop_id AND f.build IN (s.build, s.next_build)
  WHERE s.shop_id = $1
  GROUP BY f.shop_id, f.build, f.local_day ORDER BY f.shop_id, f.build, f.local_day
  ON CONFLICT (shop_id, build, local_day) DO UPDATE SET generation = d.generation + 1`;

/**
 * Keeps whether a shop's after-sales are known, as their owner says it. A lower or equal version changes nothing.
 * @returns false when the shop is not known here (nothing is stored then).
 */
export async function storeAfterSalesReach(
  database: Database,
  shopId: string,
  reach: AfterSalesReach,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [known] = await tx.query<KnownReach>(
      `SELECT after_sales_version AS version, knows_after_sales AS "isKnown", after_sales_known_from AS "knownFrom"
       FROM shops WHERE shop_id = $1 FOR NO KEY UPDATE`,
      [shopId],
    );
    if (known === undefined) return false;
    if (known.version >= reach.version) return true;
    await tx.query(
      `UPDATE shops SET after_sales_version = $2, knows_after_sales = $3, after_sales_known_from = $4
       WHERE shop_id = $1`,
      [shopId, reach.version, reach.isKnown, reach.knownFrom],
    );
    const isSame =
      known.isKnown === reach.isKnown &&
      known.knownFrom?.getTime() === (reach.knownFrom === null ? undefined : Date.parse(reach.knownFrom));
    if (!isSame) await tx.query(MARK_ALL_DAYS, [shopId]);
    return true;
  });
}
