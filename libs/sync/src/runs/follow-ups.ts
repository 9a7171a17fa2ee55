import type { SyncKind } from '#contracts';
import { currentCorrelationId, type Transaction } from '#runtime';
import { isRefused } from '#sync';

export { isRefused };

/** How the kinds that follow from others are queued. */
const MODES = { amounts: 'queue', addresses: 'queue', after_sales: 'update' } as const;

/**
 * What becomes due when orders change; `DueTick` queues what is due and was not queued here. A kind that the token is
 * refused for is not asked for until the token changes.
 */
export async function queueFollowUps(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  kinds: readonly (keyof typeof MODES)[] = ['amounts', 'addresses'],
): Promise<void> {
  await tx.query(
    `INSERT INTO sync_runs (shop_id, kind, trigger, mode, correlation_id)
     SELECT $1, wanted.kind, 'followup', wanted.mode, $4 FROM unnest($2::text[], $3::text[]) AS wanted (kind, mode)
     WHERE NOT ${isRefused('$1', 'wanted.kind')}
     ON CONFLICT (shop_id, kind) WHERE status IN ('queued', 'running', 'waiting') DO NOTHING`,
    [shopId, kinds, kinds.map((kind) => MODES[kind]), currentCorrelationId()],
  );
}

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
