import assert from 'node:assert/strict';
import type { CurrencyFigures, Order, Overview, Trend } from '#contracts';
import { waitFor } from '#testing';
import { type Comparison, type Difference, dump, type ShopPlace, truthOf } from './truth.js';

/**
 * The money figures counted a second time from the sandbox's own records, order by order in BigInt, by shop, local day
 * and currency (figures.md 5.3: GMV, Supply revenue, Refunds to buyers, Refunds at supply price, Net revenue).
 */

/** What the sandbox says of an order beside what the calls would give. Minor units. */
export interface OrderFacts {
  parentOrderMap: { parentOrderSn: string; parentOrderStatus: number; parentOrderTime: number };
  facts: {
    currency: string;
    lines: {
      orderSn: string;
      netQuantity: number;
      unitBasePriceMinor: number;
      unitRetailPriceMinor: number;
    }[];
  };
}

/** A case, and what each of its lines has given back. */
export interface CaseFacts {
  parentOrderSn: string;
  parentAfterSalesStatus: number;
  lineFacts: { orderSn: string; appliedUnits: number; refundedMinor: number }[];
}

const PENDING = 1;
const CANCELLED = 3;
const REFUNDED = 5;

export interface Money {
  orders: number;
  gmv: bigint;
  supply: bigint;
  refundsToBuyers: bigint;
  refundsAtSupply: bigint;
  net: bigint;
}

const NO_MONEY: Money = {
  orders: 0,
  gmv: 0n,
  supply: 0n,
  refundsToBuyers: 0n,
  refundsAtSupply: 0n,
  net: 0n,
};

export function add(a: Money, b: Money): Money {
  return {
    orders: a.orders + b.orders,
    gmv: a.gmv + b.gmv,
    supply: a.supply + b.supply,
    refundsToBuyers: a.refundsToBuyers + b.refundsToBuyers,
    refundsAtSupply: a.refundsAtSupply + b.refundsAtSupply,
    net: a.net + b.net,
  };
}

interface LineMoney {
  readonly net: number;
  readonly unitRetail: number;
  readonly unitBase: number;
  readonly refundedUnits: number;
  readonly refundedMinor: number;
}

function moneyOfLines(lines: readonly LineMoney[]): Money {
  const money = { ...NO_MONEY, orders: 1 };
  for (const line of lines) {
    const units = BigInt(line.net);
    const refunded = BigInt(Math.min(line.refundedUnits, line.net));
    money.gmv += BigInt(line.unitRetail) * units;
    money.supply += BigInt(line.unitBase) * units;
    money.refundsToBuyers += BigInt(line.refundedMinor);
    money.refundsAtSupply += BigInt(line.unitBase) * refunded;
  }
  return { ...money, net: money.supply - money.refundsAtSupply };
}

/** Units and money of finished cases, by line of an order. */
type Refunds = ReadonlyMap<string, { readonly units: number; readonly minor: number }>;

export function refundsOf(cases: readonly CaseFacts[]): Refunds {
  const refunds = new Map<string, { units: number; minor: number }>();
  for (const each of cases) {
    if (each.parentAfterSalesStatus !== REFUNDED) continue;
    for (const line of each.lineFacts) {
      const key = `${each.parentOrderSn} ${line.orderSn}`;
      const { units, minor } = refunds.get(key) ?? { units: 0, minor: 0 };
      refunds.set(key, { units: units + line.appliedUnits, minor: minor + line.refundedMinor });
    }
  }
  return refunds;
}

/** @returns null for an order that no money figure counts: pending, cancelled, or without a unit left. */
export function moneyOfOrder({ parentOrderMap, facts }: OrderFacts, refunds: Refunds): Money | null {
  const { parentOrderStatus, parentOrderSn } = parentOrderMap;
  if (parentOrderStatus === PENDING || parentOrderStatus === CANCELLED) return null;
  if (facts.lines.every((line) => line.netQuantity === 0)) return null;
  return moneyOfLines(
    facts.lines.map((line) => {
      const refund = refunds.get(`${parentOrderSn} ${line.orderSn}`);
      return {
        net: line.netQuantity,
        unitRetail: line.unitRetailPriceMinor,
        unitBase: line.unitBasePriceMinor,
        refundedUnits: refund?.units ?? 0,
        refundedMinor: refund?.minor ?? 0,
      };
    }),
  );
}

/** What is counted on a day in a currency, and of which orders. */
export interface Counted {
  readonly day: string;
  readonly currency: string;
  readonly money: Money;
  readonly ofOrder: ReadonlyMap<string, Money>;
}

/** By `day currency`, on the day when an order was placed, in the shop's zone. */
export function recount(
  orders: readonly OrderFacts[],
  cases: readonly CaseFacts[],
  zone: string,
): Map<string, Counted> {
  const days = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const refunds = refundsOf(cases);
  const counted = new Map<string, Counted>();
  for (const order of orders) {
    const money = moneyOfOrder(order, refunds);
    if (money === null) continue;
    const day = days.format(new Date(order.parentOrderMap.parentOrderTime * 1_000));
    const { currency } = order.facts;
    const key = `${day} ${currency}`;
    const before = counted.get(key);
    counted.set(key, {
      day,
      currency,
      money: add(before?.money ?? NO_MONEY, money),
      ofOrder: new Map([...(before?.ofOrder ?? []), [order.parentOrderMap.parentOrderSn, money]]),
    });
  }
  return counted;
}

