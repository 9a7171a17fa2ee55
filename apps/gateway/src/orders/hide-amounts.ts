import type { OrderLine, ParentOrder } from '#contracts';
import type { KnownPrincipal } from '../access/principals.js';

const HIDDEN = {
  state: 'hidden',
  currency: null,
  retailMinor: null,
  basePriceMinor: null,
  customerPaidMinor: null,
  refundedMinor: null,
  estimatedRevenueMinor: null,
} as const;

function withoutAmounts(line: OrderLine): OrderLine {
  return { ...line, retailMinor: null, basePriceMinor: null };
}

/** Blanks the amounts of orders in shops where the person lacks `amounts.read`. */
export function hideAmounts<Order extends ParentOrder>(
  orders: readonly Order[],
  known: KnownPrincipal,
): Order[] {
  const shops = known.shopsWith('amounts.read');
  if (shops === null) return [...orders];
  return orders.map((order) =>
    shops.includes(order.shopId)
      ? order
      : { ...order, amounts: HIDDEN, lines: order.lines.map(withoutAmounts) },
  );
}
