import {
  type Caller,
  DEFAULT_DISCOVERY_DAYS,
  DISCOVERY_SOURCES,
  type DiscoveryFigures,
  type DiscoveryQuery,
  type DiscoverySource,
  MAX_DISCOVERY_DAYS,
  type OrderDiscovery,
  type ShopDiscovery,
} from '#contracts';
import { type Filtered, leavesNoneOut, notAvailable, whereOf } from '#lists';
import { type Database, invalid, refusedField } from '#runtime';

const DAY_MS = 86_400_000;

/** Each end is an instant for all shops, or a day of each. */
type Span = Pick<OrderDiscovery, 'from' | 'to' | 'fromDay' | 'toDay'>;

/** Of which shops; the span is each shop's own and is worked out by `spanOf`. */
const OF_SHOPS: Filtered<DiscoveryQuery> = {
  shop: 'shop_id',
  conditions: { from: leavesNoneOut, to: leavesNoneOut, fromDay: leavesNoneOut, toDay: leavesNoneOut },
};

const SOURCES = DISCOVERY_SOURCES.map((source) => `'${source}'`).join(', ');

interface FoundRow {
  /** Null: all the shops. */
  shopId: string | null;
  source: DiscoverySource;
  changes: number;
  p50: number;
  p95: number;
}

/** How changes of orders were found, from the history: one pass over an index that holds all it needs. */
export class Discovery {
  constructor(private readonly database: Database) {}

  async get(query: DiscoveryQuery, caller: Caller): Promise<OrderDiscovery> {
    const span = spanOf(query, new Date());
    const { sql, params } = whereOf(OF_SHOPS, query, caller, {
      params: [span.from, span.fromDay, span.to, span.toDay],
    });
    // The platform tells whole seconds, and its clock is not ours: never less than nothing.
    const rows = await this.database.query<FoundRow>(
      `SELECT shop_id AS "shopId", source, count(*) AS changes,
         percentile_disc(0.5) WITHIN GROUP (ORDER BY lag_ms) AS p50,
         percentile_disc(0.95) WITHIN GROUP (ORDER BY lag_ms) AS p95
       FROM (
         SELECT kept.shop_id, kept.source,
           greatest(0, extract(epoch FROM kept.at - kept.platform_updated_at) * 1000)::bigint AS lag_ms
         FROM (
           SELECT shop_id,
             coalesce($1::timestamptz, $2::date::timestamp AT TIME ZONE time_zone) AS begins,
             coalesce($3::timestamptz, ($4::date + 1)::timestamp AT TIME ZONE time_zone) AS ends
           FROM shops WHERE ${sql}
         ) AS span
         JOIN order_history AS kept
           ON kept.shop_id = span.shop_id AND kept.at >= span.begins AND kept.at < span.ends
         WHERE kept.source IN (${SOURCES}) AND kept.platform_updated_at IS NOT NULL
       ) AS found GROUP BY GROUPING SETS ((shop_id, source), (source))`,
      params,
    );
    const lacking = await notAvailable(this.database, 'pushes', query, caller);
    const withoutPushes = new Set(lacking.flatMap((each) => each.shopIds));
    const shopIds = [...new Set(rows.map((row) => row.shopId).filter((shopId) => shopId !== null))];
    return {
      ...span,
      all: toShop(rows, null),
      shops: shopIds
        .map((shopId) => toShop(rows, shopId, withoutPushes.has(shopId)))
        .sort((a, b) => b.changes - a.changes || (String(a.shopId) < String(b.shopId) ? -1 : 1)),
      notAvailable: lacking,
    };
  }
}

function spanOf({ from, to, fromDay, toDay }: DiscoveryQuery, now: Date): Span {
  const endMs = toDay === undefined ? (to === undefined ? now.getTime() : Date.parse(to)) : dayEndMs(toDay);
  const startMs =
    fromDay === undefined
      ? from === undefined
        ? endMs - DEFAULT_DISCOVERY_DAYS * DAY_MS
        : Date.parse(from)
      : Date.parse(fromDay);
  // Days are taken for those of UTC here: hours more or less are no matter to a limit.
  const days = (endMs - startMs) / DAY_MS;
  if (days <= 0 || days > MAX_DISCOVERY_DAYS) {
    const [field, other] = [toDay === undefined ? 'to' : 'toDay', fromDay === undefined ? 'from' : 'fromDay'];
    throw invalid(
      'request.invalid',
      `The span must end after it begins, at most ${MAX_DISCOVERY_DAYS} days later.`,
      [
        days > 0
          ? refusedField(field, 'input.span_too_long', { other, most: MAX_DISCOVERY_DAYS })
          : refusedField(field, 'input.not_later', { other }),
      ],
    );
  }
  // An end by days that has no beginning has one by days as well.
  const firstDay = fromDay ?? (toDay !== undefined && from === undefined ? dayOf(new Date(startMs)) : null);
  return {
    from: firstDay === null ? new Date(startMs).toISOString() : null,
    to: toDay === undefined ? new Date(endMs).toISOString() : null,
    fromDay: firstDay,
    toDay: toDay ?? null,
  };
}

const dayEndMs = (day: string) => Date.parse(day) + DAY_MS;
const dayOf = (at: Date) => at.toISOString().slice(0, 10);

function toShop(rows: readonly FoundRow[], shopId: string | null, isWithoutPushes = false): ShopDiscovery {
  const own = rows.filter((row) => row.shopId === shopId);
  const changes = own.reduce((sum, row) => sum + row.changes, 0);
  const sources = DISCOVERY_SOURCES.map((source): DiscoveryFigures => {
    if (source === 'webhook' && isWithoutPushes)
      return { source, changes: null, share: null, lagP50Ms: null, lagP95Ms: null };
    const found = own.find((row) => row.source === source);
    if (found === undefined) return { source, changes: 0, share: 0, lagP50Ms: null, lagP95Ms: null };
    return {
      source,
      changes: found.changes,
      share: found.changes / changes,
      lagP50Ms: found.p50,
      lagP95Ms: found.p95,
    };
  });
  return { shopId, changes, sources };
}
