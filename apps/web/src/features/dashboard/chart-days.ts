import type { Coverage, Trend } from '../../api/types';

/** One local day as the chart draws it. */
export interface ChartDay {
  day: string;
  validOrders: number;
  /** Supply revenue in minor units; null where orders exist and none of their amounts is known. */
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
    const isKnown = figures !== undefined && figures.coverage.known > 0;
    const attributed = amounts.reduce((sum, { coverage }) => sum + coverage.of, 0);
    const isPartial =
      isRunning || (isKnown && (!isComplete(figures.coverage) || attributed < orders.validOrders));
    return {
      day,
      validOrders: orders.validOrders,
      revenueMinor: isKnown ? figures.supplyRevenueMinor : orders.validOrders === 0 ? 0 : null,
      coverage: figures?.coverage ?? null,
      isPartial,
      isRunning,
    };
  });
}

function isComplete({ known, of }: Coverage): boolean {
  return known >= of;
}

/** Above this share of known amounts, what is missing no longer hides a trend. */
const COMPARABLE_SHARE = 0.98;

/** May amounts of two spans be compared? Not while a part of either is still to come. */
export function isComparable(current: Coverage, previous: Coverage): boolean {
  return [current, previous].every(({ known, of }) => known >= of * COMPARABLE_SHARE);
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
