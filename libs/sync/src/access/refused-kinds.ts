import type { SyncKind } from '#contracts';
import type { Transaction } from '#runtime';

/**
 * What the present token is known to be refused for: the newest run of a kind ended for want of a permission, and a new
 * token would have queued it again (`queueStopped`). An SQL condition over a shop and a kind of runs.
 */
export const isRefused = (shopId: string, kind: string): string => `EXISTS (
  SELECT FROM (SELECT newest.error_code FROM sync_runs AS newest WHERE newest.shop_id = ${shopId} AND newest.kind = ${kind}
    ORDER BY newest.created_at DESC LIMIT 1) AS newest
  WHERE newest.error_code = 'shop.missing_permission')`;

/** Whether the present token is known to be refused for the kind. */
export async function isKindRefused(
  db: Pick<Transaction, 'query'>,
  shopId: string,
  kind: SyncKind,
): Promise<boolean> {
  const [row] = await db.query<{ refused: boolean }>(
    `SELECT ${isRefused('$1::uuid', '$2::text')} AS refused`,
    [shopId, kind],
  );
  return row?.refused ?? false;
}
