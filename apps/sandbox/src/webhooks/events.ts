import type { AfterSales, CancelRequest, ParentOrder } from '../world/types.js';
import type { WorldChange } from '../world/world.js';
import type { WebhookEvent } from './message.js';

/** 1 buyer, 2 seller, 3 support, 4 system. */
const BUYER = 1;

function event(eventCode: string, payload: Record<string, string | number>): WebhookEvent {
  return { eventCode, eventData: JSON.stringify(payload) };
}

function statusEvents(mallId: number, before: ParentOrder | undefined, after: ParentOrder): WebhookEvent[] {
  const known = new Map(before?.lines.map((line) => [line.orderSn, line.status]));
  return after.lines
    .filter((line) => known.get(line.orderSn) !== line.status)
    .map((line) =>
      event('bg_order_status_change_event', {
        mallId,
        parentOrderSn: after.parentOrderSn,
        orderSn: line.orderSn,
        orderStatus: line.status,
        updateTime: after.updateTime,
      }),
    );
}

function cancelEvents(
  mallId: number,
  before: CancelRequest | undefined,
  after: CancelRequest,
): WebhookEvent[] {
  if (before?.status === after.status) return [];
  return [
    event('bg_cancel_order_status_change', {
      mallId,
      parentAfterSalesSn: after.parentAfterSalesSn,
      parentOrderSn: after.parentOrderSn,
      parentAfterSalesStatus: after.status,
      updateAt: after.updateAt * 1000,
      applyOperatorRole: BUYER,
    }),
  ];
}

function addressEvents(mallId: number, before: ParentOrder | undefined, after: ParentOrder): WebhookEvent[] {
  if (before === undefined || (before.addressVersion ?? 0) === (after.addressVersion ?? 0)) return [];
  return [event('bg_trade_logistics_address_changed', { mallId, parentOrderSn: after.parentOrderSn })];
}

function unitsOf(item: AfterSales): number {
  return item.lines.reduce((sum, line) => sum + line.quantity, 0);
}

function afterSalesEvents(mallId: number, before: AfterSales | undefined, after: AfterSales): WebhookEvent[] {
  if (before?.status === after.status && unitsOf(before) === unitsOf(after)) return [];
  return [
    event('bg_aftersales_status_change', {
      mallId,
      afterSalesType: after.type,
      parentAfterSalesSn: after.parentAfterSalesSn,
      parentOrderSn: after.parentOrderSn,
      updateAt: after.updateAt * 1000,
      applyOperatorRole: BUYER,
      parentAfterSalesStatus: after.status,
    }),
  ];
}

/** What the platform pushes of one change. Stock, prices and listings have no event. */
export function eventsOf(change: WorldChange): WebhookEvent[] {
  const { mallId } = change.shop.shop;
  switch (change.kind) {
    case 'order':
      return [
        ...statusEvents(mallId, change.before, change.after),
        ...addressEvents(mallId, change.before, change.after),
      ];
    case 'after-sales':
      return afterSalesEvents(mallId, change.before, change.after);
    case 'cancel-request':
      return cancelEvents(mallId, change.before, change.after);
  }
}
