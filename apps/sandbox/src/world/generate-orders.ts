import { deliverLine, parentStatusOf, shipLine } from './order-status.js';
import type { Prng } from './prng.js';
import type { FulfilmentType, OrderLine, ParentOrder, Product, Shop, Sku } from './types.js';
import { localMidnightSeconds, localWeekday } from './zone-time.js';

const DAY = 86_400;
const HOUR = 3600;
/** Buyers by local hour and by weekday (Sunday first). */
const HOUR_WEIGHTS = [4, 2, 1, 1, 1, 2, 4, 6, 8, 10, 11, 12, 12, 11, 10, 10, 11, 12, 14, 16, 17, 15, 11, 7];
const WEEKDAY_WEIGHTS = [1.26, 1.02, 0.93, 0.9, 0.92, 0.98, 1.18];

const SIGNATURE_LABEL = 'signature_required_on_delivery';
const SIGNATURE_US_CENTS = 250;

export interface CatalogueEntry {
  product: Product;
  sku: Sku;
}

/** SKUs that can be bought, the most popular first, with a cumulative Zipf weight: few sell a lot, most seldom. */
export class Demand {
  readonly #entries: CatalogueEntry[] = [];
  readonly #cumulative: number[] = [];

  constructor(products: readonly Product[]) {
    let sum = 0;
    for (const product of products) {
      if (product.searchType !== 1) continue;
      for (const sku of product.skus) {
        this.#entries.push({ product, sku });
        sum += 1 / (this.#entries.length + 6) ** 0.92;
        this.#cumulative.push(sum);
      }
    }
  }

  get size(): number {
    return this.#entries.length;
  }

  /** A SKU whose product existed at that moment; undefined when the shop sells nothing. */
  pick(prng: Prng, atSeconds: number): CatalogueEntry | undefined {
    const total = this.#cumulative.at(-1) ?? 0;
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const wanted = prng.next() * total;
      let low = 0;
      let high = this.#cumulative.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((this.#cumulative[middle] ?? 0) <= wanted) low = middle + 1;
        else high = middle;
      }
      const entry = this.#entries[low];
      if (entry !== undefined && entry.product.createdAtMs <= atSeconds * 1000) return entry;
    }
    return this.#entries[0];
  }
}

/** Exactly `orders` moments of creation, oldest first: growth, weekly and daily rhythm in the shop's zone. */
export function creationTimes(prng: Prng, shop: Shop): number[] {
  const { anchorSeconds, orders, days } = shop.generation;
  const latest = anchorSeconds - 1200;
  const buckets: { start: number; end: number; weight: number }[] = [];
  for (let back = days - 1; back >= 0; back -= 1) {
    const start = localMidnightSeconds(shop.zone, latest - back * DAY);
    const end = Math.min(start + DAY - 1, latest);
    const growth = 0.62 + (0.76 * (days - back)) / days;
    const weekday = WEEKDAY_WEIGHTS[localWeekday(shop.zone, start + 12 * HOUR)] ?? 1;
    const part = (end - start + 1) / DAY;
    buckets.push({ start, end, weight: growth * weekday * (0.86 + prng.next() * 0.28) * part });
  }
  const total = buckets.reduce((sum, bucket) => sum + bucket.weight, 0);
  const hourChoices = HOUR_WEIGHTS.map((weight, hour) => [hour, weight] as const);
  const times: number[] = [];
  let carried = 0;
  for (const bucket of buckets) {
    // Rounding errors are carried to the next day, so the sum is exact.
    carried += (bucket.weight / total) * orders;
    const count = Math.min(orders, Math.round(carried + 1e-9)) - times.length;
    for (let index = 0; index < count; index += 1) {
      const time = bucket.start + prng.weighted(hourChoices) * HOUR + prng.int(0, HOUR - 1);
      times.push(time <= bucket.end ? time : prng.int(bucket.start, bucket.end));
    }
  }
  return times.sort((a, b) => a - b);
}

export function makeLine(
  prng: Prng,
  shop: Shop,
  { product, sku }: CatalogueEntry,
  regionId: number,
  fulfilmentType: FulfilmentType,
): OrderLine {
  const quantity = prng.weighted([
    [1, 0.83],
    [2, 0.1],
    [3, 0.045],
    [4, 0.015],
    [6, 0.01],
  ]);
  const retail = sku.retailPriceMinor * quantity;
  return {
    orderSn: `${regionId}-${prng.digits(17)}`,
    goodsId: product.goodsId,
    skuId: sku.skuId,
    productId: sku.productId,
    productSkuId: sku.productSkuId,
    extCode: sku.skuSn,
    goodsName: product.nameEn,
    originalGoodsName: product.nameZh,
    spec: sku.specEn,
    originalSpecName: sku.specZh,
    status: 1,
    fulfilmentType,
    quantity,
    canceledQuantityBeforeShipment: 0,
    canceledDuringPending: false,
    refunds: [],
    soldFactor: sku.soldFactor,
    unitBasePriceMinor: sku.basePriceMinor,
    unitRetailPriceMinor: sku.retailPriceMinor,
    taxRateBp: prng.pick(shop.taxRatesBp),
    discountFromSellerMinor: prng.chance(0.14) ? Math.floor(retail * 0.05) : 0,
    discountFromTemuMinor: prng.chance(0.38) ? Math.floor(retail * (0.03 + prng.next() * 0.1)) : 0,
    shippingMinor: 0,
    labels: [
      ...(prng.chance(0.02) ? ['pre_sale_order'] : []),
      ...(prng.chance(0.01) ? ['customized_products'] : []),
    ],
    shippedAt: null,
    deliveredAt: null,
    packageSn: null,
  };
}

