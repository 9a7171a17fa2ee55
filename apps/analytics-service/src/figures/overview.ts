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
  const { shops, comparison, freshness } = await reachShops(database, query, caller, now);
  const { current, compared, previous } = await readPeriods(database, shops);
  return {
    applied: appliedSpans(shops),
    orders: current.orders(),
    amounts: current.amounts(),
    comparison,
    comparedOrders: compared.orders(),
    comparedAmounts: compared.amounts(),
    previousOrders: previous.orders(),
    previousAmounts: previous.amounts(),
    coverage: current.coverage(),
    freshness,
  };
}
