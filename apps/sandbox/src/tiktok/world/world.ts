import { BUILT_IN_SELLERS, builtInShops } from './built-in.js';
import { ShopState } from './shop-state.js';
import type { Cancellation, Order, Product, ReturnCase, Seller, Shop } from './types.js';

export type WorldEntry =
  | { kind: 'tiktok-seller'; seller: Seller }
  | { kind: 'tiktok-shop'; shop: Shop }
  | { kind: 'tiktok-order'; shopId: string; order: Order }
  | { kind: 'tiktok-product'; shopId: string; product: Product }
  | { kind: 'tiktok-return'; shopId: string; item: ReturnCase }
  | { kind: 'tiktok-cancellation'; shopId: string; item: Cancellation };

type Saved = Exclude<WorldEntry, { kind: 'tiktok-seller' | 'tiktok-shop' }>;

/** One thing that has just become different; history and the journal are not announced. */
export type WorldChange = { shop: Shop } & (
  | { kind: 'tiktok-order'; before: Order | undefined; after: Order }
  | { kind: 'tiktok-product'; before: Product | undefined; after: Product }
  | { kind: 'tiktok-return'; before: ReturnCase | undefined; after: ReturnCase }
  | { kind: 'tiktok-cancellation'; before: Cancellation | undefined; after: Cancellation }
);

/**
 * Sellers and their shops. A shop's history is made when it is first looked at. What is saved is in the journal first
 * and visible after; to change a thing, change a copy and save it.
 */
export class TikTokWorld {
  readonly #sellers = new Map<string, Seller>(BUILT_IN_SELLERS.map((seller) => [seller.openId, seller]));
  readonly #shops = new Map<string, Shop>();
  readonly #states = new Map<string, ShopState>();
  #changes = 0;
  #listener: (change: WorldChange) => void = () => {};

  constructor(
    private readonly append: (...entries: WorldEntry[]) => void,
    readonly seed: string,
    anchorSeconds: number,
  ) {
    for (const shop of builtInShops(seed, anchorSeconds)) this.#shops.set(shop.id, shop);
  }

  /** Called after each change is journalled and visible. */
  onChange(listener: (change: WorldChange) => void): void {
    this.#listener = listener;
  }

  sellers(): Seller[] {
    return [...this.#sellers.values()];
  }

  seller(openId: string): Seller | undefined {
    return this.#sellers.get(openId);
  }

  shops(): Shop[] {
    return [...this.#shops.values()];
  }

  shopsOf(openId: string): Shop[] {
    return this.shops().filter((shop) => shop.openId === openId);
  }

  shop(id: string): ShopState | undefined {
    const shop = this.#shops.get(id);
    if (shop === undefined) return undefined;
    const state = this.#states.get(id) ?? new ShopState(shop);
    this.#states.set(id, state);
    return state;
  }

  addShop(shop: Shop, seller: Seller): void {
    const entries: WorldEntry[] = [
      { kind: 'tiktok-seller', seller },
      { kind: 'tiktok-shop', shop },
    ];
    this.append(...entries);
    for (const entry of entries) this.restore(entry);
  }

  save(...entries: Saved[]): void {
    this.append(...entries);
    const changes = entries.map((entry) => this.#changeOf(entry));
    for (const entry of entries) this.restore(entry);
    for (const change of changes) this.#listener(change);
  }

  /** How much has been saved since the world began: gives what is drawn by hand another seed each time. */
  get changes(): number {
    return this.#changes;
  }

  restore(entry: WorldEntry): void {
    this.#changes += 1;
    if (entry.kind === 'tiktok-seller') {
      this.#sellers.set(entry.seller.openId, entry.seller);
      return;
    }
    if (entry.kind === 'tiktok-shop') {
      this.#shops.set(entry.shop.id, entry.shop);
      return;
    }
    const state = this.#state(entry.shopId);
    switch (entry.kind) {
      case 'tiktok-order':
        state.orders.put(entry.order);
        break;
      case 'tiktok-product':
        state.products.put(entry.product);
        break;
      case 'tiktok-return':
        state.returns.put(entry.item);
        break;
      case 'tiktok-cancellation':
        state.cancellations.put(entry.item);
        break;
    }
  }

  #state(shopId: string): ShopState {
    const state = this.shop(shopId);
    if (state === undefined) throw new Error(`the journal changes shop ${shopId}, which does not exist`);
    return state;
  }

  #changeOf(entry: Saved): WorldChange {
    const state = this.#state(entry.shopId);
    const { shop } = state;
    switch (entry.kind) {
      case 'tiktok-order':
        return { shop, kind: entry.kind, before: state.orders.get(entry.order.id), after: entry.order };
      case 'tiktok-product':
        return { shop, kind: entry.kind, before: state.products.get(entry.product.id), after: entry.product };
      case 'tiktok-return':
        return { shop, kind: entry.kind, before: state.returns.get(entry.item.id), after: entry.item };
      case 'tiktok-cancellation':
        return { shop, kind: entry.kind, before: state.cancellations.get(entry.item.id), after: entry.item };
    }
  }
}
