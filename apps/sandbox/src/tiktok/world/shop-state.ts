import { Prng } from '../../world/prng.js';
import { SortedIndex } from '../../world/sorted-index.js';
import { makeOrder } from './generate-orders.js';
import { generateProducts } from './generate-products.js';
import { liveThrough } from './history.js';
import type { Cancellation, Order, Product, ReturnCase, Shop } from './types.js';

const DAY = 86_400;
/** Nothing generated is newer than this before the anchor. */
const SETTLED_SECONDS = 900;
const FRESH_EVERY = 12;
const FRESH_SECONDS = 8 * 3600;

interface Timed {
  id: string;
  createTime: number;
  updateTime: number;
}

/** Things of one kind, by id and in both orders of time. What is put anew takes the place of what was. */
export class Shelf<T extends Timed> {
  readonly #byId = new Map<string, T>();
  #byCreate: SortedIndex<T> | undefined;
  #byUpdate: SortedIndex<T> | undefined;

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  all(): T[] {
    return [...this.#byId.values()];
  }

  put(item: T): void {
    this.#byId.set(item.id, item);
    this.#byCreate = undefined;
    this.#byUpdate = undefined;
  }

  /** Newest first. */
  sorted(by: 'create_time' | 'update_time'): readonly T[] {
    if (by === 'create_time') {
      this.#byCreate ??= this.#index((item) => item.createTime);
      return this.#byCreate.all();
    }
    this.#byUpdate ??= this.#index((item) => item.updateTime);
    return this.#byUpdate.all();
  }

  #index(timeOf: (item: T) => number): SortedIndex<T> {
    const index = new SortedIndex<T>(timeOf, ({ id }) => id);
    for (const item of this.#byId.values()) index.add(item);
    return index;
  }
}

/** One shop with everything in it, made from its seed. */
export class ShopState {
  readonly orders = new Shelf<Order>();
  readonly products = new Shelf<Product>();
  readonly returns = new Shelf<ReturnCase>();
  readonly cancellations = new Shelf<Cancellation>();

  constructor(readonly shop: Shop) {
    const prng = new Prng(shop.seed);
    const products = generateProducts(prng, shop);
    for (const product of products) this.products.put(product);
    const newest = shop.anchorSeconds - SETTLED_SECONDS - 300;
    for (let made = 0; made < shop.orders; made += 1) {
      // A few of the last hours, so that what lasts only minutes occurs too.
      const span = made % FRESH_EVERY === 0 ? FRESH_SECONDS : shop.days * DAY;
      const createTime = newest - Math.floor(prng.next() ** 1.15 * span);
      const order = makeOrder(prng, shop, products, createTime);
      if (order === undefined) continue;
      const life = liveThrough(prng, order, shop.anchorSeconds - SETTLED_SECONDS);
      this.orders.put(life.order);
      for (const item of life.returns) this.returns.put(item);
      for (const item of life.cancellations) this.cancellations.put(item);
    }
  }

  returnsOf(orderId: string): ReturnCase[] {
    return this.returns.all().filter((item) => item.orderId === orderId);
  }

  /** A buyer's wish that nobody has decided yet. */
  pendingCancel(orderId: string): Cancellation | undefined {
    return this.cancellations
      .all()
      .find((item) => item.orderId === orderId && item.status === 'CANCELLATION_REQUEST_PENDING');
  }
}
