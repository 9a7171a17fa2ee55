import type { AfterSalesReach, OrderFigures, OrderState } from '#contracts';

/**
 * figures.md §5.3 written down a second time, order by order in plain code and without a roll-up: what the service
 * must say. Amounts are BigInt, so that this side cannot lose a cent either.
 */
export interface ExpectedFigures {
  orders: OrderFigures;
  known: number;
  amounts: Map<string, ExpectedAmounts>;
  /** By SKU: units, and the revenue of each currency. */
  skus: Map<string, { units: number; revenues: Map<string, { gmv: bigint; supply: bigint }> }>;
  /** Orders whose net revenue is not the marketplace's estimate, by shop and number. */
  differing: Map<string, bigint>;
}

export interface ExpectedAmounts {
  known: number;
  gmv: bigint;
  supply: bigint;
  /** Orders of known amounts whose refunds are known; where it is not all of them, the refunds are no figure. */
  refundsKnown: number;
  refundsToBuyers: bigint;
  derivedToBuyers: bigint;
  refundsAtSupply: bigint;
  derivedAtSupply: bigint;
  shops: Set<string>;
  unknownShops: Set<string>;
  checked: number;
  ours: bigint;
  platforms: bigint;
}

export interface OrderOfShop {
  readonly shopId: string;
  readonly order: OrderState;
  readonly afterSales: Omit<AfterSalesReach, 'version'>;
}

export const KNOWS_ALL = { isKnown: true, knownFrom: null } as const;

const dayFormats = new Map<string, Intl.DateTimeFormat>();

export function localDay(instant: string, timeZone: string): string {
  const format =
    dayFormats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  dayFormats.set(timeZone, format);
  return format.format(new Date(instant));
}

type Line = OrderState['lines'][number];
type LineMoney = Readonly<
  Record<'gmv' | 'supply' | 'toBuyers' | 'derivedToBuyers' | 'atSupply' | 'derivedAtSupply', bigint>
>;

/** a × b ÷ c, half up. */
function halfUp(a: bigint, b: bigint, c: bigint): bigint {
  return (2n * a * b + c) / (2n * c);
}

/** The price of `units`: by unit price, else their share of what was ordered; null where neither is known. */
function priceOf(unit: number | null, line: number | null, units: number, ordered: number): bigint | null {
  if (unit !== null) return BigInt(unit) * BigInt(units);
  if (units === 0) return 0n;
  return line === null ? null : halfUp(BigInt(line), BigInt(units), BigInt(ordered));
}

/** Base ÷ retail of a line, as a fraction; null where a price is missing or retail is nothing. */
function supplyShare(line: Line): readonly [base: bigint, retail: bigint] | null {
  const ordered = BigInt(line.orderedQuantity);
  const total = (unit: number | null, all: number | null) =>
    unit !== null ? BigInt(unit) * ordered : all === null ? null : BigInt(all);
  const base = total(line.unitBasePriceMinor, line.basePriceMinor);
  const retail = total(line.unitRetailMinor, line.retailMinor);
  return base === null || retail === null || retail === 0n ? null : [base, retail];
}

/** "Refunds at supply price" of one line, and the part of it that was not counted; null: cannot be said. */
function refundsAtSupply(line: Line, supply: bigint): readonly [all: bigint, derived: bigint] | null {
  const units = line.refundedUnits < line.netQuantity ? line.refundedUnits : line.netQuantity;
  const counted = priceOf(line.unitBasePriceMinor, line.basePriceMinor, units, line.orderedQuantity);
  if (counted === null) return null;
  if (line.uncountedRefundMinor === 0) return [counted, 0n];
  const share = supplyShare(line);
  if (share === null) return null;
  const derived = halfUp(share[0], BigInt(line.uncountedRefundMinor), share[1]);
  // A line gives back no more than it earned.
  return counted + derived > supply ? [supply, supply - counted] : [counted + derived, derived];
}

/** @returns null for what is not known: the amounts, or the refunds alone. */
function moneyOf(order: OrderState): { amounts: readonly LineMoney[]; areRefundsKnown: boolean } | null {
  if (order.currency === null) return null;
  let areRefundsKnown = true;
  const amounts: LineMoney[] = [];
  for (const line of order.lines) {
    const { unitRetailMinor, unitBasePriceMinor, retailMinor, basePriceMinor, netQuantity } = line;
    const gmv = priceOf(unitRetailMinor, retailMinor, netQuantity, line.orderedQuantity);
    const supply = priceOf(unitBasePriceMinor, basePriceMinor, netQuantity, line.orderedQuantity);
    if (gmv === null || supply === null) return null;
    const refunds = refundsAtSupply(line, supply);
    if (refunds === null || line.refundedMinor === null) areRefundsKnown = false;
    amounts.push({
      gmv,
      supply,
      toBuyers: BigInt(line.refundedMinor ?? 0),
      derivedToBuyers: line.isRefundDerived ? BigInt(line.refundedMinor ?? 0) : 0n,
      atSupply: refunds?.[0] ?? 0n,
      derivedAtSupply: refunds?.[1] ?? 0n,
    });
  }
  return { amounts, areRefundsKnown };
}

const total = (lines: readonly LineMoney[], name: keyof LineMoney): bigint =>
  lines.reduce((sum, line) => sum + line[name], 0n);

