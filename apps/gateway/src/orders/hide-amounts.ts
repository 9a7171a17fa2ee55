import { type OrderLine, type ParentOrder, type Principal, shopsWithRight } from '#contracts';

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
  principal: Principal,
): Order[] {
  const shops = shopsWithRight(principal.grants, 'amounts.read');
  if (shops === null) return [...orders];
  return orders.map((order) =>
    shops.includes(order.shopId)
      ? order
      : { ...order, amounts: HIDDEN, lines: order.lines.map(withoutAmounts) },
  );
}
