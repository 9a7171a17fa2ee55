import type { Journal, JournalEntry } from '../store/journal.js';
import { BUILT_IN_SHOPS, describeShop } from './built-in.js';
import { ShopState } from './shop-state.js';
import type { AfterSales, ParentOrder, Product, Shop } from './types.js';

/** All shops. What is saved through it is in the journal first and visible after. */
export class World {
  readonly #shops = new Map<number, ShopState>();

  constructor(
    private readonly journal: Pick<Journal, 'append'>,
    readonly seed: string,
    readonly anchorSeconds: number,
  ) {
    for (const request of BUILT_IN_SHOPS) this.restoreShop(describeShop(request, seed, anchorSeconds));
  }

  shops(): ShopState[] {
    return [...this.#shops.values()];
  }

  shop(mallId: number): ShopState | undefined {
    return this.#shops.get(mallId);
  }

  restoreShop(shop: Shop): ShopState {
    const state = ShopState.generate(shop);
    this.#shops.set(shop.mallId, state);
    return state;
  }

  addShop(shop: Shop): ShopState {
    this.journal.append({ kind: 'shop', shop });
    return this.restoreShop(shop);
  }

  saveOrders(state: ShopState, orders: readonly ParentOrder[]): void {
    const { mallId } = state.shop;
    this.#save(orders.map((order) => ({ kind: 'order', mallId, order })));
  }

  saveProduct(state: ShopState, product: Product): void {
    this.#save([{ kind: 'product', mallId: state.shop.mallId, product }]);
  }

  /** An after-sales case and the order whose refunded quantity it moves, in one write. */
  saveAfterSales(state: ShopState, afterSales: AfterSales, order: ParentOrder): void {
    const { mallId } = state.shop;
    this.#save([
      { kind: 'order', mallId, order },
      { kind: 'after-sales', mallId, afterSales },
    ]);
  }

  restore(entry: Extract<JournalEntry, { mallId: number }>): void {
    const state = this.#shops.get(entry.mallId);
    if (state === undefined)
      throw new Error(`the journal changes shop ${entry.mallId}, which does not exist`);
    switch (entry.kind) {
      case 'order':
        state.putOrder(entry.order);
        break;
      case 'product':
        state.putProduct(entry.product);
        break;
      case 'after-sales':
        state.putAfterSales(entry.afterSales);
        break;
    }
  }

  #save(entries: Extract<JournalEntry, { mallId: number }>[]): void {
    this.journal.append(...entries);
    for (const entry of entries) this.restore(entry);
  }
}
