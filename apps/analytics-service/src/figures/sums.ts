import type { Coverage, CurrencyFigures, OrderFigures } from '#contracts';
import { batchOf, type Columns, type Database } from '#runtime';
import { METRICS, SALES_COLUMNS, type Sums, whereRefundsAreKnown } from './metric-registry.js';
import type { ReachedShop } from './reached-shops.js';

type SumName = keyof Sums;
const NAMES = Object.keys(SALES_COLUMNS) as SumName[];

interface SumsRow extends Sums {
  /** '' where the amounts are not known. */
  currency: string;
  /** Whose coverage the bucket's orders count for; '' where that cannot be said. */
  countsFor: string;
  /** Of its shops, as their marketplaces are. */
  givesAmounts: boolean;
  givesAfterSales: boolean;
}

/** Shops that have orders of known amounts in a row, and those of them whose after-sales are not known at all. */
interface ShopCount {
  readonly shops: number;
  readonly unknownShops: number;
}

const SPAN_COLUMNS = {
  shopId: ['uuid', ({ shopId }) => shopId],
  build: ['bigint', ({ build }) => build],
  from: ['date', ({ from }) => from],
  to: ['date', ({ to }) => to],
  previousFrom: ['date', ({ from, comparison }) => comparison?.previousFrom ?? from],
  comparedTo: ['date', ({ from, comparison }) => comparison?.to ?? from],
  onlyCurrency: ['text', ({ onlyCurrency }) => onlyCurrency],
  knowsAfterSales: ['boolean', ({ knowsAfterSales }) => knowsAfterSales],
  givesAmounts: ['boolean', ({ givesAmounts }) => givesAmounts],
  givesAfterSales: ['boolean', ({ givesAfterSales }) => givesAfterSales],
} satisfies Columns<ReachedShop>;
const SPAN_BATCH = batchOf<ReachedShop>(SPAN_COLUMNS, 1, 's');

/**
 * A relation `spans` of the shops' own days, for the statements of this folder; takes `spansParams` first; what a statement adds is `NEXT_PARAMETER`.
 * Without a comparison the compared days are none. Arrays, and statements that are planned each time: the planner must
 * know whether one shop is meant or all.
 */
export const SPANS = `spans AS (SELECT * FROM ${SPAN_BATCH.rows})`;

/** The days of `SPANS` that a row `d` stands on. */
export const IN_SPAN = 'd.local_day >= s."from"';
export const IN_COMPARED = 'd.local_day >= s."from" AND d.local_day < s."comparedTo"';
export const IN_PREVIOUS = 'd.local_day < s."from"';

export const spansParams = SPAN_BATCH.values;

/** Behind those of `SPANS`. */
export const NEXT_PARAMETER = `$${Object.keys(SPAN_COLUMNS).length + 1}`;

function summed(prefix: string, days: string): string {
  return Object.entries(SALES_COLUMNS)
    .map(
      ([name, { column }]) =>
        `coalesce(sum(d.${column}) FILTER (WHERE ${days}), 0)::bigint AS "${prefix}${name}"`,
    )
    .join(', ');
}

/** All periods in one row of a shop and currency: grouped by plain columns, so that it is hashed and never sorted. */
const BY_PERIOD = `
  WITH ${SPANS},
  own AS (
    SELECT d.shop_id, d.currency,
      ${summed('', IN_SPAN)},
      ${summed('compared_', IN_COMPARED)},
      ${summed('previous_', IN_PREVIOUS)}
    FROM spans s
    JOIN daily_sales d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."previousFrom" AND d.local_day < s."to"
    GROUP BY d.shop_id, d.currency
  )
  SELECT own.*, coalesce(nullif(own.currency, ''), s."onlyCurrency", '') AS "countsFor", s."knowsAfterSales",
    s."givesAmounts", s."givesAfterSales"
  FROM own JOIN spans s ON s."shopId" = own.shop_id`;

