import { ArrayMaxSize, IsArray, IsOptional } from 'class-validator';
import { defineRpc } from '../kernel/define-rpc.js';
import { IsDay, IsId } from '../kernel/fields.js';
import type { PageWithLacks } from '../kernel/not-available.js';
import { type Order, type OrderCounts, type OrderDetail, OrderFilters, OrderKey } from './order.js';
import type { RevealedAddress } from './order-address.js';

export class OrderChecksumInput {
  @IsId('shop')
  shopId!: string;
}

/** Orders of one UTC day of creation: equal sums mean equal versions. */
export interface OrderDayChecksum {
  utcDay: string;
  orders: number;
  versionSum: number;
}

/** What `AfterSalesReachChanged` says last; `version` 0: nothing was said yet, and the cases are not known. */
export interface AfterSalesReach {
  version: number;
  isKnown: boolean;
  /** Creation time from which the cases are complete; null while they are not known. */
  knownFrom: string | null;
}

export interface OrderChecksum {
  days: OrderDayChecksum[];
  afterSalesReach: AfterSalesReach;
}

export class EmitOrdersInput {
  @IsId('shop')
  shopId!: string;

  /** UTC days of creation; left out: all. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsDay({ each: true })
  utcDays?: string[];
}

export const Orders = {
  list: defineRpc('order', 'order', 'list', 1, {
    input: OrderFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<PageWithLacks<Order>>(),
  count: defineRpc('order', 'order', 'count', 1, {
    input: OrderFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<OrderCounts>(),
  get: defineRpc('order', 'order', 'get', 1, {
    input: OrderKey,
    kind: 'query',
    callers: ['gateway'],
  }).answers<OrderDetail>(),
  /** Reads the order again from the marketplace, now. */
  refresh: defineRpc('order', 'order', 'refresh', 1, {
    input: OrderKey,
    kind: 'command',
    callers: ['gateway'],
    timeoutMs: 20_000,
  }).answers<OrderDetail>(),
  /**
   * The buyer's address in clear; leaves an audit row, recorded before the answer is given.
   * Errors: `order.not_found`, `address.not_known`, `address.withheld` (says why).
   */
  revealAddress: defineRpc('order', 'address', 'reveal', 1, {
    input: OrderKey,
    kind: 'command',
    callers: ['gateway'],
  }).answers<RevealedAddress>(),
  /** For consumers that compare what they hold with the owner. */
  checksum: defineRpc('order', 'order', 'checksum', 1, {
    input: OrderChecksumInput,
    kind: 'query',
    callers: ['analytics'],
    timeoutMs: 15_000,
  }).answers<OrderChecksum>(),
  /** Emits the current state of orders again, and whether the shop's after-sales are known, for consumers that have lost some. */
  emit: defineRpc('order', 'order', 'emit', 1, {
    input: EmitOrdersInput,
    kind: 'command',
    callers: ['analytics'],
    timeoutMs: 60_000,
  }).answers<{ orders: number }>(),
} as const;
