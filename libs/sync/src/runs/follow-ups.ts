import { batchOf, currentCorrelationId, expressionsOf, type Transaction } from '#runtime';
import { isOutOfReach } from '../access/out-of-reach.js';
import { IS_OPEN, IS_UNDONE } from './run-states.js';

/** How the kinds that follow from others are queued. */
const MODES = { orders: 'update', amounts: 'queue', addresses: 'queue', after_sales: 'update' } as const;

export type FollowUpKind = keyof typeof MODES;

/** Those of which single records are due. */
export type DueKind = Exclude<FollowUpKind, 'orders'>;

const WANTED = batchOf<FollowUpKind>(
  { kind: ['text', (kind) => kind], mode: ['text', (kind) => MODES[kind]] },
  3,
  'wanted',
);

const FOLLOWING = expressionsOf({
  shop_id: '$1',
  kind: 'wanted.kind',
  trigger: `'followup'`,
  mode: 'wanted.mode',
  correlation_id: '$2',
});
const DUE = expressionsOf({ shop_id: 'shops.shop_id', kind: '$2', trigger: `'followup'`, mode: '$3' });

/**
 * Queues what has just become due, unless it is queued or out of reach: one that the token is refused for is not asked for
 * until the token changes. What is due and was not queued here, `queueWhereDue` queues.
 */
export async function queueFollowUps(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  kinds: readonly FollowUpKind[],
): Promise<void> {
  await tx.query(
    `INSERT INTO sync_runs (${FOLLOWING.names}) SELECT ${FOLLOWING.expressions} FROM ${WANTED.rows}
     WHERE NOT ${isOutOfReach('$1', 'wanted.kind')}
     ON CONFLICT (shop_id, kind) WHERE ${IS_OPEN} DO NOTHING`,
    [shopId, currentCorrelationId(), ...WANTED.values(kinds)],
  );
}

/**
 * Queues a run of a kind wherever something is due and none is open: what the marketplace was still computing, and what became due
 * while a run was just ending. A run that failed is left alone for one interval of the timer, and one that is out of reach
 * until the token changes, or for good.
 * @param due an SQL query over a row of `shops` that finds something where something is due
 * @returns how many runs were queued
 */
export async function queueWhereDue(
  db: Pick<Transaction, 'query'>,
  kind: DueKind,
  due: string,
  intervalMinutes: number,
): Promise<number> {
  const queued = await db.query(
    `INSERT INTO sync_runs (${DUE.names}) SELECT ${DUE.expressions} FROM shops
     WHERE shops.status = 'connected' AND EXISTS (${due})
       AND NOT EXISTS (SELECT FROM sync_runs AS run WHERE run.shop_id = shops.shop_id AND run.kind = $2
         AND run.${IS_UNDONE} AND run.finished_at > now() - $1 * interval '1 minute')
       AND NOT ${isOutOfReach('shops.shop_id', '$2')}
     ON CONFLICT (shop_id, kind) WHERE ${IS_OPEN} DO NOTHING RETURNING id`,
    [intervalMinutes, kind, MODES[kind]],
  );
  return queued.length;
}
