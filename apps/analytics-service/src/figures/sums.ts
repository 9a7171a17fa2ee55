import type { Coverage, CurrencyFigures, OrderFigures } from '#contracts';
import type { Database } from '#runtime';
import { METRICS, SALES_COLUMNS, type Sums } from './metric-registry.js';
import type { ReachedShop } from './reached-shops.js';

type SumName = keyof Sums;
const NAMES = Object.keys(SALES_COLUMNS) as SumName[];

interface SumsRow extends Sums {
  /** '' where the amounts are not known. */
  currency: string;
  /** Whose coverage the bucket's orders count for; '' where that cannot be said. */
  countsFor: string;
}

/**
 * A relation `spans` of the shops' own days, for the statements of this folder; takes `spansParams` as `$1` to `$6`.
 * Arrays, and statements that are planned each time: the planner must know whether one shop is meant or all.
 */
export const SPANS = `spans AS (
  SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::date[], $4::date[], $5::date[], $6::text[])
    AS s ("shopId", build, "from", "to", "previousFrom", "onlyCurrency"))`;

export function spansParams(shops: readonly ReachedShop[]): unknown[] {
  return [
    shops.map(({ shopId }) => shopId),
    shops.map(({ build }) => build),
    shops.map(({ from }) => from),
    shops.map(({ to }) => to),
    shops.map(({ previousFrom }) => previousFrom),
    shops.map(({ onlyCurrency }) => onlyCurrency),
  ];
}

function summed(prefix: string, filter: string): string {
  return Object.entries(SALES_COLUMNS)
    .map(([name, { column }]) => `coalesce(sum(d.${column})${filter}, 0)::bigint AS "${prefix}${name}"`)
    .join(', ');
}

/** Both periods in one row of a shop and currency: grouped by plain columns, so that it is hashed and never sorted. */
const BY_PERIOD = `
  WITH ${SPANS},
  own AS (
    SELECT d.shop_id, d.currency,
      ${summed('', ' FILTER (WHERE d.local_day >= s."from")')},
      ${summed('previous_', ' FILTER (WHERE d.local_day < s."from")')}
    FROM spans s
    JOIN daily_sales d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."previousFrom" AND d.local_day < s."to"
    GROUP BY d.shop_id, d.currency
  )
  SELECT own.*, coalesce(nullif(own.currency, ''), s."onlyCurrency", '') AS "countsFor"
  FROM own JOIN spans s ON s."shopId" = own.shop_id`;

const BY_DAY = `
  WITH ${SPANS}
  SELECT d.local_day AS day, d.currency, coalesce(nullif(d.currency, ''), s."onlyCurrency", '') AS "countsFor",
    ${summed('', '')}
  FROM spans s
  JOIN daily_sales d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."from" AND d.local_day < s."to"
  GROUP BY d.local_day, d.currency, s."onlyCurrency"`;

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
    if (row.placedOrders === 0) return;
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

type PreviousSums = Readonly<Record<`previous_${SumName}`, number>>;

function previousSums(row: PreviousSums): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, row[`previous_${name}`]])) as Record<SumName, number>;
}

/** Each shop's own span, and the equal span before. */
export async function readPeriods(
  database: Database,
  shops: readonly ReachedShop[],
): Promise<{ current: Figures; previous: Figures }> {
  const current = new Figures();
  const previous = new Figures();
  const rows =
    shops.length === 0 ? [] : await database.query<SumsRow & PreviousSums>(BY_PERIOD, spansParams(shops));
  for (const row of rows) {
    current.add(row);
    previous.add({ ...row, ...previousSums(row) });
  }
  return { current, previous };
}

/** By local day; days on which nothing was placed are not in it. */
export async function readDays(
  database: Database,
  shops: readonly ReachedShop[],
): Promise<Map<string, Figures>> {
  const byDay = new Map<string, Figures>();
  if (shops.length === 0) return byDay;
  for (const row of await database.query<SumsRow & { day: string }>(BY_DAY, spansParams(shops))) {
    const figures = byDay.get(row.day) ?? new Figures();
    figures.add(row);
    byDay.set(row.day, figures);
  }
  return byDay;
}
