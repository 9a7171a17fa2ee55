import type { OrderLine, ParentOrder, Shop } from './types.js';

/** Parts of one rate, as `bg.order.amount.query` writes it: rate × 10,000,000; of a basis point 1,000. */
const RATE_PARTS_PER_BASIS_POINT = 1000;

function taxOn(line: OrderLine, minor: number): number {
  return Math.round((minor * line.taxRateBp) / 10_000);
}

/** What leaves when units of a line are not wanted any more; minor units. */
export interface RefundMoney {
  units: number;
  /** The buyer's: retail and tax, less the share of the discounts. */
  buyerTotal: number;
  retailExcl: number;
  tax: number;
  discountFromSeller: number;
  discountFromTemu: number;
  /** The seller's: unit supply price × units. */
  supply: number;
}

/**
 * Shipping is never given back with a line. A share of a discount is rounded up, case by case, so that the buyer never
 * gets more than was paid.
 */
export function refundOf(line: OrderLine, units: number): RefundMoney {
  const retailExcl = line.unitRetailPriceMinor * units;
  const tax = taxOn(line, line.unitRetailPriceMinor) * units;
  const shareOf = (minor: number): number => Math.ceil((minor * units) / line.quantity);
  const discountFromSeller = shareOf(line.discountFromSellerMinor);
  const discountFromTemu = shareOf(line.discountFromTemuMinor);
  return {
    units,
    buyerTotal: retailExcl + tax - discountFromSeller - discountFromTemu,
    retailExcl,
    tax,
    discountFromSeller,
    discountFromTemu,
    supply: line.unitBasePriceMinor * units,
  };
}

/** Units given back after shipment, by finished cases. */
export function refundedUnitsOf(line: OrderLine): number {
  return line.refunds.reduce((sum, refund) => sum + refund.units, 0);
}

/** Everything a line has lost: first what was cancelled before shipment, then each finished case. */
function lossesOf(line: OrderLine): RefundMoney[] {
  return [line.canceledQuantityBeforeShipment, ...line.refunds.map(({ units }) => units)].map((units) =>
    refundOf(line, units),
  );
}

/** All in minor units of the shop's currency, over the quantity as ordered. */
export interface LineAmounts {
  quantity: number;
  unitBasePrice: number;
  basePrice: number;
  unitRetailPrice: number;
  unitRetailPriceVatExcl: number;
  unitRetailPriceVatIncl: number;
  retailPriceTotal: number;
  retailPriceTotalTaxExcl: number;
  retailPriceTotalTaxIncl: number;
  productTaxAmount: number;
  shippingAmount: number;
  shipTaxAmount: number;
  shipAmountTotalTaxIncl: number;
  discountFromSeller: number;
  discountFromTEMU: number;
  /** Buyer's money. */
  refunds: number;
  /** The same units at supply price. */
  estimatedRevenueDeduction: number;
  taxOnDiscount: number;
  taxRate: number;
}

/** `isShippingOwed`: not of an order that was cancelled as a whole. */
export function lineAmounts(shop: Shop, line: OrderLine, isShippingOwed = true): LineAmounts {
  const { quantity } = line;
  const unitExcl = line.unitRetailPriceMinor;
  const unitIncl = unitExcl + taxOn(line, unitExcl);
  const shippingAmount = isShippingOwed ? line.shippingMinor : 0;
  const shipTaxAmount = taxOn(line, shippingAmount);
  const losses = lossesOf(line);
  return {
    quantity,
    unitBasePrice: line.unitBasePriceMinor,
    basePrice: line.unitBasePriceMinor * quantity,
    unitRetailPrice: shop.taxIncluded ? unitIncl : unitExcl,
    unitRetailPriceVatExcl: unitExcl,
    unitRetailPriceVatIncl: unitIncl,
    retailPriceTotal: (shop.taxIncluded ? unitIncl : unitExcl) * quantity,
    retailPriceTotalTaxExcl: unitExcl * quantity,
    retailPriceTotalTaxIncl: unitIncl * quantity,
    productTaxAmount: (unitIncl - unitExcl) * quantity,
    shippingAmount,
    shipTaxAmount,
    shipAmountTotalTaxIncl: shippingAmount + shipTaxAmount,
    discountFromSeller: line.discountFromSellerMinor,
    discountFromTEMU: line.discountFromTemuMinor,
    refunds: losses.reduce((sum, loss) => sum + loss.buyerTotal, 0),
    estimatedRevenueDeduction: losses.reduce((sum, loss) => sum + loss.supply, 0),
    taxOnDiscount: taxOn(line, line.discountFromSellerMinor + line.discountFromTemuMinor),
    taxRate: line.taxRateBp * RATE_PARTS_PER_BASIS_POINT,
  };
}