/** The same of an answer; null stays null: what is unknown is not the truth. */
function said(figures: CurrencyFigures | undefined): Record<keyof Money, string | number | null> {
  const text = (minor: number | null | undefined) => (minor == null ? null : String(minor));
  return {
    orders: figures?.coverage.known ?? 0,
    gmv: text(figures === undefined ? 0 : figures.gmvMinor),
    supply: text(figures === undefined ? 0 : figures.supplyRevenueMinor),
    refundsToBuyers: text(figures === undefined ? 0 : figures.refundsToBuyersMinor),
    refundsAtSupply: text(figures === undefined ? 0 : figures.refundsAtSupplyMinor),
    net: text(figures === undefined ? 0 : figures.netRevenueMinor),
  };
}

function told(money: Money): Record<keyof Money, string | number> {
  return {
    orders: money.orders,
    gmv: String(money.gmv),
    supply: String(money.supply),
    refundsToBuyers: String(money.refundsToBuyers),
    refundsAtSupply: String(money.refundsAtSupply),
    net: String(money.net),
  };
}

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Days and currencies of which the two do not say the same, to the cent, and the whole span. */
export function differences(
  counted: ReadonlyMap<string, Counted>,
  trend: Pick<Trend, 'days'>,
  overview: Pick<Overview, 'amounts'>,
): { compared: number; days: string[]; found: Difference[] } {
  const answered = new Map<string, CurrencyFigures>();
  for (const { day, amounts } of trend.days)
    for (const each of amounts) answered.set(`${day} ${each.currency}`, each);
  const found: Difference[] = [];
  const days: string[] = [];
  const look = (what: string, id: string, money: Money, figures: CurrencyFigures | undefined): boolean => {
    const [expected, actual] = [told(money), said(figures)];
    if (isSame(expected, actual)) return true;
    found.push({ what, id, expected, actual });
    return false;
  };
  const keys = [...new Set([...counted.keys(), ...answered.keys()])].sort();
  for (const key of keys)
    if (!look('money of a day', key, counted.get(key)?.money ?? NO_MONEY, answered.get(key))) days.push(key);
  const currencies = new Set([
    ...[...counted.values()].map(({ currency }) => currency),
    ...overview.amounts.map(({ currency }) => currency),
  ]);
  for (const currency of currencies) {
    const money = [...counted.values()]
      .filter((each) => each.currency === currency)
      .reduce((sum, each) => add(sum, each.money), NO_MONEY);
    look(
      'money of the span',
      currency,
      money,
      overview.amounts.find((each) => each.currency === currency),
    );
  }
  return { compared: keys.length + currencies.size, days, found };
}

/** An order as the product holds it; null where a price or a refund is not known. */
function moneyOfStored({ lines }: Order): Money | null {
  const known: LineMoney[] = [];
  for (const line of lines) {
    const { unitRetailMinor, unitBasePriceMinor, refundedMinor, refundedUnits } = line;
    if (
      unitRetailMinor === null ||
      unitBasePriceMinor === null ||
      refundedMinor === null ||
      refundedUnits === null
    )
      return null;
    known.push({
      net: line.netQuantity,
      unitRetail: unitRetailMinor,
      unitBase: unitBasePriceMinor,
      refundedUnits,
      refundedMinor,
    });
  }
  return moneyOfLines(known);
}

/** Which orders of the differing days the product holds otherwise than the truth has them. */
async function ordersThatDiffer(
  counted: readonly (Counted | undefined)[],
  ...[, api, shopId]: ShopPlace
): Promise<Difference[]> {
  const stored = new Map(
    (await api.all<Order>(`/orders?shopId=${shopId}`)).map((order) => [order.orderNumber, order]),
  );
  const found: Difference[] = [];
  for (const each of counted) {
    for (const [sn, money] of each?.ofOrder ?? []) {
      const order = stored.get(sn);
      const held = order === undefined ? null : moneyOfStored(order);
      const [expected, actual] = [told(money), held === null ? null : told(held)];
      if (actual === null || !isSame(expected, actual))
        found.push({ what: 'money of an order', id: sn, expected, actual });
    }
  }
  return found;
}

/** Every money figure of a shop, day by day and over the span, against a recount of the sandbox's truth. */
export async function compareMoney(...place: ShopPlace): Promise<Comparison> {
  const [world, api, shopId, mallId] = place;
  const [{ zone }, orders, cases] = [
    await truthOf(world, mallId),
    await dump<OrderFacts>(world, mallId, 'orders'),
    await dump<CaseFacts>(world, mallId, 'after-sales'),
  ];
  const query = `shopId=${shopId}&span=365d&includeToday=true`;
  const overview = await api.call<Overview>('GET', `/figures/overview?${query}`);
  const trend = await api.call<Trend>('GET', `/figures/trend?${query}`);
  const span = overview.applied[0];
  const counted = new Map(
    [...recount(orders, cases, zone)].filter(
      ([, { day }]) => span !== undefined && day >= span.from && day < span.to,
    ),
  );
  const { compared, days, found } = differences(counted, trend, overview);
  if (overview.freshness.staleDays > 0)
    found.push({ what: 'stale days', id: shopId, expected: 0, actual: overview.freshness.staleDays });
  if (days.length === 0) return { compared, found };
  const differing = await ordersThatDiffer(
    days.map((day) => counted.get(day)),
    ...place,
  );
  return { compared, found: [...differing, ...found] };
}

const SHOWN = 5;

/** The figures follow the orders within moments; what still differs then is said, the orders first. */
export async function assertMoneyEqualsTruth(...place: ShopPlace): Promise<void> {
  let last: Comparison = { compared: 0, found: [] };
  await waitFor(
    'the money figures to have caught up',
    async () => {
      last = await compareMoney(...place);
      return last.found.length === 0;
    },
    120_000,
  ).catch(() => {
    const shown = last.found.slice(0, SHOWN).map((each) => JSON.stringify(each));
    assert.fail(`${last.found.length} sums differ from the recount, the first:\n${shown.join('\n')}`);
  });
  assert.ok(last.compared > 0, 'nothing was compared');
}