function nothing(): ExpectedAmounts {
  return {
    known: 0,
    gmv: 0n,
    supply: 0n,
    refundsKnown: 0,
    refundsToBuyers: 0n,
    derivedToBuyers: 0n,
    refundsAtSupply: 0n,
    derivedAtSupply: 0n,
    shops: new Set(),
    unknownShops: new Set(),
    checked: 0,
    ours: 0n,
    platforms: 0n,
  };
}

/** `estimatedRevenue − shippingAmountTotal − signOnDelivery`; null where it is not known. */
function platformNetRevenue(order: OrderState): bigint | null {
  const { estimatedRevenueMinor, shippingMinor, signOnDeliveryMinor } = order;
  if (estimatedRevenueMinor === null || shippingMinor === null) return null;
  return BigInt(estimatedRevenueMinor) - BigInt(shippingMinor) - BigInt(signOnDeliveryMinor ?? 0);
}

/** `orders` are the newest states; SKUs and orders are called by the id of their shop and their number. */
export function expectedFigures(orders: readonly OrderOfShop[]): ExpectedFigures {
  const count = { placed: 0, valid: 0, cancelled: 0, early: 0, pending: 0, units: 0, pieces: 0, known: 0 };
  const amounts: ExpectedFigures['amounts'] = new Map();
  const skus: ExpectedFigures['skus'] = new Map();
  const differing: ExpectedFigures['differing'] = new Map();
  for (const { shopId, order, afterSales } of orders) {
    count.placed += 1;
    const ordered = order.lines.filter((line) => line.orderedQuantity > 0);
    const isGone = ordered.length > 0 && ordered.every((line) => line.netQuantity === 0);
    if (order.status === 'cancelled' || isGone) {
      count.cancelled += 1;
      if (order.shippedAt === null) count.early += 1;
      continue;
    }
    if (order.status === 'pending') {
      count.pending += 1;
      continue;
    }
    count.valid += 1;
    const money = moneyOf(order);
    order.lines.forEach((line, index) => {
      count.units += line.netQuantity;
      count.pieces += line.netQuantity * line.soldFactor;
      if (line.netQuantity === 0) return;
      const key = `${shopId} ${line.skuId ?? ''}`;
      const sku = skus.get(key) ?? { units: 0, revenues: new Map<string, { gmv: bigint; supply: bigint }>() };
      skus.set(key, sku);
      sku.units += line.netQuantity;
      const own = money?.amounts[index];
      if (own === undefined || order.currency === null) return;
      const before = sku.revenues.get(order.currency) ?? { gmv: 0n, supply: 0n };
      sku.revenues.set(order.currency, { gmv: before.gmv + own.gmv, supply: before.supply + own.supply });
    });
    if (money === null || order.currency === null) continue;
    count.known += 1;
    const sums = amounts.get(order.currency) ?? nothing();
    amounts.set(order.currency, sums);
    sums.known += 1;
    sums.gmv += total(money.amounts, 'gmv');
    sums.supply += total(money.amounts, 'supply');
    sums.shops.add(shopId);
    if (!afterSales.isKnown) sums.unknownShops.add(shopId);
    const isOld =
      afterSales.knownFrom !== null && Date.parse(order.orderedAt) < Date.parse(afterSales.knownFrom);
    if (!afterSales.isKnown || isOld || !money.areRefundsKnown) continue;
    sums.refundsKnown += 1;
    sums.refundsToBuyers += total(money.amounts, 'toBuyers');
    sums.derivedToBuyers += total(money.amounts, 'derivedToBuyers');
    sums.refundsAtSupply += total(money.amounts, 'atSupply');
    sums.derivedAtSupply += total(money.amounts, 'derivedAtSupply');
    const platforms = platformNetRevenue(order);
    if (platforms === null) continue;
    const ours = total(money.amounts, 'supply') - total(money.amounts, 'atSupply');
    sums.checked += 1;
    sums.ours += ours;
    sums.platforms += platforms;
    if (platforms !== ours) differing.set(`${shopId} ${order.orderNumber}`, platforms - ours);
  }
  return {
    orders: {
      placedOrders: count.placed,
      validOrders: count.valid,
      cancelledOrders: count.cancelled,
      pendingOrders: count.pending,
      cancelRate: count.placed === 0 ? null : count.early / count.placed,
      units: count.units,
      pieces: count.pieces,
    },
    known: count.known,
    amounts,
    skus,
    differing,
  };
}

/** An expected entry in the shape of the answer, as far as it speaks of money; an entry has an order of known amounts. */
export function moneyFigures(expected: ExpectedAmounts) {
  const refunds = (value: bigint) => (expected.refundsKnown < expected.known ? null : Number(value));
  const ofKnown = (value: bigint): number | null => Number(value);
  return {
    known: expected.known,
    refundCoverage: {
      knownOrders: expected.refundsKnown,
      of: expected.known,
      unknownShops: expected.unknownShops.size,
      shops: expected.shops.size,
      notAvailableShops: 0,
    },
    gmvMinor: ofKnown(expected.gmv),
    supplyRevenueMinor: ofKnown(expected.supply),
    refundsToBuyersMinor: refunds(expected.refundsToBuyers),
    derivedRefundsToBuyersMinor: refunds(expected.derivedToBuyers),
    refundsAtSupplyMinor: refunds(expected.refundsAtSupply),
    derivedRefundsAtSupplyMinor: refunds(expected.derivedAtSupply),
    netRevenueMinor: refunds(expected.supply - expected.refundsAtSupply),
    checkedOrders: expected.checked,
    checkedNetRevenueMinor: Number(expected.ours),
    differenceMinor: Number(expected.platforms - expected.ours),
  };
}
