import {
  type Caller,
  COMPLETENESS_STATES,
  type CompletenessDay,
  type CompletenessOf,
  type CompletenessShop,
  type CompletenessSpan,
  type CompletenessState,
  type CompletenessSummary,
  type ListCompletenessDays,
  type ListCompletenessShops,
  NEEDS_OF_COMPLETENESS,
  type NotAvailable,
  type PageWithLacks,
} from '#contracts';
import {
  type Filtered,
  type FilterName,
  type List,
  leavesNoneOut,
  listQuery,
  notAvailable,
  type Param,
  whereOf,
} from '#lists';
import { marketplacesWithout } from '#marketplaces';
import { type Database, sqlWords } from '#runtime';

/** Of a row of `shops`: one of its needs is lacking. */
function isNotCounted(what: CompletenessOf): string {
  const without = NEEDS_OF_COMPLETENESS[what].flatMap(marketplacesWithout).map((each) => `'${each}'`);
  return without.length === 0 ? 'false' : `shops.marketplace IN (${without.join(', ')})`;
}

/**
 * A day that was counted in another zone than the shop's present one says nothing of the shop's days; nor does any where the
 * marketplace does not count.
 */
const stateOf = (what: CompletenessOf): string => `CASE WHEN ${isNotCounted(what)} THEN 'not_available'
  WHEN ledger.time_zone = shops.time_zone THEN ledger.state ELSE 'unchecked' END`;

/** Whether the day lacks something that the marketplace lists. */
const HAS_GAP: Readonly<Record<CompletenessState, boolean>> = {
  gap: true,
  stale: true,
  unchecked: false,
  surplus: false,
  unreadable: false,
  complete: false,
  not_available: false,
};
const LACKING_STATES = COMPLETENESS_STATES.filter((state) => HAS_GAP[state]);

interface DayRow {
  shop_id: string;
  day: string;
  time_zone: string;
  day_start: Date;
  day_end: Date;
  state: CompletenessState;
  platform_orders: number | null;
  our_orders: number | null;
  unreadable_orders: number;
  missing_orders: number;
  missing_numbers: string[];
  surplus_orders: number;
  surplus_numbers: string[];
  refetched_orders: number;
  refetched_numbers: string[];
  refetched_at: Date | null;
  stale_orders: number;
  stale_numbers: string[];
  renewed_orders: number;
  renewed_numbers: string[];
  renewed_at: Date | null;
  checked_at: Date | null;
}

/** Which ledger is read where the question names none. */
const LEDGER = 'orders';

const daysOf = (of: CompletenessOf): List<ListCompletenessDays, DayRow> => ({
  shop: 'ledger.shop_id',
  conditions: {
    of: (what, { param }) => `ledger.what = ${param(what)}`,
    from: (day, { param }) => `ledger.day >= ${param(day)}::date`,
    to: (day, { param }) => `ledger.day <= ${param(day)}::date`,
    state: (state, { param }) => `${stateOf(of)} = ${param(state)}`,
  },
  order: [
    ['desc', 'ledger.day', 'day', (row) => row.day],
    ['desc', 'ledger.shop_id', 'id', (row) => row.shop_id],
  ],
});

/** All that a span says, but whose shops it is about. */
type SpanPart = FilterName<CompletenessSpan>;

/** The days are summed by `byShop`; every shop has a row. */
const SUMMED: Filtered<CompletenessSpan> = {
  shop: 'shops.shop_id',
  conditions: { of: leavesNoneOut, from: leavesNoneOut, to: leavesNoneOut },
};

const SHOPS: List<ListCompletenessShops, ShopRow> = {
  shop: 'shops.shop_id',
  conditions: { of: leavesNoneOut },
  order: [['asc', 'shops.shop_id', 'id', (row) => row.shop_id]],
};

/** What people may ask of the completeness ledger. */
export class CompletenessQueries {
  constructor(private readonly database: Database) {}

