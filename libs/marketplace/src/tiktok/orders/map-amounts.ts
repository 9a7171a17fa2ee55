import { say } from '#said';
import {
  arrayOrEmpty,
  type JsonObject,
  requireArray,
  requireDistinct,
  requireId,
  requireObject,
  UnreadableField,
} from '../../payload/read.js';
import type { OrderAmounts, OrderLineAmounts } from '../../port.js';
import { amountsIn, less, type ReadMinor, requireSameCurrency, sum } from '../wire/amounts.js';

/**
 * Answer of `GetPriceDetail` [D]. TikTok has no supply price: in its place stands the price after the seller's own discount, of
 * which *seller revenue* is made (`docs`: figures 5.3); discounts of the platform are the platform's. `payment` is what the
 * buyer paid. Discounts are those on goods; `voucher_…` fields are codes, not money [D]. US prices are before tax [D].
 *
 * @returns lines null where the answer lists none, as one example has it [R]: they are then read from the order itself
 */
export function readPriceDetail(
  data: unknown,
  orderNumber: string,
): Omit<OrderAmounts, 'lines'> & { readonly lines: OrderLineAmounts[] | null } {
  const detail = requireObject(data, 'data');
  const { currency, minor } = amountsIn(detail.currency, 'currency');
  const lines = arrayOrEmpty(detail.line_items, 'line_items').map((value, index) => {
    const path = `line_items[${index}]`;
    const line = requireObject(value, path);
    requireSameCurrency(line.currency, `${path}.currency`, currency, 'currency');
    return readLine(line, path, minor);
  });
  requireDistinctLines(lines);
  const retail = requireAmount(minor(detail.sku_list_price, 'sku_list_price'), 'sku_list_price');
  const bySeller = minor(detail.subtotal_deduction_seller, 'subtotal_deduction_seller');
  const byPlatform = minor(detail.subtotal_deduction_platform, 'subtotal_deduction_platform');
  return {
    orderNumber,
    currency,
    retailTotalMinor: retail,
    basePriceTotalMinor: less(retail, bySeller),
    customerPaidMinor: minor(detail.payment, 'payment'),
    shippingMinor: minor(detail.shipping_sale_price, 'shipping_sale_price'),
    signOnDeliveryMinor: null,
    taxMinor: minor(detail.tax_amount, 'tax_amount'),
    discountMinor: sum(bySeller, byPlatform),
    sellerDiscountMinor: bySeller,
    platformDiscountMinor: byPlatform,
    refundedMinor: null,
    estimatedRevenueMinor: null,
    estimatedDeductionMinor: null,
    lines: lines.length === 0 ? null : lines,
  };
}

function readLine(line: JsonObject, path: string, minor: ReadMinor): OrderLineAmounts {
  return ofUnit({
    lineId: requireId(line.id, `${path}.id`),
    retail: minor(line.sku_list_price, `${path}.sku_list_price`),
    bySeller: minor(line.subtotal_deduction_seller, `${path}.subtotal_deduction_seller`),
    byPlatform: minor(line.subtotal_deduction_platform, `${path}.subtotal_deduction_platform`),
    tax: minor(line.subtotal_tax_amount, `${path}.subtotal_tax_amount`),
  });
}

/**
 * The same of an order's own lines: `original_price` less `seller_discount` (reference 4.2).
 * @param currency of the order's price detail
 */
export function readLinePrices(order: unknown, currency: string): OrderLineAmounts[] {
  const { minor } = amountsIn(currency, 'currency');
  const { line_items: items } = requireObject(order, 'order');
  const lines = requireArray(items, 'line_items').map((value, index) => {
    const path = `line_items[${index}]`;
    const line = requireObject(value, path);
    requireSameCurrency(line.currency, `${path}.currency`, currency, 'currency');
    return ofUnit({
      lineId: requireId(line.id, `${path}.id`),
      retail: minor(line.original_price, `${path}.original_price`),
      bySeller: minor(line.seller_discount, `${path}.seller_discount`),
      byPlatform: minor(line.platform_discount, `${path}.platform_discount`),
      tax: taxOf(line.item_tax, path, minor),
    });
  });
  if (lines.length === 0) throw new UnreadableField(say('field.no_lines', { field: 'line_items' }));
  requireDistinctLines(lines);
  return lines;
}

interface UnitPrices {
  readonly lineId: string;
  readonly retail: number | null;
  readonly bySeller: number | null;
  readonly byPlatform: number | null;
  readonly tax: number | null;
}

/** A line is one unit, so that its totals are the unit's. */
function ofUnit({ lineId, retail, bySeller, byPlatform, tax }: UnitPrices): OrderLineAmounts {
  const afterSeller = less(retail, bySeller);
  return {
    lineId,
    retailMinor: retail,
    basePriceMinor: afterSeller,
    unitBasePriceMinor: afterSeller,
    unitRetailMinor: retail,
    taxMinor: tax,
    discountMinor: sum(bySeller, byPlatform),
  };
}

function taxOf(value: unknown, path: string, minor: ReadMinor): number | null {
  if (value === undefined || value === null) return null;
  return arrayOrEmpty(value, `${path}.item_tax`).reduce<number | null>((total, each, index) => {
    const field = `${path}.item_tax[${index}]`;
    return sum(total, minor(requireObject(each, field).tax_amount, `${field}.tax_amount`));
  }, 0);
}

function requireAmount(amount: number | null, field: string): number {
  if (amount === null) throw new UnreadableField(say('field.missing', { field }));
  return amount;
}

function requireDistinctLines(lines: readonly OrderLineAmounts[]): void {
  requireDistinct(
    lines.map(({ lineId }) => lineId),
    (index) => `line_items[${index}].id`,
  );
}
