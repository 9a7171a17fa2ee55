import type { CompletenessOf, CompletenessState } from '#contracts';
import { batchOf, expressionsOf, insertOf, rowOf, type Transaction } from '#runtime';
import type { LocalDay } from './local-days.js';

type Queryable = Pick<Transaction, 'query'>;

/** So many numbers of orders are named; all are counted. */
const NAMED = 100;

/** What a ledger compares: the marketplace's list beside a table of ours. */
export interface LedgerSubject {
  readonly what: CompletenessOf;
  readonly table: 'orders' | 'after_sales';
  readonly id: 'order_number' | 'case_number';
  readonly createdAt: 'ordered_at' | 'opened_at';
}

export const ORDERS: LedgerSubject = {
  what: 'orders',
  table: 'orders',
  id: 'order_number',
  createdAt: 'ordered_at',
};

export const AFTER_SALES: LedgerSubject = {
  what: 'after_sales',
  table: 'after_sales',
  id: 'case_number',
  createdAt: 'opened_at',
};

/** What the ledger says of a day so far. */
export interface KnownDay {
  readonly day: string;
  readonly state: CompletenessState;
  readonly checkedAt: Date | null;
}

/** What the list says of one record. */
export interface ListedRecord {
  readonly id: string;
  readonly platformStatus: string;
  readonly platformUpdatedAt: Date;
  /** When the request was started, by the database's clock. */
  readonly readAt: Date;
}

export async function knownDays(
  db: Queryable,
  shopId: string,
  what: CompletenessOf,
  timeZone: string,
): Promise<KnownDay[]> {
  return db.query<KnownDay>(
    `SELECT day, state, checked_at AS "checkedAt" FROM completeness_days
     WHERE shop_id = $1 AND what = $2 AND time_zone = $3`,
    [shopId, what, timeZone],
  );
}

const ENTERED = batchOf<LocalDay>(
  {
    day: ['date', ({ day }) => day],
    day_start: ['timestamptz', ({ start }) => start],
    day_end: ['timestamptz', ({ end }) => end],
  },
  4,
  'entered',
);

const DAY = expressionsOf({ shop_id: '$1', what: '$2', time_zone: '$3' });

/** Enters days that the ledger does not have; those that were checked in another zone begin anew. */
export async function enterDays(
  db: Queryable,
  shopId: string,
  what: CompletenessOf,
  timeZone: string,
  days: readonly LocalDay[],
): Promise<void> {
  await db.query(
    `INSERT INTO completeness_days AS known (${DAY.names}, ${ENTERED.names})
     SELECT ${DAY.expressions}, ${ENTERED.names} FROM ${ENTERED.rows}
     ON CONFLICT (shop_id, what, day) DO UPDATE
       SET time_zone = excluded.time_zone, day_start = excluded.day_start, day_end = excluded.day_end,
           state = 'unchecked', platform_orders = NULL, our_orders = NULL, checked_at = NULL,
           unreadable_orders = 0, unreadable_ids = '{}', missing_orders = 0, missing_numbers = '{}',
           stale_orders = 0, stale_numbers = '{}', surplus_orders = 0, surplus_numbers = '{}'
       WHERE known.time_zone <> excluded.time_zone`,
    [shopId, what, timeZone, ...ENTERED.values(days)],
  );
}

/**
 * Records were read and are stored: the days that lacked them are whole from now on, not from the next night on. One of
 * which an answer knew less than we do may stay in quarantine for that; it is not unreadable.
 */
export async function settleRecovered(
  db: Queryable,
  shopId: string,
  ids: readonly string[],
  subject: LedgerSubject = ORDERS,
): Promise<void> {
  await db.query(
    `UPDATE completeness_days AS known
     SET our_orders = held.ours, unreadable_ids = held.unreadable, unreadable_orders = cardinality(held.unreadable),
         state = CASE WHEN known.state = 'unreadable' AND known.platform_orders = held.ours
           AND cardinality(held.unreadable) = 0 THEN 'complete' ELSE known.state END
     FROM completeness_days AS lacking CROSS JOIN LATERAL (
       SELECT (SELECT count(*) FROM ${subject.table} AS ours WHERE ours.shop_id = $1
           AND ours.${subject.createdAt} >= lacking.day_start AND ours.${subject.createdAt} < lacking.day_end) AS ours,
         ARRAY(SELECT unreadable.id FROM unnest(lacking.unreadable_ids) AS unreadable (id)
           WHERE unreadable.id <> ALL($2::text[]) AND ${isOpenInQuarantine(subject, 'unreadable.id')}) AS unreadable
     ) AS held
     WHERE lacking.shop_id = $1 AND lacking.what = '${subject.what}' AND lacking.unreadable_orders > 0
       AND lacking.unreadable_ids && $2::text[]
       AND known.shop_id = lacking.shop_id AND known.what = lacking.what AND known.day = lacking.day`,
    [shopId, ids],
  );
}