export interface ParentAmounts {
  basePriceTotal: number;
  retailPriceTotal: number;
  retailPriceTotalTaxExcl: number;
  retailPriceTotalTaxIncl: number;
  shippingAmountTotal: number;
  shipAmountTotalTaxIncl: number;
  shipTaxAmount: number;
  productTaxAmount: number;
  taxTotal: number;
  taxTotalAfterDiscount: number;
  /** Tax that Temu itself hands to the authorities. */
  temuTaxTotal: number;
  totalDiscount: number;
  discountFromSeller: number;
  discountFromTEMU: number;
  customerPaid: number;
  refundsTotal: number;
  estimatedRevenue: number;
  estimatedRevenueDeduction: number;
  /** Null: not bought. 0: given back. */
  signOnDelivery: number | null;
}

/**
 * The two documented formulas (README, "Readings"):
 * estimatedRevenue = basePriceTotal + shippingAmountTotal + signOnDelivery − estimatedRevenueDeduction;
 * customerPaid = retailPriceTotal + shippingAmountTotal + taxTotal + signOnDelivery − totalDiscount − refundsTotal.
 * `taxTotal` is the tax on top of the shown prices, so that both hold where prices hold the tax.
 */
function parentAmounts(shop: Shop, order: ParentOrder, lines: readonly LineAmounts[]): ParentAmounts {
  const sum = (field: keyof LineAmounts): number => lines.reduce((total, line) => total + line[field], 0);
  const shippingAmountTotal = sum('shippingAmount');
  const productTaxAmount = sum('productTaxAmount');
  const shipTaxAmount = sum('shipTaxAmount');
  const taxTotal = shipTaxAmount + (shop.taxIncluded ? 0 : productTaxAmount);
  const discountFromSeller = sum('discountFromSeller');
  const discountFromTEMU = sum('discountFromTEMU');
  const totalDiscount = discountFromSeller + discountFromTEMU;
  const refundsTotal = sum('refunds');
  const estimatedRevenueDeduction = sum('estimatedRevenueDeduction');
  const signOnDelivery =
    isCancelled(order) && order.signOnDeliveryMinor !== null ? 0 : order.signOnDeliveryMinor;
  const afterDiscount = (tax: number): number => Math.max(0, tax - sum('taxOnDiscount'));
  return {
    basePriceTotal: sum('basePrice'),
    retailPriceTotal: sum('retailPriceTotal'),
    retailPriceTotalTaxExcl: sum('retailPriceTotalTaxExcl'),
    retailPriceTotalTaxIncl: sum('retailPriceTotalTaxIncl'),
    shippingAmountTotal,
    shipAmountTotalTaxIncl: sum('shipAmountTotalTaxIncl'),
    shipTaxAmount,
    productTaxAmount,
    taxTotal,
    taxTotalAfterDiscount: shop.taxIncluded ? taxTotal : afterDiscount(taxTotal),
    temuTaxTotal: afterDiscount(productTaxAmount + shipTaxAmount),
    totalDiscount,
    discountFromSeller,
    discountFromTEMU,
    customerPaid:
      sum('retailPriceTotal') +
      shippingAmountTotal +
      taxTotal +
      (signOnDelivery ?? 0) -
      totalDiscount -
      refundsTotal,
    refundsTotal,
    estimatedRevenue:
      sum('basePrice') + shippingAmountTotal + (signOnDelivery ?? 0) - estimatedRevenueDeduction,
    estimatedRevenueDeduction,
    signOnDelivery,
  };
}

function isCancelled(order: ParentOrder): boolean {
  return order.lines.every((line) => line.status === 3);
}

export function orderAmounts(
  shop: Shop,
  order: ParentOrder,
): { parent: ParentAmounts; lines: LineAmounts[] } {
  const lines = order.lines.map((line) => lineAmounts(shop, line, !isCancelled(order)));
  return { parent: parentAmounts(shop, order, lines), lines };
}