/** A fresh, pending order. Undefined when the shop has nothing to sell. */
export function makeOrder(
  prng: Prng,
  shop: Shop,
  demand: Demand,
  createTime: number,
): ParentOrder | undefined {
  const regionId = prng.weighted(shop.sites.map((site) => [site.regionId, site.share] as const));
  const fulfilmentType = prng.chance(0.17) ? 'fulfillByCooperativeWarehouse' : 'fulfillBySeller';
  const lineCount = prng.weighted([
    [1, 0.76],
    [2, 0.16],
    [3, 0.05],
    [4, 0.03],
  ]);
  const entries = new Map<number, CatalogueEntry>();
  for (let attempt = 0; attempt < lineCount * 3 && entries.size < lineCount; attempt += 1) {
    const entry = demand.pick(prng, createTime);
    if (entry !== undefined) entries.set(entry.sku.skuId, entry);
  }
  const lines = [...entries.values()].map((entry) => makeLine(prng, shop, entry, regionId, fulfilmentType));
  const [firstLine] = lines;
  if (firstLine === undefined) return undefined;
  // Shipping is paid once for the parent; the documents give it per line too, so the first line carries it.
  if (prng.chance(0.22)) firstLine.shippingMinor = Math.max(1, Math.round(299 * shop.minorPerUsCent));
  const order: ParentOrder = {
    parentOrderSn: `PO-${regionId}-${prng.digits(17)}`,
    regionId,
    siteId: shop.siteId,
    status: 1,
    createTime,
    confirmTime: null,
    updateTime: createTime,
    expectShipLatestTime: createTime + 3 * DAY,
    latestDeliveryTime: createTime + 14 * DAY,
    // Amounts of a quarter of the fresh orders take their time, as the platform's do.
    amountReadyAt: createTime + (prng.chance(0.25) ? prng.int(60, 600) : 0),
    labels: prng.chance(0.02) ? [SIGNATURE_LABEL] : [],
    warnings: prng.chance(0.03) ? ['SUGGEST_SIGNATURE_ON_DELIVERY'] : [],
    paymentType: regionId !== 211 && prng.chance(0.05) ? 'COD' : 'PPD',
    signOnDeliveryMinor: null,
    shippingMethod: 1,
    lines,
  };
  if (order.labels.includes(SIGNATURE_LABEL)) {
    order.signOnDeliveryMinor = Math.max(1, Math.round(SIGNATURE_US_CENTS * shop.minorPerUsCent));
  }
  return order;
}

/** Lets an order live from its creation up to `horizon`: confirm, cancel, ship (whole or in parts), deliver. */
export function liveThrough(prng: Prng, order: ParentOrder, horizon: number): void {
  const happen = (atSeconds: number, act: () => void): boolean => {
    if (atSeconds > horizon) return false;
    act();
    order.updateTime = Math.max(order.updateTime, atSeconds);
    return true;
  };
  const cancelAll = (): void => {
    for (const line of order.lines) {
      line.canceledDuringPending = line.status === 1;
      line.canceledQuantityBeforeShipment = line.quantity;
      line.status = 3;
    }
  };
  const confirmAt = order.createTime + prng.int(HOUR / 2, 6 * HOUR);
  const isCancelledEarly = prng.chance(0.016);
  const isCancelledLate = prng.chance(0.028);
  const isStuck = prng.chance(0.012);
  const isSplit = order.lines.length > 1 && prng.chance(0.24);
  const isLost = prng.chance(0.012);
  const firstShipAt = confirmAt + prng.int(5 * HOUR, 58 * HOUR);

  if (isCancelledEarly) {
    happen(order.createTime + prng.int(300, HOUR / 2), cancelAll);
  } else {
    happen(confirmAt, () => {
      order.confirmTime = confirmAt;
      for (const line of order.lines) line.status = 2;
    });
    if (isCancelledLate) {
      happen(confirmAt + prng.int(HOUR, 20 * HOUR), cancelAll);
    } else if (!isStuck) {
      const shared = order.lines.find((line) => line.quantity > 1);
      if (shared !== undefined && prng.chance(0.08)) {
        happen(confirmAt + prng.int(HOUR, 4 * HOUR), () => {
          shared.canceledQuantityBeforeShipment = prng.int(1, shared.quantity - 1);
        });
      } else if (order.lines.length > 1 && prng.chance(0.04)) {
        const last = order.lines.at(-1);
        if (last !== undefined) {
          happen(confirmAt + prng.int(HOUR, 4 * HOUR), () => {
            last.canceledQuantityBeforeShipment = last.quantity;
            last.status = 3;
          });
        }
      }
      const transit = prng.int(2 * DAY, 8 * DAY);
      order.lines.forEach((line, index) => {
        if (line.status === 3) return;
        const shipAt = firstShipAt + (isSplit ? index * prng.int(10 * HOUR, 70 * HOUR) : 0);
        const deliverAt = shipAt + transit + (isSplit ? index * prng.int(HOUR, DAY) : 0);
        if (!happen(shipAt, () => shipLine(line, shipAt))) return;
        if (!isLost) happen(deliverAt, () => deliverLine(line, deliverAt));
      });
    }
  }
  order.status = parentStatusOf(order.lines);
}
