import { type AfterSalesReach, AfterSalesReachChanged } from '#contracts';
import { appendToOutbox } from '#messaging';
import { expressionsOf, type Transaction } from '#runtime';

type Queryable = Pick<Transaction, 'query'>;

interface ReachRow {
  version: number;
  isKnown: boolean;
  knownFrom: Date | null;
}

const REACH = `version, is_known AS "isKnown", known_from AS "knownFrom"`;

const FIRST_REACH = expressionsOf({
  shop_id: '$1',
  version: '1',
  is_known: 'first_load.is_known',
  known_from: 'CASE WHEN first_load.is_known THEN first_load.created_from END',
});

/**
 * Says whether the shop's after-sales cases are known, in the transaction that makes it so: they are while the kind's
 * first load has ended (its cursor stands) and the token is not refused for it. The same again says nothing.
 */
export async function changeAfterSalesReach(tx: Queryable, shopId: string, isKnown: boolean): Promise<void> {
  const [row] = await tx.query<ReachRow>(
    `INSERT INTO after_sales_reach AS known (${FIRST_REACH.names}) SELECT ${FIRST_REACH.expressions}
     FROM (SELECT $2::boolean AND count(*) > 0 AS is_known, min(created_from) AS created_from FROM sync_cursors
           WHERE shop_id = $1 AND kind = 'after_sales') AS first_load
     ON CONFLICT (shop_id) DO UPDATE
       SET version = known.version + 1, is_known = excluded.is_known, known_from = excluded.known_from
       WHERE (known.is_known, known.known_from) IS DISTINCT FROM (excluded.is_known, excluded.known_from)
     RETURNING ${REACH}`,
    [shopId, isKnown],
  );
  if (row !== undefined) await appendToOutbox(tx, AfterSalesReachChanged, [{ shopId, ...toReach(row) }]);
}

/**
 * A run has read all of its windows. The cases are known once every change until its end is read, as the cursor tells:
 * after a loss, one window or a load of some depth leaves others unread. What was known stays so.
 */
export async function reachThrough(tx: Queryable, shopId: string, through: Date): Promise<void> {
  const [cursor] = await tx.query<{ isThere: boolean }>(
    `SELECT updated_through >= $2 AS "isThere" FROM sync_cursors WHERE shop_id = $1 AND kind = 'after_sales'`,
    [shopId, through],
  );
  const isKnown = cursor?.isThere === true || (await afterSalesReachOf(tx, shopId)).isKnown;
  await changeAfterSalesReach(tx, shopId, isKnown);
}

/** Says again what was said last, for consumers that have lost it. */
export async function emitAfterSalesReach(tx: Queryable, shopId: string): Promise<void> {
  const reach = await afterSalesReachOf(tx, shopId);
  if (reach.version > 0) await appendToOutbox(tx, AfterSalesReachChanged, [{ shopId, ...reach }]);
}

export async function afterSalesReachOf(db: Queryable, shopId: string): Promise<AfterSalesReach> {
  const [row] = await db.query<ReachRow>(`SELECT ${REACH} FROM after_sales_reach WHERE shop_id = $1`, [
    shopId,
  ]);
  return row === undefined ? { version: 0, isKnown: false, knownFrom: null } : toReach(row);
}

function toReach({ version, isKnown, knownFrom }: ReachRow): AfterSalesReach {
  return { version, isKnown, knownFrom: knownFrom?.toISOString() ?? null };
}