const BY_DAY = `
  WITH ${SPANS}
  SELECT d.local_day AS day, d.currency, coalesce(nullif(d.currency, ''), s."onlyCurrency", '') AS "countsFor",
    s."givesAmounts", s."givesAfterSales",
    count(*) FILTER (WHERE d.known_orders > 0) AS shops,
    count(*) FILTER (WHERE d.known_orders > 0 AND NOT s."knowsAfterSales") AS "unknownShops",
    ${summed('', IN_SPAN)}
  FROM spans s
  JOIN daily_sales d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."from" AND d.local_day < s."to"
  GROUP BY d.local_day, d.currency, s."onlyCurrency", s."givesAmounts", s."givesAfterSales"`;

export function emptySums(): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<SumName, number>;
}

function addSums(a: Sums, b: Sums): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, a[name] + b[name]])) as Record<SumName, number>;
}

interface OfCurrency extends ShopCount {
  readonly sums: Sums;
  readonly validOrders: number;
}

const NOTHING: OfCurrency = { sums: emptySums(), validOrders: 0, shops: 0, unknownShops: 0 };

/** Orders of shops whose marketplaces give the same, summed by currency. */
class Money {
  /** Valid orders of unknown amounts that count for no currency: each may be of any. */
  private ofNoCurrency = 0;
  private readonly ofCurrency = new Map<string, OfCurrency>();

  add(row: SumsRow & ShopCount): void {
    if (row.countsFor === '') {
      this.ofNoCurrency += row.validOrders;
      return;
    }
    const own = this.of(row.countsFor);
    this.ofCurrency.set(row.countsFor, {
      sums: row.currency === '' ? own.sums : addSums(own.sums, row),
      validOrders: own.validOrders + row.validOrders,
      shops: own.shops + row.shops,
      unknownShops: own.unknownShops + row.unknownShops,
    });
  }

  get currencies(): string[] {
    return [...this.ofCurrency.keys()].sort();
  }

  of(currency: string): OfCurrency {
    return this.ofCurrency.get(currency) ?? NOTHING;
  }

  /** With the orders that may be of any currency: what is not known of them is not known of this one. */
  sumsOf(currency: string): Sums {
    const { sums, validOrders } = this.of(currency);
    return { ...sums, validOrders: validOrders + this.ofNoCurrency };
  }
}

/**
 * All that one set of orders says: counts over everything, amounts for each currency apart. What a marketplace does not give
 * is not available for its orders: they are in no sum of it, and lack nowhere.
 */
export class Figures {
  private all = emptySums();
  private withoutAmounts = emptySums();
  private readonly withAmounts = new Money();
  /** Those of them whose after-sales cases are given too. */
  private readonly withRefunds = new Money();

  add(row: SumsRow & ShopCount): void {
    if (row.placedOrders === 0) return;
    this.all = addSums(this.all, row);
    if (!row.givesAmounts) {
      this.withoutAmounts = addSums(this.withoutAmounts, row);
      return;
    }
    this.withAmounts.add(row);
    if (row.givesAfterSales) this.withRefunds.add(row);
  }

  get currencies(): string[] {
    return this.withAmounts.currencies;
  }

  orders(): OrderFigures {
    return {
      placedOrders: METRICS.placedOrders.of(this.all),
      validOrders: METRICS.validOrders.of(this.all),
      cancelledOrders: METRICS.cancelledOrders.of(this.all),
      pendingOrders: METRICS.pendingOrders.of(this.all),
      cancelRate: METRICS.cancelRate.of(this.all),
      units: METRICS.units.of(this.all),
      pieces: METRICS.pieces.of(this.all),
    };
  }

  /** Of all currencies, and of orders to which none can be attributed. */
  coverage(): Coverage {
    const { validOrders: notAvailable, knownOrders } = this.withoutAmounts;
    return {
      known: this.all.knownOrders - knownOrders,
      of: this.all.validOrders - notAvailable,
      notAvailable,
    };
  }

  /** One entry for each of `currencies`: zeros where nothing was sold in it, unknown where that cannot be said. */
  amounts(currencies: readonly string[] = this.currencies): CurrencyFigures[] {
    return currencies.map((currency) =>
      amountsOf(currency, this.withAmounts, this.withRefunds, this.withoutAmounts.validOrders),
    );
  }
}

