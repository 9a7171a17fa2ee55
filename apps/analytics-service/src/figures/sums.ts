import type { Coverage, CurrencyFigures, OrderFigures } from '#contracts';
import type { Database } from '#runtime';
import { METRICS, SALES_COLUMNS, type Sums } from './metric-registry.js';
import type { ReachedShop } from './reached-shops.js';

type SumName = keyof Sums;
const NAMES = Object.keys(SALES_COLUMNS) as SumName[];

interface SumsRow extends Sums {
  bucket: string;
  /** '' where the amounts are not known. */
  currency: string;
  /** Whose coverage the bucket's orders count for; '' where that cannot be said. */
  countsFor: string;
}

/** A relation `spans` of the shops' own days, for the statements of this folder. Takes `spansParam` as `$1`. */
export const SPANS = `spans AS (
  SELECT * FROM json_to_recordset($1::json) AS s (
    "shopId" uuid, "from" date, "to" date, "previousFrom" date, "onlyCurrency" text))`;

export function spansParam(shops: readonly ReachedShop[]): string {
  return JSON.stringify(shops);
}

const SUMMED = Object.entries(SALES_COLUMNS)
  .map(([name, { column }]) => `sum(d.${column})::bigint AS "${name}"`)
  .join(', ');

function sumsBy(bucket: string, firstDay: '"from"' | '"previousFrom"'): string {
  return `
    WITH ${SPANS}
    SELECT ${bucket} AS bucket, d.currency, coalesce(nullif(d.currency, ''), s."onlyCurrency", '') AS "countsFor",
      ${SUMMED}
    FROM spans s
    JOIN daily_sales d ON d.shop_id = s."shopId" AND d.local_day >= s.${firstDay} AND d.local_day < s."to"
    GROUP BY 1, 2, 3`;
}

const BY_PERIOD = sumsBy(
  `CASE WHEN d.local_day >= s."from" THEN 'current' ELSE 'previous' END`,
  '"previousFrom"',
);
const BY_DAY = sumsBy('d.local_day::text', '"from"');

export function emptySums(): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<SumName, number>;
}

function addSums(a: Sums, b: Sums): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, a[name] + b[name]])) as Record<SumName, number>;
}

/** All that one set of orders says: counts over everything, amounts for each currency apart. */
export class Figures {
  private all = emptySums();
  private readonly ofCurrency = new Map<string, { sums: Sums; validOrders: number }>();

  add(row: SumsRow): void {
    this.all = addSums(this.all, row);
    if (row.countsFor === '') return;
    const own = this.ofCurrency.get(row.countsFor) ?? { sums: emptySums(), validOrders: 0 };
    this.ofCurrency.set(row.countsFor, {
      sums: row.currency === '' ? own.sums : addSums(own.sums, row),
      validOrders: own.validOrders + row.validOrders,
    });
  }

  get currencies(): string[] {
    return [...this.ofCurrency.keys()].sort();
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
    return { known: this.all.knownOrders, of: this.all.validOrders };
  }

  /** One entry for each of `currencies`, zeros where nothing was sold in it. */
  amounts(currencies: readonly string[] = this.currencies): CurrencyFigures[] {
    return currencies.map((currency) => {
      const { sums, validOrders } = this.ofCurrency.get(currency) ?? { sums: emptySums(), validOrders: 0 };
      return {
        currency,
        coverage: { known: sums.knownOrders, of: validOrders },
        gmvMinor: METRICS.gmv.of(sums),
        supplyRevenueMinor: METRICS.supplyRevenue.of(sums),
        refundedMinor: METRICS.refunded.of(sums),
        netRevenueMinor: METRICS.netRevenue.of(sums),
        averageOrderValueMinor: METRICS.averageOrderValue.of(sums),
      };
    });
  }
}

async function readFigures(
  database: Database,
  name: string,
  sql: string,
  shops: readonly ReachedShop[],
): Promise<Map<string, Figures>> {
  const byBucket = new Map<string, Figures>();
  if (shops.length === 0) return byBucket;
  for (const row of await database.prepared<SumsRow>(name, sql, [spansParam(shops)])) {
    const figures = byBucket.get(row.bucket) ?? new Figures();
    figures.add(row);
    byBucket.set(row.bucket, figures);
  }
  return byBucket;
}

/** Each shop's own span, and the equal span before. */
export async function readPeriods(
  database: Database,
  shops: readonly ReachedShop[],
): Promise<{ current: Figures; previous: Figures }> {
  const periods = await readFigures(database, 'sums-by-period', BY_PERIOD, shops);
  return {
    current: periods.get('current') ?? new Figures(),
    previous: periods.get('previous') ?? new Figures(),
  };
}

/** By local day; days on which nothing was placed are not in it. */
export function readDays(database: Database, shops: readonly ReachedShop[]): Promise<Map<string, Figures>> {
  return readFigures(database, 'sums-by-day', BY_DAY, shops);
}
