import type { Coverage, Trend } from '../../api/types';

/** One local day as the chart draws it. */
export interface ChartDay {
  day: string;
  validOrders: number;
  /** Supply revenue in minor units; null where orders exist and none of their amounts is known. */
  revenueMinor: number | null;
  coverage: Coverage | null;
}

/** The days of one currency. A day without orders has earned nothing, which is known. */
export function chartDays(trend: Trend, currency: string | null): ChartDay[] {
  return trend.days.map(({ day, orders, amounts }) => {
    const figures = amounts.find((each) => each.currency === currency);
    const isKnown = figures !== undefined && figures.coverage.known > 0;
    return {
      day,
      validOrders: orders.validOrders,
      revenueMinor: isKnown ? figures.supplyRevenueMinor : orders.validOrders === 0 ? 0 : null,
      coverage: figures?.coverage ?? null,
    };
  });
}

/** Currencies in the trend, the one with the most orders known first. */
export function currenciesOf(trend: Trend): string[] {
  const knownOrders = new Map<string, number>();
  for (const { amounts } of trend.days) {
    for (const { currency, coverage } of amounts) {
      knownOrders.set(currency, (knownOrders.get(currency) ?? 0) + coverage.known);
    }
  }
  return [...knownOrders]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([currency]) => currency);
}
