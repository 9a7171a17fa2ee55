import type { Caller, FigureQuery, Trend, TrendDay } from '#contracts';
import type { Database } from '#runtime';
import { appliedSpans, reachShops } from './reached-shops.js';
import { addDays } from './spans.js';
import { Figures, readDays } from './sums.js';

/** Every day of the span, and on each every currency of the span: a day without orders has zeros. */
export async function readTrend(
  database: Database,
  query: FigureQuery,
  caller: Caller,
  now: Date,
): Promise<Trend> {
  const { shops, from, to, today, freshness } = await reachShops(database, query, caller, now);
  const byDay = await readDays(database, shops);
  const currencies = [...new Set([...byDay.values()].flatMap((figures) => figures.currencies))].sort();
  const days: TrendDay[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) {
    const figures = byDay.get(day) ?? new Figures();
    days.push({
      day,
      isRunning: day >= today,
      orders: figures.orders(),
      amounts: figures.amounts(currencies),
    });
  }
  return { applied: appliedSpans(shops), days, freshness };
}
