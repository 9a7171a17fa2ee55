import { createHash } from 'node:crypto';
import type { FaultRule } from './faults.js';

/** One number in [0, 1) for each text, always the same. */
function fraction(text: string): number {
  return createHash('md5').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function isMeant(rule: FaultRule, id: string): boolean {
  return rule.orderId === undefined ? fraction(`${rule.kind}/${id}`) < rule.orderShare : rule.orderId === id;
}

type Row = Record<string, unknown>;

/** Not an order as the documents have it, in one of three ways. */
function unreadable(order: Row): Row {
  switch (Math.floor(fraction(String(order.id)) * 3)) {
    case 0:
      return { ...order, line_items: 'none' };
    case 1:
      return { ...order, payment: null };
    default:
      return { ...order, create_time: 'yesterday' };
  }
}

function spoilOrder(order: Row, rule: FaultRule): Row {
  switch (rule.kind) {
    case 'unknown_status':
      return { ...order, status: 'AWAITING_TELEPORT' };
    case 'missing_address': {
      const { recipient_address: _, ...rest } = order;
      return rest;
    }
    case 'unreadable_order':
      return unreadable(order);
    default:
      return order;
  }
}

const LISTS = ['orders', 'products', 'return_orders', 'cancellations'] as const;

/** The faults that leave an answer whole but for its rows. */
export function spoil(data: unknown, rules: readonly FaultRule[]): unknown {
  if (typeof data !== 'object' || data === null) return data;
  let spoilt: Row = { ...data };
  for (const rule of rules) {
    if (rule.kind === 'empty_page') {
      for (const name of LISTS) if (Array.isArray(spoilt[name])) spoilt = { ...spoilt, [name]: [] };
    } else if (Array.isArray(spoilt.orders)) {
      const orders = (spoilt.orders as Row[]).map((order) =>
        isMeant(rule, String(order.id)) ? spoilOrder(order, rule) : order,
      );
      spoilt = { ...spoilt, orders };
    }
  }
  return spoilt;
}
