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
import { type Database, invalid, refusedField } from '#runtime';

const DAY_MS = 86_400_000;

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
    const { from, to } = spanOf(query, new Date());
    // The platform tells whole seconds, and its clock is not ours: never less than nothing.
    const rows = await this.database.query<FoundRow>(
      `SELECT shop_id AS "shopId", source, count(*) AS changes,
         percentile_disc(0.5) WITHIN GROUP (ORDER BY lag_ms) AS p50,
         percentile_disc(0.95) WITHIN GROUP (ORDER BY lag_ms) AS p95
       FROM (
         SELECT shop_id, source, greatest(0, extract(epoch FROM at - platform_updated_at) * 1000)::bigint AS lag_ms
         FROM order_history
         WHERE source IN ('webhook', 'poll', 'hand') AND platform_updated_at IS NOT NULL
           AND at >= $1 AND at < $2 AND shop_id IN (
             SELECT shops.shop_id FROM shops WHERE ($3::uuid[] IS NULL OR shops.shop_id = ANY($3))
               AND ($4::uuid IS NULL OR shops.shop_id = $4))
       ) AS found GROUP BY GROUPING SETS ((shop_id, source), (source))`,
      [from, to, caller.shopIds, query.shopId ?? null],
    );
    const shopIds = [...new Set(rows.map((row) => row.shopId).filter((shopId) => shopId !== null))];
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      all: toShop(rows, null),
      shops: shopIds
        .map((shopId) => toShop(rows, shopId))
        .sort((a, b) => b.changes - a.changes || (String(a.shopId) < String(b.shopId) ? -1 : 1)),
    };
  }
}

function spanOf(query: DiscoveryQuery, now: Date): { from: Date; to: Date } {
  const to = query.to === undefined ? now : new Date(query.to);
  const from =
    query.from === undefined
      ? new Date(to.getTime() - DEFAULT_DISCOVERY_DAYS * DAY_MS)
      : new Date(query.from);
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days > 0 && days <= MAX_DISCOVERY_DAYS) return { from, to };
  const message = `the span must end after it begins, at most ${MAX_DISCOVERY_DAYS} days later`;
  throw invalid('request.invalid', `${message}.`, [
    days > 0
      ? refusedField('to', 'input.span_too_long', { other: 'from', most: MAX_DISCOVERY_DAYS })
      : refusedField('to', 'input.not_later', { other: 'from' }),
  ]);
}

function toShop(rows: readonly FoundRow[], shopId: string | null): ShopDiscovery {
  const own = rows.filter((row) => row.shopId === shopId);
  const changes = own.reduce((sum, row) => sum + row.changes, 0);
  const sources = DISCOVERY_SOURCES.map((source): DiscoveryFigures => {
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
