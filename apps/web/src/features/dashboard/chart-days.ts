import type { Coverage, Trend } from '../../api/types';

/** One local day as the chart draws it. */
export interface ChartDay {
  day: string;
  validOrders: number;
  /** Supply revenue in minor units; null where orders may be of the currency and none of their amounts is known. */
  revenueMinor: number | null;
  coverage: Coverage | null;
  /** Revenue of a part of the day's orders, or of a day that is not over: it will grow, so it must not look bad. */
  isPartial: boolean;
  isRunning: boolean;
}

/** The days of one currency. A day without orders has earned nothing, which is known. */
export function chartDays(trend: Trend, currency: string | null): ChartDay[] {
  return trend.days.map(({ day, isRunning, orders, amounts }) => {
    const figures = amounts.find((each) => each.currency === currency);
    // Of no currency, only a day without orders can be spoken of.
    const revenueMinor =
      figures === undefined ? (orders.validOrders === 0 ? 0 : null) : figures.supplyRevenueMinor;
    const attributed = amounts.reduce((sum, { coverage }) => sum + coverage.of, 0);
    const isPartial =
      isRunning ||
      (figures !== undefined &&
        revenueMinor !== null &&
        (!isComplete(figures.coverage) || attributed < orders.validOrders));
    return {
      day,
      validOrders: orders.validOrders,
      revenueMinor,
      coverage: figures?.coverage ?? null,
      isPartial,
      isRunning,
    };
  });
}

function isComplete({ known, of }: Coverage): boolean {
  return known >= of;
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
