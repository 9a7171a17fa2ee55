import { ask, gateway } from '../../api/client';
import type {
  AmountState,
  FulfilmentType,
  OrderDetail,
  OrderStatus,
  RevealedAddress,
  ShipDue,
} from '../../api/types';

export const ORDERS_KEY = 'orders';

export const ORDER_STATUSES = [
  'pending',
  'unshipped',
  'partially_shipped',
  'shipped',
  'partially_delivered',
  'delivered',
  'cancelled',
  'unknown',
] as const satisfies readonly OrderStatus[];
export const FULFILMENT_TYPES = [
  'seller',
  'marketplace',
  'partner_warehouse',
  'unknown',
] as const satisfies readonly FulfilmentType[];
export const AMOUNT_STATES = [
  'known',
  'pending',
  'computing',
  'unreadable',
  'blocked',
] as const satisfies readonly AmountState[];

export const SHIP_DUE = [
  'overdue',
  'within_24h',
  'within_48h',
  'later',
  'none',
] as const satisfies readonly ShipDue[];

/** The filters of the list, except the status, which the tabs choose. */
export interface OrderFilters {
  shopId?: string[];
  search?: string;
  fulfilmentType?: FulfilmentType;
  /** Days of each shop, both included. */
  orderedFromDay?: string;
  orderedToDay?: string;
  amounts?: AmountState;
  label?: string[];
  due?: ShipDue;
}

export function listOrders(
  filters: OrderFilters & { status?: OrderStatus[] },
  page: { cursor: string | undefined; limit: number },
) {
  return ask(gateway.GET('/api/v1/orders', { params: { query: { ...filters, ...page } } }));
}

export function countOrders(filters: OrderFilters & { status?: OrderStatus[] }) {
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