export function stateOf(day: {
  readonly missingOrders: number;
  readonly staleOrders: number;
  readonly surplusOrders: number;
  readonly unreadableOrders: number;
}): CompletenessState {
  if (day.missingOrders > 0) return 'gap';
  if (day.staleOrders > 0) return 'stale';
  if (day.surplusOrders > 0) return 'surplus';
  return day.unreadableOrders > 0 ? 'unreadable' : 'complete';
}

/** Before an audit reads: what another has left is not of this one. */
export async function forgetAudited(db: Queryable, shopId: string): Promise<void> {
  await db.query('DELETE FROM audit_listed WHERE shop_id = $1', [shopId]);
}

const LISTED = batchOf<ListedRecord>(
  {
    id: ['text', (record) => record.id],
    platform_status: ['text', (record) => record.platformStatus],
    platform_updated_at: ['timestamptz', (record) => record.platformUpdatedAt],
    read_at: ['timestamptz', (record) => record.readAt],
  },
  6,
  'row',
);

/**
 * Remembers what the list shows, which of it we lacked and which we held with another status or update time; to be called
 * before it is stored. The list is the truth as of now. What it dates later than we do is newer: a change may be dated
 * before the lag, so that no window showed it. What it dates the same or earlier is believed once our state is older
 * than the lag: within it the list may just not show yet what we hold. Such a state steps back to the list's update
 * time here, so that the merge rule takes what the list says now.
 */
export async function noteListed(
  db: Queryable,
  shopId: string,
  subject: LedgerSubject,
  day: string,
  listed: { readonly records: readonly ListedRecord[]; readonly unreadable: readonly string[] },
  lagSeconds: number,
): Promise<void> {
  const { table, id } = subject;
  const row = expressionsOf({
    shop_id: '$1::uuid',
    what: '$2::text',
    day: '$3::date',
    ids: 'ARRAY(SELECT id FROM shown)',
    missing: `ARRAY(SELECT id FROM shown WHERE NOT ${isStored(subject, 'shown.id')})`,
    unreadable: '$4::text[]',
    stale: 'ARRAY(SELECT id FROM differing ORDER BY id)',
    stale_at: 'ARRAY(SELECT listed_at FROM differing ORDER BY id)',
    stale_status: 'ARRAY(SELECT status FROM differing ORDER BY id)',
  });
  await db.query(
    `WITH listed AS (
       SELECT * FROM ${LISTED.rows}
     ), shown AS (
       SELECT id FROM listed UNION ALL SELECT unnest($4::text[])
     ), differing AS (
       SELECT known.${id} AS id, listed.platform_updated_at AS listed_at, listed.platform_status AS status,
         listed.platform_updated_at < known.platform_updated_at AS is_older
       FROM listed JOIN ${table} AS known ON known.shop_id = $1 AND known.${id} = listed.id
       WHERE (listed.platform_status, listed.platform_updated_at)
           IS DISTINCT FROM (known.platform_status, known.platform_updated_at)
         AND (listed.platform_updated_at > known.platform_updated_at
           OR listed.read_at > known.read_at + $5 * interval '1 second')
       ORDER BY 1 FOR UPDATE OF known
     ), stepped_back AS (
       UPDATE ${table} AS known SET platform_updated_at = differing.listed_at
       FROM differing WHERE known.shop_id = $1 AND known.${id} = differing.id AND differing.is_older
     )
     INSERT INTO audit_listed (${row.names}) SELECT ${row.expressions}`,
    [shopId, subject.what, day, listed.unreadable, lagSeconds, ...LISTED.values(listed.records)],
  );
}

/**
 * Remembers what of a page could not be stored, as what of it could not be read: although we hold such a record, we do
 * not know what it is now.
 */
