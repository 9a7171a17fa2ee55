import { ORDER_STATUSES, type OrderState } from '#contracts';
import type { SeededRandom } from './seeded-random.js';

type Line = OrderState['lines'][number];

export function aLine(over: Partial<Line> = {}): Line {
  const { orderedQuantity = 1, cancelledBeforeShipment = 0 } = over;
  return {
    lineId: '211-1',
    status: 'unshipped',
    productId: '600000000000001',
    skuId: '17000000000001',
    sellerSku: 'MUG-RED',
    productName: 'Steel travel mug',
    spec: 'Red',
    imageUrl: null,
    orderedQuantity,
    cancelledBeforeShipment,
    netQuantity: orderedQuantity - cancelledBeforeShipment,
    soldFactor: 1,
    retailMinor: 1_299,
    basePriceMinor: 700,
    unitRetailMinor: null,
    unitBasePriceMinor: null,
    refundedUnits: 0,
    refundedMinor: 0,
    uncountedRefundMinor: 0,
    isRefundDerived: false,
    ...over,
  };
}

export function anOrder(over: Partial<OrderState> = {}): OrderState {
  return {
    orderNumber: 'PO-211-1',
    version: 1,
    status: 'unshipped',
    orderedAt: '2026-11-10T12:00:00.000Z',
    shipByAt: null,
    shippedAt: null,
    currency: 'USD',
    customerPaidMinor: 1_299,
    refundsTotalMinor: 0,
    estimatedRevenueMinor: 700,
    shippingMinor: 0,
    signOnDeliveryMinor: null,
    lines: [aLine()],
    ...over,
  };
}

/** Refunds of finished cases: none, counted ones (more than are left of the line too), uncounted ones, unknown ones. */
function randomRefunds(random: SeededRandom, line: Line): Partial<Line> {
  if (random.chance(0.6)) return {};
  const retail = line.unitRetailMinor ?? Math.floor((line.retailMinor ?? 0) / line.orderedQuantity);
  const refundedUnits = random.int(0, line.orderedQuantity);
  const uncountedRefundMinor = random.chance(0.3) ? random.int(0, 2 * retail) : 0;
  const refundedMinor = refundedUnits * retail + uncountedRefundMinor;
  return {
    refundedUnits,
    uncountedRefundMinor,
    refundedMinor: random.chance(0.03) ? null : refundedMinor,
    isRefundDerived: random.chance(0.3),
  };
}

/**
 * Any state that a marketplace could give: every status, part and full cancellations, refunds of every kind, prices by
 * unit or by line, amounts known or not, estimates that agree and that do not.
 */
export function randomOrder(
  random: SeededRandom,
  number: string,
  version: number,
  currencies: readonly string[],
  firstMs: number,
  lastMs: number,
): OrderState {
  const status = random.pick(ORDER_STATUSES);
  const currency = random.chance(0.8) ? random.pick(currencies) : null;
  const isKnown = () => currency !== null && !random.chance(0.02);
  const amount = (most: number) => (isKnown() ? random.int(0, most) : null);
  const lines = Array.from({ length: random.int(1, 4) }, (_, index): Line => {
    const orderedQuantity = random.chance(0.02) ? 0 : random.int(1, 6);
    const isTouched = status === 'cancelled' || random.chance(0.2);
    const hasUnitPrices = random.chance(0.6);
    const unitRetailMinor = hasUnitPrices ? amount(15_000) : null;
    const unitBasePriceMinor = hasUnitPrices ? amount(9_000) : null;
    const line = aLine({
      lineId: `${number}-${index}`,
      status,
      skuId: random.chance(0.03) ? null : `sku-${random.int(1, 12)}`,
      orderedQuantity,
      cancelledBeforeShipment: isTouched ? random.int(0, orderedQuantity) : 0,
      soldFactor: random.pick([1, 1, 1, 2, 12]),
      retailMinor: amount(90_000),
      basePriceMinor: amount(50_000),
      unitRetailMinor,
      unitBasePriceMinor,
    });
    return orderedQuantity === 0 ? line : { ...line, ...randomRefunds(random, line) };
  });
  const shippingMinor = amount(900);
  const signOnDeliveryMinor = random.chance(0.1) ? amount(300) : null;
  const owed = lines.reduce((sum, line) => sum + (line.unitBasePriceMinor ?? 0) * line.netQuantity, 0);
  return anOrder({
    orderNumber: number,
    version,
    status,
    orderedAt: new Date(random.int(firstMs, lastMs)).toISOString(),
    shippedAt: random.chance(0.5) ? new Date(lastMs).toISOString() : null,
    currency,
    refundsTotalMinor: amount(5_000),
    estimatedRevenueMinor: random.chance(0.5)
      ? owed + (shippingMinor ?? 0) + (signOnDeliveryMinor ?? 0)
      : amount(90_000),
    shippingMinor,
    signOnDeliveryMinor,
    lines,
  });
}
