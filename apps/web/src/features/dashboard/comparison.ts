import type { Coverage, CurrencyFigures, OrderFigures } from '../../api/types';

/** A span, as far as its money goes. */
export interface SpanMoney {
  orders: OrderFigures;
  amounts: readonly CurrencyFigures[];
}

/**
 * Of the orders that are or may be of a currency, those whose amounts are known. In a shop of several currencies an
 * order of unknown amounts counts for none of them, and may be of any.
 */
export function possibleCoverage({ orders, amounts }: SpanMoney, currency: string): Coverage {
  const own = amounts.find((each) => each.currency === currency)?.coverage ?? NOTHING;
  const attributed = amounts.reduce((sum, { coverage }) => sum + coverage.of, 0);
  // The same beside each currency: those orders are of none.
  const notAvailable = amounts[0]?.coverage.notAvailable ?? 0;
  return { known: own.known, of: own.of + orders.validOrders - attributed - notAvailable, notAvailable };
}

const NOTHING: Coverage = { known: 0, of: 0, notAvailable: 0 };

/** Above this share of known amounts, what is missing no longer hides a trend. */
const COMPARABLE_SHARE = 0.98;

/** May amounts of two spans be compared? Not while a part of either is still to come. */
export function isComparable(current: Coverage, previous: Coverage): boolean {
  return [current, previous].every(({ known, of }) => known >= of * COMPARABLE_SHARE);
}

/** A money figure of the span before: 0 where no order can be of the currency, null where it is not known. */
export function amountBefore<Field extends keyof CurrencyFigures>(
  span: SpanMoney,
  currency: string,
  field: Field,
): CurrencyFigures[Field] | 0 | null {
  if (possibleCoverage(span, currency).of === 0) return 0;
  return span.amounts.find((each) => each.currency === currency)?.[field] ?? null;
}

export type Change =
  | { readonly kind: 'rate'; readonly rate: number; readonly previous: number }
  | { readonly kind: 'nothing-before' }
  | { readonly kind: 'unknown' };

/** From one span to the next; null is a figure that is not known, which is not the same as nothing. */
export function changeOf(compared: number | null, previous: number | null): Change {
  // A change from nothing has no rate.
  if (previous === 0) return { kind: 'nothing-before' };
  if (compared === null || previous === null) return { kind: 'unknown' };
  return { kind: 'rate', rate: (compared - previous) / Math.abs(previous), previous };
}
