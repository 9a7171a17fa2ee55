import type { Transaction } from '#runtime';

const MARK_DAYS = `
  INSERT INTO dirty_days AS d (shop_id, build, local_day)
  SELECT $1::uuid, $2::bigint, day FROM unnest($3::date[]) AS marked (day) ORDER BY day
  ON CONFLICT (shop_id, build, local_day) DO UPDATE SET generation = d.generation + 1`;

/** Whose facts are meant: a shop's, in one of its builds. */
export interface BuildOfShop {
  readonly shopId: string;
  readonly build: number;
}

/** In the transaction of the change, so that no crash can part the two. */
export async function markDays(
  tx: Transaction,
  { shopId, build }: BuildOfShop,
  days: Iterable<string>,
): Promise<void> {
  await tx.query(MARK_DAYS, [shopId, build, [...new Set(days)]]);
}