  async days(query: ListCompletenessDays, caller: Caller): Promise<PageWithLacks<CompletenessDay>> {
    const of = query.of ?? LEDGER;
    const { where, orderBy, limit, params, page } = listQuery(daysOf(of), { ...query, of }, caller);
    const rows = await this.database.query<DayRow>(
      `SELECT ledger.shop_id, ledger.day, ledger.time_zone, ledger.day_start, ledger.day_end, ${stateOf(of)} AS state,
         ledger.platform_orders, ledger.our_orders, ledger.unreadable_orders, ledger.missing_orders,
         ledger.missing_numbers, ledger.surplus_orders, ledger.surplus_numbers, ledger.refetched_orders,
         ledger.refetched_numbers, ledger.refetched_at, ledger.stale_orders, ledger.stale_numbers, ledger.renewed_orders,
         ledger.renewed_numbers, ledger.renewed_at, ledger.checked_at
       FROM completeness_days AS ledger JOIN shops USING (shop_id)
       WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    return { ...page(rows, toDay), notAvailable: await this.notCounted(query, caller) };
  }

  async summary(span: CompletenessSpan, caller: Caller): Promise<CompletenessSummary> {
    const { sql, params, param } = whereOf(SUMMED, span, caller);
    const [row] = await this.database.query<SumsRow>(
      `SELECT ${SUMS.map((name) => `coalesce(sum(${name}) FILTER (WHERE is_connected), 0)::bigint AS ${name}`).join(', ')},
         coalesce(sum(days_due), 0)::bigint AS days_due, max(last_audit_at) AS last_audit_at,
         count(*) FILTER (WHERE is_connected) AS shops_counted,
         count(*) FILTER (WHERE NOT is_connected AND is_available) AS shops_not_connected,
         count(*) FILTER (WHERE NOT is_available) AS shops_not_available,
         min(last_checked_at) FILTER (WHERE NOT is_connected AND is_available) AS not_checked_since
       FROM (${byShop(span, param)} WHERE ${sql}) AS by_shop`,
      params,
    );
    if (row === undefined) throw new Error('no row of an aggregate');
    return toSummary(row);
  }

  async shops(query: ListCompletenessShops, caller: Caller): Promise<PageWithLacks<CompletenessShop>> {
    const { where, orderBy, limit, params, param, page } = listQuery(SHOPS, query, caller);
    const rows = await this.database.query<ShopRow>(
      `${byShop(query, param)} WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    const listed = page(rows, (row) => ({
      ...toSummary({
        ...row,
        days_checked: row.is_connected ? row.days_checked : 0,
        shops_counted: row.is_connected ? 1 : 0,
        shops_not_connected: row.is_available && !row.is_connected ? 1 : 0,
        shops_not_available: row.is_available ? 0 : 1,
        not_checked_since: row.is_connected || !row.is_available ? null : row.last_checked_at,
      }),
      shopId: row.shop_id,
      state: worstOf(row),
      loadedFrom: row.created_from?.toISOString() ?? null,
      loadedThrough: row.updated_through?.toISOString() ?? null,
    }));
    return { ...listed, notAvailable: await this.notCounted(query, caller) };
  }

  /** Of several that a marketplace lacks, the first is named. */
  private async notCounted(
    { of = LEDGER, shopId }: Pick<CompletenessSpan, 'of' | 'shopId'>,
    caller: Caller,
  ): Promise<NotAvailable[]> {
    const found = new Map<string, NotAvailable>();
    for (const ability of NEEDS_OF_COMPLETENESS[of])
      for (const each of await notAvailable(
        this.database,
        ability,
        shopId === undefined ? {} : { shopId },
        caller,
      ))
        if (!found.has(each.marketplace)) found.set(each.marketplace, each);
    return [...found.values()];
  }
}

const SUMS = [
  'platform_orders',
  'our_orders',
  'missing_orders',
  'unreadable_orders',
  'stale_orders',
  'surplus_orders',
  'refetched_orders',
  'renewed_orders',
  'days_checked',
  'days_with_gap',
] as const;

type SumsRow = Record<
  (typeof SUMS)[number] | 'days_due' | 'shops_counted' | 'shops_not_connected' | 'shops_not_available',
  number
> & { last_audit_at: Date | null; not_checked_since: Date | null };

type ShopRow = Omit<
  SumsRow,
  'shops_counted' | 'shops_not_connected' | 'shops_not_available' | 'not_checked_since'
> & {
  shop_id: string;
  /** Connected, and its marketplace counts. */
  is_connected: boolean;
  is_available: boolean;
  last_checked_at: Date | null;
  created_from: Date | null;
  updated_through: Date | null;
};

/**
 * One row a shop. Due are the whole local days between the creation time from which the list is loaded and its cursor,
 * within what was asked for. Of a shop that is not connected nothing can be checked: what was checked once is no longer
 * known to be so, so that all of its days are due and none counts as checked. Where the marketplace does not count, none is due.
 */
function byShop(span: Pick<CompletenessSpan, SpanPart>, param: Param): string {
  const part: Readonly<Record<SpanPart, string>> = {
    of: `${param(span.of ?? LEDGER)}::text`,
    from: `${param(span.from ?? null)}::date`,
    to: `${param(span.to ?? null)}::date`,
  };
  const isLacking = isNotCounted(span.of ?? LEDGER);
  return `
  SELECT shops.shop_id, shops.status = 'connected' AND NOT (${isLacking}) AS is_connected, NOT (${isLacking}) AS is_available, loaded.created_from, loaded.updated_through, counted.*, due.days_due,
    (SELECT max(run.finished_at) FROM sync_runs AS run
     WHERE run.shop_id = shops.shop_id AND run.kind = 'audit' AND run.status = 'succeeded') AS last_audit_at
  FROM shops
  LEFT JOIN sync_cursors AS loaded ON loaded.shop_id = shops.shop_id AND loaded.kind = ${part.of}
  CROSS JOIN LATERAL (
    SELECT greatest(
        (loaded.created_from AT TIME ZONE shops.time_zone)::date
          + CASE WHEN (loaded.created_from AT TIME ZONE shops.time_zone)::date::timestamp
              AT TIME ZONE shops.time_zone < loaded.created_from THEN 1 ELSE 0 END, ${part.from}) AS first_day,
      least((loaded.updated_through AT TIME ZONE shops.time_zone)::date - 1, ${part.to}) AS last_day
  ) AS span
  CROSS JOIN LATERAL (
    SELECT CASE WHEN loaded.created_from IS NULL OR ${isLacking} THEN 0
      ELSE greatest(0, span.last_day - span.first_day + 1) END AS days_due
  ) AS due
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(ledger.platform_orders), 0)::bigint AS platform_orders,
      coalesce(sum(ledger.our_orders), 0)::bigint AS our_orders,
      coalesce(sum(ledger.missing_orders), 0)::bigint AS missing_orders,
      coalesce(sum(ledger.unreadable_orders), 0)::bigint AS unreadable_orders,
      coalesce(sum(ledger.surplus_orders), 0)::bigint AS surplus_orders,
      coalesce(sum(ledger.refetched_orders), 0)::bigint AS refetched_orders,
      coalesce(sum(ledger.stale_orders), 0)::bigint AS stale_orders,
      coalesce(sum(ledger.renewed_orders), 0)::bigint AS renewed_orders, max(ledger.checked_at) AS last_checked_at,
      count(*) AS days_checked, count(*) FILTER (WHERE ledger.state IN (${sqlWords(LACKING_STATES)})) AS days_with_gap
    FROM completeness_days AS ledger
    WHERE ledger.shop_id = shops.shop_id AND ledger.what = ${part.of} AND ledger.time_zone = shops.time_zone AND ledger.state <> 'unchecked'
      AND (${part.from} IS NULL OR ledger.day >= ${part.from}) AND (${part.to} IS NULL OR ledger.day <= ${part.to})
  ) AS counted`;
}

function toSummary(row: SumsRow): CompletenessSummary {
  return {
    platformOrders: row.platform_orders,
    ourOrders: row.our_orders,
    difference: row.platform_orders - row.our_orders,
    missingOrders: row.missing_orders,
    staleOrders: row.stale_orders,
    renewedOrders: row.renewed_orders,
    unreadableOrders: row.unreadable_orders,
    surplusOrders: row.surplus_orders,
    refetchedOrders: row.refetched_orders,
    daysChecked: row.days_checked,
    daysUnchecked: Math.max(0, row.days_due - row.days_checked),
    daysWithGap: row.days_with_gap,
    shopsCounted: row.shops_counted,
    shopsNotConnected: row.shops_not_connected,
    shopsNotAvailable: row.shops_not_available,
    notCheckedSince: row.not_checked_since?.toISOString() ?? null,
    lastAuditAt: row.last_audit_at?.toISOString() ?? null,
  };
}

function worstOf(row: ShopRow): CompletenessState {
  if (!row.is_available) return 'not_available';
  if (row.days_with_gap > 0) return row.missing_orders === 0 && row.stale_orders > 0 ? 'stale' : 'gap';
  if (row.surplus_orders > 0) return 'surplus';
  if (row.unreadable_orders > 0) return 'unreadable';
  return !row.is_connected || row.days_checked === 0 || row.days_due > row.days_checked
    ? 'unchecked'
    : 'complete';
}

function toDay(row: DayRow): CompletenessDay {
  const isChecked = row.state !== 'unchecked' && row.state !== 'not_available';
  const { platform_orders, our_orders } = row;
  return {
    shopId: row.shop_id,
    day: row.day,
    timeZone: row.time_zone,
    from: row.day_start.toISOString(),
    to: row.day_end.toISOString(),
    state: row.state,
    platformOrders: isChecked ? platform_orders : null,
    ourOrders: isChecked ? our_orders : null,
    difference:
      isChecked && platform_orders !== null && our_orders !== null ? platform_orders - our_orders : null,
    unreadableOrders: row.unreadable_orders,
    missing: { count: row.missing_orders, numbers: row.missing_numbers },
    stale: { count: row.stale_orders, numbers: row.stale_numbers },
    surplus: { count: row.surplus_orders, numbers: row.surplus_numbers },
    refetched: {
      count: row.refetched_orders,
      numbers: row.refetched_numbers,
      at: row.refetched_at?.toISOString() ?? null,
    },
    renewed: {
      count: row.renewed_orders,
      numbers: row.renewed_numbers,
      at: row.renewed_at?.toISOString() ?? null,
    },
    checkedAt: isChecked ? (row.checked_at?.toISOString() ?? null) : null,
  };
}
