import type { CompletenessState } from '#contracts';
import type { Transaction } from '#runtime';
import type { KnownDay } from './audit-plan.js';
import type { LocalDay } from './local-days.js';

type Queryable = Pick<Transaction, 'query'>;

/** So many numbers of orders are named; all are counted. */
const NAMED = 100;

/** What the marketplace said of a day. */
export interface CountedDay extends LocalDay {
  readonly platformOrders: number;
}

export interface ComparedDay extends CountedDay {
  readonly ourOrders: number;
  readonly unreadableOrders: number;
  readonly surplusOrders: number;
  /** The counts differ by just what an earlier reading has explained: nothing, or what is known to be unreadable. */
  readonly isExplained: boolean;
}

export async function knownDays(db: Queryable, shopId: string, timeZone: string): Promise<KnownDay[]> {
  return db.query<KnownDay>(
    `SELECT day, state, checked_at AS "checkedAt" FROM completeness_days WHERE shop_id = $1 AND time_zone = $2`,
    [shopId, timeZone],
  );
}

/** Enters days that the ledger does not have; those that were counted in another zone begin anew. */
export async function enterDays(
  db: Queryable,
  shopId: string,
  timeZone: string,
  days: readonly LocalDay[],
): Promise<void> {
  await db.query(
    `INSERT INTO completeness_days AS known (shop_id, day, time_zone, day_start, day_end)
     SELECT $1, entered.day, $2, entered.day_start, entered.day_end
     FROM unnest($3::date[], $4::timestamptz[], $5::timestamptz[]) AS entered (day, day_start, day_end)
     ON CONFLICT (shop_id, day) DO UPDATE
       SET time_zone = excluded.time_zone, day_start = excluded.day_start, day_end = excluded.day_end,
           state = 'unchecked', platform_orders = NULL, our_orders = NULL, checked_at = NULL,
           unreadable_orders = 0, unreadable_ids = '{}', missing_orders = 0, missing_sns = '{}',
           surplus_orders = 0, surplus_sns = '{}'
       WHERE known.time_zone <> excluded.time_zone`,
    [
      shopId,
      timeZone,
      days.map(({ day }) => day),
      days.map(({ start }) => start),
      days.map(({ end }) => end),
    ],
  );
}

/** Our count beside the marketplace's. */
export async function compareDays(
  db: Queryable,
  shopId: string,
  counted: readonly CountedDay[],
): Promise<ComparedDay[]> {
  const rows = await db.query<{ day: string; ours: number; unreadable: number; surplus: number }>(
    `SELECT known.day, known.surplus_orders AS surplus,
       (SELECT count(*) FROM parent_orders AS parent WHERE parent.shop_id = $1
          AND parent.ordered_at >= known.day_start AND parent.ordered_at < known.day_end) AS ours,
       (SELECT count(*) FROM unnest(known.unreadable_ids) AS unreadable (id)
        WHERE ${isOpenInQuarantine('unreadable.id')} AND NOT ${isStored('unreadable.id')}) AS unreadable
     FROM completeness_days AS known WHERE known.shop_id = $1 AND known.day = ANY($2::date[])`,
    [shopId, counted.map(({ day }) => day)],
  );
  const ours = new Map(rows.map((row) => [row.day, row]));
  return counted.map((day) => {
    const known = ours.get(day.day);
    if (known === undefined) throw new Error(`${day.day} is not in the ledger`);
    const difference = day.platformOrders - known.ours - known.unreadable;
    return {
      ...day,
      ourOrders: known.ours,
      unreadableOrders: known.unreadable,
      surplusOrders: known.surplus,
      isExplained: difference === -known.surplus,
    };
  });
}

/** Enters what counting alone has settled. */
export async function saveCounts(db: Queryable, shopId: string, days: readonly ComparedDay[]): Promise<void> {
  await db.query(
    `UPDATE completeness_days AS known
     SET platform_orders = counted.platform, our_orders = counted.ours, unreadable_orders = counted.unreadable,
         state = counted.state, missing_orders = 0, missing_sns = '{}', checked_at = clock_timestamp()
     FROM unnest($2::date[], $3::integer[], $4::integer[], $5::integer[], $6::text[])
       AS counted (day, platform, ours, unreadable, state)
     WHERE known.shop_id = $1 AND known.day = counted.day`,
    [
      shopId,
      days.map(({ day }) => day),
      days.map(({ platformOrders }) => platformOrders),
      days.map(({ ourOrders }) => ourOrders),
      days.map(({ unreadableOrders }) => unreadableOrders),
      days.map((day) => stateOf({ ...day, missingOrders: 0 })),
    ],
  );
}

