import { makeAfterSales } from './generate-after-sales.js';
import { makeCancels } from './generate-cancels.js';
import { creationTimes, Demand, liveThrough, makeOrder } from './generate-orders.js';
import { generateProducts } from './generate-products.js';
import { labelByDeadline } from './order-labels.js';
import { nextDue } from './passing-time.js';
import { Prng } from './prng.js';
import { SortedIndex } from './sorted-index.js';
import type { AddressRule, AfterSales, CancelRequest, ParentOrder, Product, Shop, Sku } from './types.js';

/** One shop with everything in it, and the indexes that the list calls read. */
export class ShopState {
  readonly #orders = new Map<string, ParentOrder>();
  readonly #products = new Map<number, Product>();
  readonly #afterSales = new Map<string, AfterSales>();
  readonly #casesByOrder = new Map<string, AfterSales[]>();
  readonly #cancels = new Map<string, CancelRequest>();
  readonly #cancelsByOrder = new Map<string, CancelRequest[]>();
  #nextDue: number | undefined;
  addressRule: AddressRule = 'open';
  readonly ordersByCreate = new SortedIndex<ParentOrder>(
    (order) => order.createTime,
    (order) => order.parentOrderSn,
  );
  readonly ordersByUpdate = new SortedIndex<ParentOrder>(
    (order) => order.updateTime,
    (order) => order.parentOrderSn,
  );
  readonly productsByCreate = new SortedIndex<Product>(
    (product) => product.createdAtMs,
    (product) => product.goodsId,
  );
  readonly afterSalesByUpdate = new SortedIndex<AfterSales>(
    (item) => item.updateAt,
    (item) => item.parentAfterSalesSn,
  );
  readonly cancelsByCreate = new SortedIndex<CancelRequest>(
    (request) => request.createAt,
    (request) => request.parentAfterSalesSn,
  );
  #demand: Demand | undefined;

  constructor(readonly shop: Shop) {}

  static generate(shop: Shop): ShopState {
    const state = new ShopState(shop);
    const { seed, anchorSeconds } = shop.generation;
    const horizon = anchorSeconds - 900;
    for (const product of generateProducts(new Prng(`${seed}/products`), shop)) state.putProduct(product);
    const prng = new Prng(`${seed}/orders`);
    for (const createTime of creationTimes(new Prng(`${seed}/times`), shop)) {
      const order = makeOrder(prng, shop, state.demand, createTime);
      if (order === undefined) break;
      liveThrough(prng, order, horizon);
      const cases = makeAfterSales(prng, order, horizon);
      const cancels = makeCancels(order, horizon);
      labelByDeadline(order, anchorSeconds);
      state.putOrder(order);
      for (const item of cases) state.putAfterSales(item);
      for (const request of cancels) state.putCancel(request);
    }
    return state;
  }

  get demand(): Demand {
    this.#demand ??= new Demand([...this.#products.values()]);
    return this.#demand;
  }

  order(parentOrderSn: string): ParentOrder | undefined {
    return this.#orders.get(parentOrderSn);
  }

  product(goodsId: number): Product | undefined {
    return this.#products.get(goodsId);
  }

  findSku(skuId: number): { product: Product; sku: Sku } | undefined {
    for (const product of this.#products.values()) {
      const sku = product.skus.find((candidate) => candidate.skuId === skuId);
      if (sku !== undefined) return { product, sku };
    }
    return undefined;
  }

  afterSales(parentAfterSalesSn: string): AfterSales | undefined {
    return this.#afterSales.get(parentAfterSalesSn);
  }

  /** In the order they were opened. */
  casesOfOrder(parentOrderSn: string): readonly AfterSales[] {
    return this.#casesByOrder.get(parentOrderSn) ?? [];
  }

  /** In the order they were made. */
  cancelsOfOrder(parentOrderSn: string): readonly CancelRequest[] {
    return this.#cancelsByOrder.get(parentOrderSn) ?? [];
  }

  cancel(parentAfterSalesSn: string): CancelRequest | undefined {
    return this.#cancels.get(parentAfterSalesSn);
  }

  /** When it next changes by nothing but the time, in UNIX seconds. */
  get nextDue(): number {
    this.#nextDue ??= nextDue(this);
    return this.#nextDue;
  }

  get counts(): { orders: number; products: number; afterSales: number; cancelRequests: number } {
    return {
      orders: this.#orders.size,
      products: this.#products.size,
      afterSales: this.#afterSales.size,
      cancelRequests: this.#cancels.size,
    };
  }

  /** Adds the order, or takes over every field of a changed one. */
  putOrder(order: ParentOrder): void {
    this.#nextDue = undefined;
    const known = this.#orders.get(order.parentOrderSn);
    if (known === undefined) {
      this.#orders.set(order.parentOrderSn, order);
      this.ordersByCreate.add(order);
      this.ordersByUpdate.add(order);
    } else {
      Object.assign(known, order);
      this.ordersByCreate.touch();
      this.ordersByUpdate.touch();
    }
  }

  putProduct(product: Product): void {
    const known = this.#products.get(product.goodsId);
    if (known === undefined) {
      this.#products.set(product.goodsId, product);
      this.productsByCreate.add(product);
    } else {
      Object.assign(known, product);
      this.productsByCreate.touch();
    }
    this.#demand = undefined;
  }

  putAfterSales(item: AfterSales): void {
    const known = this.#afterSales.get(item.parentAfterSalesSn);
    if (known === undefined) {
      this.#afterSales.set(item.parentAfterSalesSn, item);
      this.#casesByOrder.set(item.parentOrderSn, [...this.casesOfOrder(item.parentOrderSn), item]);
      this.afterSalesByUpdate.add(item);
    } else {
      Object.assign(known, item);
      this.afterSalesByUpdate.touch();
    }
  }

  putCancel(request: CancelRequest): void {
    this.#nextDue = undefined;
    const known = this.#cancels.get(request.parentAfterSalesSn);
    if (known === undefined) {
      this.#cancels.set(request.parentAfterSalesSn, request);
      this.#cancelsByOrder.set(request.parentOrderSn, [
        ...this.cancelsOfOrder(request.parentOrderSn),
        request,
      ]);
      this.cancelsByCreate.add(request);
    } else {
      Object.assign(known, request);
    }
  }
}