function amountsOf(
  currency: string,
  withAmounts: Money,
  withRefunds: Money,
  notAvailable: number,
): CurrencyFigures {
  const { validOrders, shops } = withAmounts.of(currency);
  const refundable = withRefunds.of(currency);
  const sums = withAmounts.sumsOf(currency);
  const refundSums = withRefunds.sumsOf(currency);
  const notAvailableShops = shops - refundable.shops;
  // Nothing is left of which refunds could be known: not available, and not 0.
  const isWithout = sums.validOrders > 0 && refundSums.validOrders === 0;
  const ofRefunds = (value: number | null): number | null => (isWithout ? null : value);
  return {
    currency,
    coverage: { known: sums.knownOrders, of: validOrders, notAvailable },
    refundCoverage: {
      knownOrders: refundSums.refundKnownOrders,
      of: refundSums.knownOrders,
      unknownShops: refundable.unknownShops,
      shops: refundable.shops,
      notAvailableShops,
    },
    gmvMinor: METRICS.gmv.of(sums),
    supplyRevenueMinor: METRICS.supplyRevenue.of(sums),
    refundsToBuyersMinor: ofRefunds(METRICS.refundsToBuyers.of(refundSums)),
    derivedRefundsToBuyersMinor: ofRefunds(whereRefundsAreKnown(refundSums, refundSums.derivedRefundedMinor)),
    refundsAtSupplyMinor: ofRefunds(METRICS.refundsAtSupply.of(refundSums)),
    derivedRefundsAtSupplyMinor: ofRefunds(
      whereRefundsAreKnown(refundSums, refundSums.derivedRefundsAtSupplyMinor),
    ),
    netRevenueMinor: ofRefunds(METRICS.netRevenue.of(refundSums)),
    averageGmvMinor: METRICS.averageGmv.of(sums),
    averageSupplyRevenueMinor: METRICS.averageSupplyRevenue.of(sums),
    revenueCheck: {
      orders: refundSums.checkedOrders,
      differingOrders: refundSums.differingOrders,
      netRevenueMinor: refundSums.checkedNetRevenueMinor,
      platformNetRevenueMinor: refundSums.platformNetRevenueMinor,
      differenceMinor: METRICS.revenueDifference.of(refundSums),
    },
  };
}

const PERIODS = { current: '', compared: 'compared_', previous: 'previous_' } as const;
type Period = keyof typeof PERIODS;
type PeriodRow = SumsRow &
  Readonly<Record<`compared_${SumName}` | `previous_${SumName}`, number>> & { knowsAfterSales: boolean };

function sumsIn(row: PeriodRow, period: Period): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, row[`${PERIODS[period]}${name}`]])) as Record<
    SumName,
    number
  >;
}

/** Each shop's own span, its whole days, and as many days before. */
export async function readPeriods(
  database: Database,
  shops: readonly ReachedShop[],
): Promise<Readonly<Record<Period, Figures>>> {
  const periods = { current: new Figures(), compared: new Figures(), previous: new Figures() };
  const rows = shops.length === 0 ? [] : await database.query<PeriodRow>(BY_PERIOD, spansParams(shops));
  for (const row of rows) {
    for (const period of Object.keys(periods) as Period[]) {
      const sums = sumsIn(row, period);
      const count = sums.knownOrders > 0 ? 1 : 0;
      periods[period].add({
        ...sums,
        currency: row.currency,
        countsFor: row.countsFor,
        givesAmounts: row.givesAmounts,
        givesAfterSales: row.givesAfterSales,
        shops: count,
        unknownShops: row.knowsAfterSales ? 0 : count,
      });
    }
  }
  return periods;
}

/** By local day; days on which nothing was placed are not in it. */
export async function readDays(
  database: Database,
  shops: readonly ReachedShop[],
): Promise<Map<string, Figures>> {
  const byDay = new Map<string, Figures>();
  if (shops.length === 0) return byDay;
  const rows = await database.query<SumsRow & ShopCount & { day: string }>(BY_DAY, spansParams(shops));
  for (const row of rows) {
    const figures = byDay.get(row.day) ?? new Figures();
    figures.add(row);
    byDay.set(row.day, figures);
  }
  return byDay;
}
