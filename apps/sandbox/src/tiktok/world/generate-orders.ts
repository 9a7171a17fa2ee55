import type { Prng } from '../../world/prng.js';
import { MARKETS } from './markets.js';
import { salePriceOf } from './money.js';
import type { Line, Order, Product, Shop, Sku } from './types.js';

/** Buyers come back: the first of the pool often, most of it once. */
export function pickBuyer(prng: Prng, shop: Shop): string {
  const pool = Math.max(20, Math.round(shop.orders * 0.8));
  const index = Math.floor(prng.next() ** 1.6 * pool);
  return `7494${shop.id.slice(-9)}${String(index).padStart(6, '0')}`;
}

export function pickSku(
  prng: Prng,
  products: readonly Product[],
): { product: Product; sku: Sku } | undefined {
  const sold = products.filter(({ status }) => status === 'ACTIVATE');
  if (sold.length === 0) return undefined;
  const product = sold[Math.floor(prng.next() ** 1.8 * sold.length)] ?? prng.pick(sold);
  return { product, sku: prng.pick(product.skus) };
}

export function makeLine(
  prng: Prng,
  { product, sku }: { product: Product; sku: Sku },
  gift: 'none' | 'gift' | 'sample' = 'none',
): Line {
  const originalMinor = gift === 'gift' ? 0 : sku.priceMinor;
  const ownDiscount = prng.chance(0.3) ? Math.floor(originalMinor * prng.next() * 0.2) : 0;
  const platformDiscount = prng.chance(0.35) ? Math.floor(originalMinor * prng.next() * 0.15) : 0;
  return {
    id: `577${prng.digits(16)}`,
    productId: product.id,
    productName: product.title,
    skuId: sku.id,
    skuName: sku.name,
    sellerSku: sku.sellerSku,
    status: 'UNPAID',
    isGift: gift === 'gift',
    originalMinor,
    // A sample is taken off wholly by its seller.
    sellerDiscountMinor: gift === 'sample' ? originalMinor : ownDiscount,
    platformDiscountMinor: gift === 'sample' ? 0 : platformDiscount,
    taxMinor: 0,
    giftRetailMinor: gift === 'none' ? 0 : sku.priceMinor,
    packageId: null,
    shippedAt: null,
    collectedAt: null,
    deliveredAt: null,
    cancelReason: null,
    cancelUser: null,
  };
}

export function taxOn(minor: number, rateBp: number): number {
  return Math.round((minor * rateBp) / 10_000);
}

/** Tax of each line and of the shipping, by the order's rate. */
export function tax(order: Order): void {
  for (const line of order.lines) line.taxMinor = taxOn(salePriceOf(line), order.taxRateBp);
  const { shipping } = order;
  const paid = shipping.originalMinor - shipping.sellerDiscountMinor - shipping.platformDiscountMinor;
  shipping.taxMinor = taxOn(paid, order.taxRateBp);
}

function makeShipping(prng: Prng, shop: Shop): Order['shipping'] {
  const originalMinor = Math.round(399 * MARKETS[shop.market].minorPerUsCent);
  const offer = prng.weighted([
    ['none', 0.4],
    ['seller', 0.25],
    ['platform', 0.25],
    ['both', 0.1],
  ] as const);
  const sellerDiscountMinor =
    offer === 'seller' ? originalMinor : offer === 'both' ? Math.floor(originalMinor / 3) : 0;
  const platformDiscountMinor =
    offer === 'platform'
      ? Math.floor(originalMinor / 2)
      : offer === 'both'
        ? Math.floor(originalMinor / 4)
        : 0;
  return { originalMinor, sellerDiscountMinor, platformDiscountMinor, taxMinor: 0 };
}

/** A fresh, unpaid order; each unit is a line of its own. Undefined when the shop sells nothing. */
export function makeOrder(
  prng: Prng,
  shop: Shop,
  products: readonly Product[],
  createTime: number,
): Order | undefined {
  const first = pickSku(prng, products);
  if (first === undefined) return undefined;
  const isSample = prng.chance(0.012);
  const lines: Line[] = [];
  if (isSample) lines.push(makeLine(prng, first, 'sample'));
  else {
    const kinds = prng.weighted([
      [1, 0.78],
      [2, 0.16],
      [3, 0.06],
    ]);
    for (let kind = 0; kind < kinds; kind += 1) {
      const entry = kind === 0 ? first : (pickSku(prng, products) ?? first);
      const model = makeLine(prng, entry);
      const units = prng.weighted([
        [1, 0.82],
        [2, 0.12],
        [3, 0.04],
        [5, 0.02],
      ]);
      for (let unit = 0; unit < units; unit += 1) lines.push({ ...model, id: `577${prng.digits(16)}` });
    }
    if (prng.chance(0.04)) lines.push(makeLine(prng, pickSku(prng, products) ?? first, 'gift'));
  }
  const order: Order = {
    id: `579${prng.digits(16)}`,
    userId: pickBuyer(prng, shop),
    createTime,
    updateTime: createTime,
    paidTime: null,
    isOnHold: false,
    isSample,
    isCod: shop.market === 'JP' && prng.chance(0.04),
    shippingType: prng.chance(0.7) ? 'TIKTOK' : 'SELLER',
    isFulfilledByTikTok: prng.chance(0.1),
    shipping: isSample
      ? { originalMinor: 0, sellerDiscountMinor: 0, platformDiscountMinor: 0, taxMinor: 0 }
      : makeShipping(prng, shop),
    taxRateBp: prng.pick(MARKETS[shop.market].taxRatesBp),
    cancelTime: null,
    cancelReason: null,
    cancelInitiator: null,
    completedAt: null,
    addressVersion: 0,
    lines,
  };
  tax(order);
  return order;
}
