import type { OrderStatus } from '../../port.js';

/**
 * In the order of an order's life [D]; the meaning by the reference's 4.3. On hold the buyer may still cancel without the seller's
 * leave, so that such an order is as little a sale as an unpaid one. From AWAITING_COLLECTION on the seller has shipped: it is
 * the carrier's turn. COMPLETED is delivered with no return possible any more.
 */
export const ORDER_STATUSES = [
  { platformStatus: 'UNPAID', status: 'pending' },
  { platformStatus: 'ON_HOLD', status: 'pending' },
  { platformStatus: 'AWAITING_SHIPMENT', status: 'unshipped' },
  { platformStatus: 'PARTIALLY_SHIPPING', status: 'partially_shipped' },
  { platformStatus: 'AWAITING_COLLECTION', status: 'shipped' },
  { platformStatus: 'IN_TRANSIT', status: 'shipped' },
  { platformStatus: 'DELIVERED', status: 'delivered' },
  { platformStatus: 'COMPLETED', status: 'delivered' },
  { platformStatus: 'CANCELLED', status: 'cancelled' },
] as const satisfies readonly { platformStatus: string; status: OrderStatus }[];

const STATUS_OF = new Map<string, OrderStatus>([
  ...ORDER_STATUSES.map(({ platformStatus, status }) => [platformStatus, status] as const),
  // So the documents of pushed messages spell it.
  ['CANCEL', 'cancelled'],
]);

export function orderStatus(platformStatus: string): OrderStatus {
  return STATUS_OF.get(platformStatus) ?? 'unknown';
}
