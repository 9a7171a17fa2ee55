import type { OrderLineRecord, OrderRecord } from '#marketplace';

/** Small seeded generator: the same orders in every run. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Status = Pick<OrderRecord, 'status' | 'platformStatus'>;

const STATUSES: readonly [Status, ...Status[]] = [
  { status: 'unshipped', platformStatus: '2' },
  { status: 'shipped', platformStatus: '4' },
  { status: 'delivered', platformStatus: '5' },
  { status: 'cancelled', platformStatus: '3' },
];

/** Orders as the connector hands them over: 1.6 lines on average, names and pictures of usual length. */
export function makeOrders(count: number, seed = 1): OrderRecord[] {
  const random = randomFrom(seed);
  const pick = <T>(items: readonly [T, ...(readonly T[])]): T =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const start = Date.UTC(2026, 5, 1);
  return Array.from({ length: count }, (_, index): OrderRecord => {
    const orderedAt = new Date(start + Math.floor((index * 150 * 86_400_000) / count / 1000) * 1000);
    const status = pick(STATUSES);
    const lineCount = random() < 0.6 ? 1 : random() < 0.75 ? 2 : 3;
    const lines = Array.from({ length: lineCount }, (_, position): OrderLineRecord => {
      const sku = Math.floor(random() ** 3 * 3000);
      return {
        lineId: `211-${String(index).padStart(14, '0')}${String(position).padStart(3, '0')}`,
        ...status,
        productId: `6019580782${String(sku).padStart(5, '0')}`,
        skuId: `173781944${String(sku).padStart(5, '0')}`,
        catalogueSkuId: `893781944${String(sku).padStart(5, '0')}`,
        sellerSku: `SKU-${sku}-RED-L`,
        productName: `Stainless steel travel mug with lid, leak-proof, 350 ml, number ${sku}`,
        spec: 'Red / 350 ml',
        imageUrl: `https://img.example.test/product/fancy/${sku}.jpg`,
        orderedQuantity: 1,
        cancelledBeforeShipment: 0,
        netQuantity: 1,
        soldFactor: 1,
        fulfilmentType: 'seller',
        orderedAt,
        shippedAt: null,
        labels: [],
      };
    });
    return {
      orderNumber: `PO-211-${String(index).padStart(17, '0')}`,
      ...status,
      platformRegion: '211',
      platformSite: '100',
      orderedAt,
      confirmedAt: orderedAt,
      shipByAt: new Date(orderedAt.getTime() + 3 * 86_400_000),
      shippedAt: null,
      deliverByAt: new Date(orderedAt.getTime() + 14 * 86_400_000),
      platformUpdatedAt: new Date(orderedAt.getTime() + 86_400_000),
      labels: random() < 0.1 ? ['soon_to_be_overdue'] : [],
      warnings: [],
      paymentType: 'PPD',
      shippingMethod: '1',
      hasShippingFee: false,
      fulfilmentTypes: ['seller'],
      lines,
    };
  });
}
