import { ask, gateway } from '../../api/client';
import type { FiltersOf, OrderDetail, RevealedAddress } from '../../api/types';

export const ORDERS_KEY = 'orders';

export type OrderFilters = FiltersOf<'Orders_list'>;

export function listOrders(filters: OrderFilters, page: { cursor: string | undefined; limit: number }) {
  return ask(gateway.GET('/api/v1/orders', { params: { query: { ...filters, ...page } } }));
}

export function countOrders(filters: OrderFilters) {
  return ask(gateway.GET('/api/v1/orders/counts', { params: { query: filters } }));
}

export interface OrderKey {
  shopId: string;
  orderNumber: string;
}

export function orderKey({ shopId, orderNumber }: OrderKey) {
  return [ORDERS_KEY, 'one', shopId, orderNumber] as const;
}

export function readOrder(path: OrderKey): Promise<OrderDetail> {
  return ask(gateway.GET('/api/v1/orders/{shopId}/{orderNumber}', { params: { path } }));
}

/** Reads the order again from the marketplace, now. */
export function refreshOrder(path: OrderKey): Promise<OrderDetail> {
  return ask(gateway.POST('/api/v1/orders/{shopId}/{orderNumber}/refresh', { params: { path } }));
}

/** In clear; every call leaves a row in the audit log. */
export function revealAddress({ shopId, orderNumber }: OrderKey): Promise<RevealedAddress> {
  return ask(
    gateway.POST('/api/v1/orders/{shopId}/{orderNumber}/address/reveal', {
      params: { path: { shopId, orderNumber } },
    }),
  );
}
