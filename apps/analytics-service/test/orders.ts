import { ORDER_STATUSES, type OrderState } from '#contracts';
import type { SeededRandom } from './seeded-random.js';

type Line = OrderState['lines'][number];

export function aLine(over: Partial<Line> = {}): Line {
  const { orderedQuantity = 1, cancelledBeforeShipment = 0 } = over;
  return {
    orderSn: '211-1',
    status: 'unshipped',
    goodsId: '600000000000001',
    skuId: '17000000000001',
    sellerSku: 'MUG-RED',
    goodsName: 'Steel travel mug',
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
    parentOrderSn: 'PO-211-1',
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

/** Any state that a marketplace could give: every status, part and full cancellations, amounts known or not. */
export function randomOrder(
  random: SeededRandom,
  sn: string,
  version: number,
  currencies: readonly string[],
  firstMs: number,
  lastMs: number,
): OrderState {
  const status = random.pick(ORDER_STATUSES);
  const currency = random.chance(0.8) ? random.pick(currencies) : null;
  const amount = (most: number) => (currency === null || random.chance(0.02) ? null : random.int(0, most));
  const lines = Array.from({ length: random.int(1, 4) }, (_, index): Line => {
    const quantity = random.int(1, 6);
    const isTouched = status === 'cancelled' || random.chance(0.2);
    return aLine({
      orderSn: `${sn}-${index}`,
      status,
      skuId: random.chance(0.03) ? null : `sku-${random.int(1, 12)}`,
      orderedQuantity: quantity,
      cancelledBeforeShipment: isTouched ? random.int(0, quantity) : 0,
      soldFactor: random.pick([1, 1, 1, 2, 12]),
      retailMinor: amount(90_000),
      basePriceMinor: amount(50_000),
    });
  });
  return anOrder({
    parentOrderSn: sn,
    version,
    status,
    orderedAt: new Date(random.int(firstMs, lastMs)).toISOString(),
    shippedAt: random.chance(0.5) ? new Date(lastMs).toISOString() : null,
    currency,
    refundsTotalMinor: amount(5_000),
    lines,
  });
}