export async function noteUnstored(
  db: Queryable,
  shopId: string,
  { what }: LedgerSubject,
  day: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const row = insertOf({
    shop_id: shopId,
    what,
    day,
    ids,
    missing: [],
    unreadable: ids,
    stale: [],
    stale_at: [],
    stale_status: [],
  });
  await db.query(`INSERT INTO audit_listed (${row.names}) VALUES (${row.parameters})`, row.values);
}

export interface ReadDay {
  readonly state: CompletenessState;
  readonly missingOrders: number;
  readonly missing: readonly string[];
  readonly staleOrders: number;
  readonly stale: readonly string[];
  readonly surplusOrders: number;
  readonly surplus: readonly string[];
  readonly unreadableOrders: number;
  readonly refetchedOrders: number;
  readonly refetched: readonly string[];
  readonly renewedOrders: number;
  readonly renewed: readonly string[];
  /** Counted by the marketplace and, after all passes, not listed: the day is not proven, whatever else it says. */
  readonly unlisted: number;
}

interface EnteredDay extends ReadDay {
  readonly listed: number;
  readonly ours: number;
  /** All of them. */
  readonly unreadable: readonly string[];
}

const READING = rowOf<EnteredDay>(
  {
    platform_orders: ['integer', ({ listed }) => listed],
    our_orders: ['integer', ({ ours }) => ours],
    state: ['text', ({ state }) => state],
    unreadable_orders: ['integer', (day) => day.unreadableOrders],
    unreadable_ids: ['text[]', ({ unreadable }) => unreadable],
    missing_orders: ['integer', (day) => day.missingOrders],
    missing_numbers: ['text[]', ({ missing }) => missing],
    stale_orders: ['integer', (day) => day.staleOrders],
    stale_numbers: ['text[]', ({ stale }) => stale],
    surplus_orders: ['integer', (day) => day.surplusOrders],
    surplus_numbers: ['text[]', ({ surplus }) => surplus],
    refetched_orders: ['integer', (day) => day.refetchedOrders],
    refetched_numbers: ['text[]', ({ refetched }) => refetched],
    renewed_orders: ['integer', (day) => day.renewedOrders],
    renewed_numbers: ['text[]', ({ renewed }) => renewed],
  },
  4,
);

/** What was once fetched again or renewed is remembered until there is more. */
const SAVE = `
  UPDATE completeness_days AS known
  SET platform_orders = found.platform_orders, our_orders = found.our_orders, state = found.state,
    unreadable_orders = found.unreadable_orders, unreadable_ids = found.unreadable_ids,
    missing_orders = found.missing_orders, missing_numbers = found.missing_numbers,
    stale_orders = found.stale_orders, stale_numbers = found.stale_numbers,
    surplus_orders = found.surplus_orders, surplus_numbers = found.surplus_numbers,
    ${rememberedWhenAny('refetched')}, ${rememberedWhenAny('renewed')}, checked_at = clock_timestamp()
  FROM (SELECT ${READING.selected}) AS found
  WHERE known.shop_id = $1 AND known.what = $2 AND known.day = $3`;

function rememberedWhenAny(what: 'refetched' | 'renewed'): string {
  const isAny = `found.${what}_orders > 0`;
  return ['orders', 'numbers']
    .map((part) => `${what}_${part}`)
    .map((name) => `${name} = CASE WHEN ${isAny} THEN found.${name} ELSE known.${name} END`)
    .concat(`${what}_at = CASE WHEN ${isAny} THEN clock_timestamp() ELSE known.${what}_at END`)
    .join(', ');
}

/**
 * Enters a day that was read: by number what was missing or stale, what still is, what only we hold.
 * @param unlisted how many the marketplace counts and, after all passes, has not listed; they have no number to name
 */
