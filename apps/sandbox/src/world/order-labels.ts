import type { ParentOrder } from './types.js';

export const PARENT_LABELS = [
  'soon_to_be_overdue',
  'past_due',
  'pending_buyer_cancellation',
  'pending_buyer_address_change',
  'pending_risk_control_alert',
  'signature_required_on_delivery',
] as const;
export type ParentLabel = (typeof PARENT_LABELS)[number];

/** How long before its deadline an order is called soon overdue. The documents name no time: our reading. */
export const SOON_SECONDS = 12 * 3600;

/** Still to be shipped, wholly or in part: only such orders have a deadline, or an address that may change. */
function isToShip({ status }: ParentOrder): boolean {
  return status === 2 || status === 41;
}

export function setLabel(order: ParentOrder, label: ParentLabel, isSet: boolean): void {
  order.labels = [...order.labels.filter((each) => each !== label), ...(isSet ? [label] : [])];
}

/** When the deadline next gives the order a label; undefined when it has the last one, or no deadline any more. */
export function nextDeadline(order: ParentOrder): { at: number; label: ParentLabel } | undefined {
  if (!isToShip(order) || order.labels.includes('past_due')) return undefined;
  return order.labels.includes('soon_to_be_overdue')
    ? { at: order.expectShipLatestTime + 1, label: 'past_due' }
    : { at: order.expectShipLatestTime - SOON_SECONDS, label: 'soon_to_be_overdue' };
}

/** Gives the label that the deadline asks for at that moment. True when it is another than before. */
export function labelByDeadline(order: ParentOrder, nowSeconds: number): boolean {
  const before = order.labels.join();
  for (let due = nextDeadline(order); due !== undefined && due.at <= nowSeconds; due = nextDeadline(order)) {
    setLabel(order, 'soon_to_be_overdue', false);
    setLabel(order, due.label, true);
  }
  return order.labels.join() !== before;
}

/** Another day by which it is to be shipped, with the label that this deadline asks for. */
export function moveDeadline(order: ParentOrder, expectShipLatestTime: number, nowSeconds: number): void {
  order.expectShipLatestTime = expectShipLatestTime;
  setLabel(order, 'soon_to_be_overdue', false);
  setLabel(order, 'past_due', false);
  labelByDeadline(order, nowSeconds);
}

/** Takes off what the order's status has settled. */
export function dropSettledLabels(order: ParentOrder): void {
  if (!isToShip(order)) {
    setLabel(order, 'soon_to_be_overdue', false);
    setLabel(order, 'past_due', false);
  }
  if (!isToShip(order) && order.status !== 1) setLabel(order, 'pending_buyer_address_change', false);
}
