import type { Journal, JournalEntry } from '../journal.js';
import { BUILT_IN_SHOPS, describeShop } from './built-in.js';
import { ShopState } from './shop-state.js';
import type { AddressRule, AfterSales, CancelRequest, ParentOrder, Product, Shop } from './types.js';

/** One thing that has just become different; history and the journal are not announced. */
export type WorldChange =
  | { kind: 'order'; shop: ShopState; before: ParentOrder | undefined; after: ParentOrder }
  | { kind: 'after-sales'; shop: ShopState; before: AfterSales | undefined; after: AfterSales }
  | {
      kind: 'cancel-request';
      shop: ShopState;
      before: CancelRequest | undefined;
      after: CancelRequest;
    };

/** All shops. What is saved through it is in the journal first and visible after. */
export class World {
  readonly #shops = new Map<number, ShopState>();
  #listener: (change: WorldChange) => void = () => {};

  constructor(
    private readonly journal: Pick<Journal, 'append'>,
    readonly seed: string,
    readonly anchorSeconds: number,
  ) {
    for (const request of BUILT_IN_SHOPS) this.restoreShop(describeShop(request, seed, anchorSeconds));
  }

  /** Called after each change is journalled and visible. */
  onChange(listener: (change: WorldChange) => void): void {
    this.#listener = listener;
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

  saveAddressRule(state: ShopState, addressRule: AddressRule): void {
    this.#save([{ kind: 'address-rule', mallId: state.shop.mallId, addressRule }]);
  }

  /** An after-sales case and the order whose refunded quantity it moves, in one write. */
  saveAfterSales(state: ShopState, afterSales: AfterSales, order: ParentOrder): void {
    const { mallId } = state.shop;
    this.#save([
      { kind: 'order', mallId, order },
      { kind: 'after-sales', mallId, afterSales },
    ]);
  }

  /** Requests to cancel and the orders that they change, in one write. */
  saveCancels(state: ShopState, orders: readonly ParentOrder[], requests: readonly CancelRequest[]): void {
    const { mallId } = state.shop;
    this.#save([
      ...orders.map((order) => ({ kind: 'order', mallId, order }) as const),
      ...requests.map((request) => ({ kind: 'cancel-request', mallId, request }) as const),
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
      case 'cancel-request':
        state.putCancel(entry.request);
        break;
      case 'address-rule':
        state.addressRule = entry.addressRule;
        break;
    }
  }

  #save(entries: Extract<JournalEntry, { mallId: number }>[]): void {
    this.journal.append(...entries);
    for (const entry of entries) {
      const change = this.#changeOf(entry);
      this.restore(entry);
      if (change !== undefined) this.#listener(change);
    }
  }

  /** To be asked before the entry is applied: what is known is overwritten field by field, lists are replaced. */
  #changeOf(entry: Extract<JournalEntry, { mallId: number }>): WorldChange | undefined {
    const shop = this.#shops.get(entry.mallId);
    if (shop === undefined || entry.kind === 'product' || entry.kind === 'address-rule') return undefined;
    if (entry.kind === 'order') {
      const known = shop.order(entry.order.parentOrderSn);
      return { kind: 'order', shop, before: known && { ...known }, after: entry.order };
    }
    if (entry.kind === 'cancel-request') {
      const known = shop.cancel(entry.request.parentAfterSalesSn);
      return { kind: 'cancel-request', shop, before: known && { ...known }, after: entry.request };
    }
    const known = shop.afterSales(entry.afterSales.parentAfterSalesSn);
    return { kind: 'after-sales', shop, before: known && { ...known }, after: entry.afterSales };
  }
}
