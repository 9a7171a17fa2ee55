import type { Line, Order } from './types.js';

/** What the buyer pays for a unit, tax left out: 0 for a gift. */
export function salePriceOf(line: Line): number {
  return line.originalMinor - line.sellerDiscountMinor - line.platformDiscountMinor;
}

function sum(lines: readonly Line[], of: (line: Line) => number): number {
  return lines.reduce((total, line) => total + of(line), 0);
}

/** Sums of an order as it was bought, what is cancelled included. Minor units. */
export interface OrderMoney {
  original: number;
  sellerDiscount: number;
  platformDiscount: number;
  /** original − both discounts. */
  subTotal: number;
  originalShipping: number;
  shippingSellerDiscount: number;
  shippingPlatformDiscount: number;
  shipping: number;
  productTax: number;
  shippingTax: number;
  tax: number;
  /** subTotal + shipping + tax: what the buyer pays. */
  total: number;
}

export function moneyOf(order: Order): OrderMoney {
  const { lines, shipping } = order;
  const original = sum(lines, (line) => line.originalMinor);
  const sellerDiscount = sum(lines, (line) => line.sellerDiscountMinor);
  const platformDiscount = sum(lines, (line) => line.platformDiscountMinor);
  const subTotal = original - sellerDiscount - platformDiscount;
  const paidShipping = shipping.originalMinor - shipping.sellerDiscountMinor - shipping.platformDiscountMinor;
  const productTax = sum(lines, (line) => line.taxMinor);
  const tax = productTax + shipping.taxMinor;
  return {
    original,
    sellerDiscount,
    platformDiscount,
    subTotal,
    originalShipping: shipping.originalMinor,
    shippingSellerDiscount: shipping.sellerDiscountMinor,
    shippingPlatformDiscount: shipping.platformDiscountMinor,
    shipping: paidShipping,
    productTax,
    shippingTax: shipping.taxMinor,
    tax,
    total: subTotal + paidShipping + tax,
  };
}

export interface RefundMoney {
  subtotal: number;
  shipping: number;
  tax: number;
  total: number;
}

/**
 * What is given back for each of the lines, in their order. Shipping goes with the first, and only where all lines of
 * the order are given back at once; nothing goes back where nothing was paid.
 */
export function refundsOf(order: Order, lineIds: readonly string[]): RefundMoney[] {
  const isAll = order.lines.every(({ id }) => lineIds.includes(id));
  const money = moneyOf(order);
  return lineIds.map((lineId, index) => {
    const line = order.lines.find(({ id }) => id === lineId);
    if (line === undefined || order.paidTime === null) return { subtotal: 0, shipping: 0, tax: 0, total: 0 };
    const bears = isAll && index === 0;
    const subtotal = salePriceOf(line);
    const shipping = bears ? money.shipping : 0;
    const tax = line.taxMinor + (bears ? money.shippingTax : 0);
    return { subtotal, shipping, tax, total: subtotal + shipping + tax };
  });
}

export function addUp(refunds: readonly RefundMoney[]): RefundMoney {
  const total = (of: (refund: RefundMoney) => number): number =>
    refunds.reduce((sum, refund) => sum + of(refund), 0);
  return {
    subtotal: total((refund) => refund.subtotal),
    shipping: total((refund) => refund.shipping),
    tax: total((refund) => refund.tax),
    total: total((refund) => refund.total),
  };
}

/** `"48.87"`; JPY has no decimals: `"4887"`. */
export function decimal(minor: number, decimals: number): string {
  return (minor / 10 ** decimals).toFixed(decimals);
}
