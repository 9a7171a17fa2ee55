import type { OrderFigures, OrderState } from '#contracts';

/**
 * figures.md §5.3 written down a second time, order by order in plain code and without a roll-up: what the service
 * must say. Amounts are BigInt, so that this side cannot lose a cent either.
 */
export interface ExpectedFigures {
  orders: OrderFigures;
  known: number;
  amounts: Map<string, { known: number; gmv: bigint; supply: bigint; refunded: bigint }>;
  unitsOfSku: Map<string, number>;
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

export function localDay(instant: string, timeZone: string): string {
  const format =
    dayFormats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  dayFormats.set(timeZone, format);
  return format.format(new Date(instant));
}

function share(total: number, units: number, quantity: number): bigint {
  const numerator = 2n * BigInt(total) * BigInt(units) + BigInt(quantity);
  return numerator / (2n * BigInt(quantity));
}

/** `orders` are the newest states; of several shops, each with the id of its shop in front of the SKU. */
export function expectedFigures(orders: readonly { shopId: string; order: OrderState }[]): ExpectedFigures {
  const count = { placed: 0, valid: 0, cancelled: 0, early: 0, pending: 0, units: 0, pieces: 0, known: 0 };
  const amounts: ExpectedFigures['amounts'] = new Map();
  const unitsOfSku = new Map<string, number>();
  for (const { shopId, order } of orders) {
    const wanted = order.lines.map((line) => line.netQuantity);
    count.placed += 1;
    if (order.status === 'cancelled' || wanted.every((units) => units === 0)) {
      count.cancelled += 1;
      if (order.shippedAt === null) count.early += 1;
      continue;
    }
    if (order.status === 'pending') {
      count.pending += 1;
      continue;
    }
    count.valid += 1;
    order.lines.forEach((line, index) => {
      const units = wanted[index] ?? 0;
      count.units += units;
      count.pieces += units * line.soldFactor;
      const key = `${shopId} ${line.skuId ?? ''}`;
      if (units > 0) unitsOfSku.set(key, (unitsOfSku.get(key) ?? 0) + units);
    });
    const lacksAmount = order.lines.some(
      (line, index) => wanted[index] !== 0 && (line.retailMinor === null || line.basePriceMinor === null),
    );
    if (order.currency === null || lacksAmount) continue;
    count.known += 1;
    const sums = amounts.get(order.currency) ?? { known: 0, gmv: 0n, supply: 0n, refunded: 0n };
    sums.known += 1;
    sums.refunded += BigInt(order.refundsTotalMinor ?? 0);
    order.lines.forEach((line, index) => {
      sums.gmv += BigInt(line.retailMinor ?? 0);
      sums.supply += share(line.basePriceMinor ?? 0, wanted[index] ?? 0, line.orderedQuantity);
    });
    amounts.set(order.currency, sums);
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
    unitsOfSku,
  };
}
