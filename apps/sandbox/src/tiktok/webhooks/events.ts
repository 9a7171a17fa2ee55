import { statusOf } from '../world/order-status.js';
import type { Line, Order, Product } from '../world/types.js';
import type { WorldChange } from '../world/world.js';

export interface TikTokEvent {
  /** The name that a shop is subscribed by. */
  eventType: string;
  /** The number in the message. */
  type: number;
  data: Record<string, string | number | boolean | Record<string, unknown>[]>;
}

/** The documents list CANCEL here where orders have CANCELLED. */
function statusWord(order: Order): string {
  const status = statusOf(order);
  return status === 'CANCELLED' ? 'CANCEL' : status;
}

function parcelsOf(lines: readonly Line[]): string {
  return [...new Set(lines.map(({ packageId }) => packageId ?? ''))].sort().join(',');
}

function orderEvents(before: Order | undefined, after: Order): TikTokEvent[] {
  const events: TikTokEvent[] = [];
  if (before === undefined || statusOf(before) !== statusOf(after)) {
    events.push({
      eventType: 'ORDER_STATUS_CHANGE',
      type: 1,
      data: {
        order_id: after.id,
        order_status: statusWord(after),
        is_on_hold_order: after.isOnHold,
        update_time: after.updateTime,
      },
    });
  }
  if (before !== undefined && before.addressVersion !== after.addressVersion) {
    events.push({
      eventType: 'RECIPIENT_ADDRESS_UPDATE',
      type: 3,
      data: { order_id: after.id, update_time: after.updateTime },
    });
  }
  if (before !== undefined && parcelsOf(before.lines) !== parcelsOf(after.lines)) {
    const packages = parcelsOf(after.lines).split(',').filter(Boolean);
    events.push({
      eventType: 'PACKAGE_UPDATE',
      type: 4,
      data: {
        sc_type: 1,
        role_type: 1,
        package_list: packages.map((id) => ({ package_id: id, order_id_list: [after.id] })),
        update_time: after.updateTime,
      },
    });
  }
  return events;
}

function productEvents(before: Product | undefined, after: Product): TikTokEvent[] {
  if (before === undefined) {
    return [{ eventType: 'PRODUCT_CREATION', type: 16, data: { product_id: after.id } }];
  }
  if (before.status === after.status) return [];
  const data = { product_id: after.id, status: after.status, update_time: after.updateTime };
  return [{ eventType: 'PRODUCT_STATUS_CHANGE', type: 5, data }];
}

/** What the platform pushes of one change. Stock and prices have no event. */
export function eventsOf(change: WorldChange): TikTokEvent[] {
  switch (change.kind) {
    case 'tiktok-order':
      return orderEvents(change.before, change.after);
    case 'tiktok-product':
      return productEvents(change.before, change.after);
    case 'tiktok-return': {
      const { before, after } = change;
      if (before?.status === after.status) return [];
      const data = {
        order_id: after.orderId,
        return_id: after.id,
        return_role: 'BUYER',
        return_type: after.type,
        return_status: after.status,
        create_time: after.createTime,
        update_time: after.updateTime,
      };
      return [{ eventType: 'RETURN_STATUS_CHANGE', type: 12, data }];
    }
    case 'tiktok-cancellation': {
      const { before, after } = change;
      if (before?.status === after.status) return [];
      const data = {
        order_id: after.orderId,
        cancel_id: after.id,
        cancellations_role: after.role,
        cancel_status: after.status,
        create_time: after.createTime,
      };
      return [{ eventType: 'CANCELLATION_STATUS_CHANGE', type: 11, data }];
    }
  }
}
