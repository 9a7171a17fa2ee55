import type { SyncKind } from '#contracts';
import { batchOf, currentCorrelationId, type Transaction } from '#runtime';
import { isRefused } from '#sync';

export { isRefused };

/** How the kinds that follow from others are queued. */
const MODES = { amounts: 'queue', addresses: 'queue', after_sales: 'update' } as const;

const WANTED = batchOf<keyof typeof MODES>(
  { kind: ['text', (kind) => kind], mode: ['text', (kind) => MODES[kind]] },
  3,
  'wanted',
);

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
     SELECT $1, wanted.kind, 'followup', wanted.mode, $2 FROM ${WANTED.rows}
     WHERE NOT ${isRefused('$1', 'wanted.kind')}
     ON CONFLICT (shop_id, kind) WHERE status IN ('queued', 'running', 'waiting') DO NOTHING`,
    [shopId, currentCorrelationId(), ...WANTED.values(kinds)],
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