export async function saveReading(
  db: Queryable,
  shopId: string,
  subject: LedgerSubject,
  { day, start, end }: LocalDay,
  unlisted: number,
): Promise<ReadDay> {
  const [found] = await db.query<FoundRow>(foundSql(subject), [shopId, start, end, day]);
  if (found === undefined) throw new Error('no row of an aggregate');
  // Of what was counted and not listed, what we hold besides may be a part: only the counts can tell.
  const besides = found.surplus.length;
  const sizes = {
    missingOrders: found.missing.length + Math.max(0, unlisted - besides),
    staleOrders: found.stale.length,
    surplusOrders: Math.max(0, besides - unlisted),
    unreadableOrders: found.unreadable.length,
  };
  if (unlisted > 0) found.surplus = [];
  const state = stateOf(sizes);
  const read: ReadDay = {
    ...sizes,
    unlisted,
    state: unlisted > 0 && state !== 'gap' ? 'unchecked' : state,
    missing: found.missing.slice(0, NAMED),
    stale: found.stale.slice(0, NAMED),
    surplus: found.surplus.slice(0, NAMED),
    refetchedOrders: found.refetched.length,
    refetched: found.refetched.slice(0, NAMED),
    renewedOrders: found.renewed.length,
    renewed: found.renewed.slice(0, NAMED),
  };
  await db.query(SAVE, [
    shopId,
    subject.what,
    day,
    ...READING.values({
      ...read,
      listed: found.listed + unlisted,
      ours: found.ours,
      unreadable: found.unreadable,
    }),
  ]);
  await db.query('DELETE FROM audit_listed WHERE shop_id = $1 AND what = $2 AND day = $3', [
    shopId,
    subject.what,
    day,
  ]);
  return read;
}

function isStored({ table, id }: LedgerSubject, value: string): string {
  return `EXISTS (SELECT FROM ${table} AS stored WHERE stored.shop_id = $1 AND stored.${id} = ${value})`;
}

function isOpenInQuarantine({ what }: LedgerSubject, value: string): string {
  return `EXISTS (SELECT FROM quarantine AS kept WHERE kept.shop_id = $1 AND kept.kind = '${what}'
    AND kept.platform_id = ${value} AND kept.resolved_at IS NULL)`;
}

interface FoundRow {
  listed: number;
  ours: number;
  refetched: string[];
  renewed: string[];
  stale: string[];
  missing: string[];
  unreadable: string[];
  surplus: string[];
}

/**
 * A record that was stale is renewed when it is stored now as it was listed, or later. One that this reading could not
 * read is unreadable although we hold it, as long as it lies in quarantine; one that lies there and was read is not: an
 * answer knew less than we do.
 */
function foundSql(subject: LedgerSubject): string {
  return `
  WITH noted AS (
    SELECT * FROM audit_listed WHERE shop_id = $1 AND what = '${subject.what}' AND day = $4
  ), differed AS (
    SELECT stale.number, bool_or((known.platform_updated_at, known.platform_status) IS DISTINCT FROM (stale.at, stale.status)
      AND known.platform_updated_at <= stale.at) AS still
    FROM noted CROSS JOIN unnest(noted.stale, noted.stale_at, noted.stale_status) AS stale (number, at, status)
    LEFT JOIN ${subject.table} AS known ON known.shop_id = $1 AND known.${subject.id} = stale.number
    GROUP BY stale.number
  ), listed AS (
    SELECT number, number IN (SELECT unnest(missing) FROM noted) AS was_missing, ${isStored(subject, 'number')} AS is_stored,
      ${isOpenInQuarantine(subject, 'number')} AS is_quarantined, number IN (SELECT unnest(unreadable) FROM noted) AS was_unreadable
    FROM (SELECT DISTINCT unnest(ids) AS number FROM noted) AS each
  ), ours AS (
    SELECT ${subject.id} AS number FROM ${subject.table}
    WHERE shop_id = $1 AND ${subject.createdAt} >= $2 AND ${subject.createdAt} < $3
  )
  SELECT (SELECT count(*) FROM listed) AS listed, (SELECT count(*) FROM ours) AS ours,
    ARRAY(SELECT number FROM listed WHERE was_missing AND is_stored ORDER BY number) AS refetched,
    ARRAY(SELECT number FROM differed WHERE NOT still ORDER BY number) AS renewed,
    ARRAY(SELECT number FROM differed WHERE still ORDER BY number) AS stale,
    ARRAY(SELECT number FROM listed WHERE NOT is_stored AND NOT is_quarantined ORDER BY number) AS missing,
    ARRAY(SELECT number FROM listed WHERE is_quarantined AND (was_unreadable OR NOT is_stored) ORDER BY number) AS unreadable,
    ARRAY(SELECT number FROM ours WHERE NOT EXISTS (SELECT FROM listed WHERE listed.number = ours.number) ORDER BY number) AS surplus`;
}
