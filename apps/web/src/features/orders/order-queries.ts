import { ask, gateway } from '../../api/client';
import type {
  AmountState,
  FulfilmentType,
  OrderStatus,
  ParentOrderDetail,
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
  'fulfillBySeller',
  'fulfillByCooperativeWarehouse',
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
  parentOrderSn: string;
}

export function orderKey({ shopId, parentOrderSn }: OrderKey) {
  return [ORDERS_KEY, 'one', shopId, parentOrderSn] as const;
}

export function readOrder(path: OrderKey): Promise<ParentOrderDetail> {
  return ask(gateway.GET('/api/v1/orders/{shopId}/{parentOrderSn}', { params: { path } }));
}

/** Reads the order again from the marketplace, now. */
export function refreshOrder(path: OrderKey): Promise<ParentOrderDetail> {
  return ask(gateway.POST('/api/v1/orders/{shopId}/{parentOrderSn}/refresh', { params: { path } }));
}

/** In clear; every call leaves a row in the audit log. */
export function revealAddress({ shopId, parentOrderSn }: OrderKey): Promise<RevealedAddress> {
  return ask(
    gateway.POST('/api/v1/orders/{shopId}/{parentOrderSn}/address/reveal', {
      params: { path: { shopId, parentOrderSn } },
    }),
  );
}
