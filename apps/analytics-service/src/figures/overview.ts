import type { Caller, FigureQuery, Overview } from '#contracts';
import type { Database } from '#runtime';
import { appliedSpans, reachShops } from './reached-shops.js';
import { readPeriods } from './sums.js';

export async function readOverview(
  database: Database,
  query: FigureQuery,
  caller: Caller,
  now: Date,
): Promise<Overview> {
  const { shops, freshness } = await reachShops(database, query, caller, now);
  const { current, previous } = await readPeriods(database, shops);
  return {
    applied: appliedSpans(shops),
    orders: current.orders(),
    previousOrders: previous.orders(),
    amounts: current.amounts(),
    previousAmounts: previous.amounts(),
    coverage: current.coverage(),
    freshness,
  };
}