/** Orders have left quarantine and are stored: the days that lacked them are whole from now on, not from the next night on. */
export async function settleRecovered(db: Queryable, shopId: string, ids: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE completeness_days AS known
     SET our_orders = held.ours, unreadable_ids = held.unreadable, unreadable_orders = cardinality(held.unreadable),
         state = CASE WHEN known.state = 'unreadable' AND known.platform_orders = held.ours THEN 'complete'
           ELSE known.state END
     FROM completeness_days AS lacking CROSS JOIN LATERAL (
       SELECT (SELECT count(*) FROM parent_orders AS parent WHERE parent.shop_id = $1
           AND parent.ordered_at >= lacking.day_start AND parent.ordered_at < lacking.day_end) AS ours,
         ARRAY(SELECT unreadable.id FROM unnest(lacking.unreadable_ids) AS unreadable (id)
           WHERE ${isOpenInQuarantine('unreadable.id')} AND NOT ${isStored('unreadable.id')}) AS unreadable
     ) AS held
     WHERE lacking.shop_id = $1 AND lacking.unreadable_ids && $2::text[]
       AND known.shop_id = lacking.shop_id AND known.day = lacking.day`,
    [shopId, ids],
  );
}

export function stateOf(day: {
  readonly missingOrders: number;
  readonly surplusOrders: number;
  readonly unreadableOrders: number;
}): CompletenessState {
  if (day.missingOrders > 0) return 'gap';
  if (day.surplusOrders > 0) return 'surplus';
  return day.unreadableOrders > 0 ? 'unreadable' : 'complete';
}

/** Before a day is read: what an earlier reading has left is not of this one. */
export async function beginReading(db: Queryable, shopId: string): Promise<void> {
  await db.query('DELETE FROM audit_listed WHERE shop_id = $1', [shopId]);
}

/** Remembers what the list shows, and which of it we had not; to be called before it is stored. */
export async function noteListed(db: Queryable, shopId: string, ids: readonly string[]): Promise<void> {
  await db.query(
    `INSERT INTO audit_listed (shop_id, parent_order_sn, was_missing)
     SELECT DISTINCT $1::uuid, listed.id, NOT ${isStored('listed.id')} FROM unnest($2::text[]) AS listed (id)
     ON CONFLICT (shop_id, parent_order_sn) DO NOTHING`,
    [shopId, ids],
  );
}

export interface ReadDay {
  readonly state: CompletenessState;
  readonly missingOrders: number;
  readonly missing: readonly string[];
  readonly surplusOrders: number;
  readonly surplus: readonly string[];
  readonly unreadableOrders: number;
  readonly refetchedOrders: number;
  readonly refetched: readonly string[];
}

/** Enters a day that was read: by number what was missing, what still is, what only we hold. */
export async function saveReading(db: Queryable, shopId: string, counted: CountedDay): Promise<ReadDay> {
  const [found] = await db.query<{
    ours: number;
    refetched: string[];
    missing: string[];
    unreadable: string[];
    surplus: string[];
  }>(FOUND, [shopId, counted.start, counted.end]);
  if (found === undefined) throw new Error('no row of an aggregate');
  // The marketplace may count orders that it does not list; those have no number to name.
  const byCount = counted.platformOrders - found.ours - found.unreadable.length + found.surplus.length;
  const sizes = {
    missingOrders: Math.max(found.missing.length, byCount),
    surplusOrders: found.surplus.length,
    unreadableOrders: found.unreadable.length,
  };
  const day: ReadDay = {
    ...sizes,
    state: stateOf(sizes),
    missing: found.missing.slice(0, NAMED),
    surplus: found.surplus.slice(0, NAMED),
    refetchedOrders: found.refetched.length,
    refetched: found.refetched.slice(0, NAMED),
  };
  await db.query(
    `UPDATE completeness_days
     SET platform_orders = $3, our_orders = $4, state = $5, unreadable_orders = $6, unreadable_ids = $7,
         missing_orders = $8, missing_sns = $9, surplus_orders = $10, surplus_sns = $11,
         refetched_orders = CASE WHEN $12 > 0 THEN $12 ELSE refetched_orders END,
         refetched_sns = CASE WHEN $12 > 0 THEN $13 ELSE refetched_sns END,
         refetched_at = CASE WHEN $12 > 0 THEN clock_timestamp() ELSE refetched_at END,
         checked_at = clock_timestamp()
     WHERE shop_id = $1 AND day = $2`,
    [
      shopId,
      counted.day,
      counted.platformOrders,
      found.ours,
      day.state,
      day.unreadableOrders,
      found.unreadable,
      day.missingOrders,
      day.missing,
      day.surplusOrders,
      day.surplus,
      day.refetchedOrders,
      day.refetched,
    ],
  );
  await db.query('DELETE FROM audit_listed WHERE shop_id = $1', [shopId]);
  return day;
}

function isStored(id: string): string {
  return `EXISTS (SELECT FROM parent_orders AS stored WHERE stored.shop_id = $1 AND stored.parent_order_sn = ${id})`;
}

function isOpenInQuarantine(id: string): string {
  return `EXISTS (SELECT FROM quarantine AS kept WHERE kept.shop_id = $1 AND kept.kind = 'orders'
    AND kept.platform_id = ${id} AND kept.resolved_at IS NULL)`;
}

const FOUND = `
  WITH listed AS (
    SELECT parent_order_sn AS sn, was_missing, ${isStored('noted.parent_order_sn')} AS is_stored,
      ${isOpenInQuarantine('noted.parent_order_sn')} AS is_quarantined
    FROM audit_listed AS noted WHERE noted.shop_id = $1
  ), ours AS (
    SELECT parent_order_sn AS sn FROM parent_orders
    WHERE shop_id = $1 AND ordered_at >= $2 AND ordered_at < $3
  )
  SELECT (SELECT count(*) FROM ours) AS ours,
    ARRAY(SELECT sn FROM listed WHERE was_missing AND is_stored ORDER BY sn) AS refetched,
    ARRAY(SELECT sn FROM listed WHERE NOT is_stored AND NOT is_quarantined ORDER BY sn) AS missing,
    ARRAY(SELECT sn FROM listed WHERE NOT is_stored AND is_quarantined ORDER BY sn) AS unreadable,
    ARRAY(SELECT sn FROM ours WHERE NOT EXISTS (
      SELECT FROM audit_listed AS also WHERE also.shop_id = $1 AND also.parent_order_sn = ours.sn) ORDER BY sn) AS surplus`;
