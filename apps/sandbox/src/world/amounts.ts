import type { OrderLine, ParentOrder, Shop } from './types.js';

/** All in minor units of the shop's currency, over the quantity as ordered; what is not wanted any more is refunded. */
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
  shipAmountTaxIncl: number;
  taxTotal: number;
  taxTotalAfterDiscount: number;
  discountFromSeller: number;
  discountFromTEMU: number;
  totalDiscount: number;
  customerPaid: number;
  refunds: number;
  estimatedRevenueDeduction: number;
  estimatedRevenue: number;
  taxRateBp: number;
}

/**
 * retail + shipping − discounts + tax after discount = paid by the customer; base − seller's discount − the share of
 * cancelled and refunded units = the seller's estimated revenue.
 */
export function lineAmounts(shop: Shop, line: OrderLine): LineAmounts {
  const { quantity, taxRateBp } = line;
  const taxOn = (minor: number): number => Math.round((minor * taxRateBp) / 10_000);
  const unitExcl = line.unitRetailPriceMinor;
  const unitIncl = unitExcl + taxOn(unitExcl);
  const retailExcl = unitExcl * quantity;
  const retailIncl = unitIncl * quantity;
  const productTax = retailIncl - retailExcl;
  const shipTax = taxOn(line.shippingMinor);
  const totalDiscount = line.discountFromSellerMinor + line.discountFromTemuMinor;
  const taxTotal = productTax + shipTax;
  const taxTotalAfterDiscount = taxTotal - Math.min(productTax, taxOn(totalDiscount));
  const customerPaid = retailExcl + line.shippingMinor - totalDiscount + taxTotalAfterDiscount;
  const basePrice = line.unitBasePriceMinor * quantity;
  const beforeDeduction = basePrice - line.discountFromSellerMinor;
  const unwanted = Math.min(quantity, line.canceledQuantityBeforeShipment + line.refundedQuantity);
  const shareOf = (minor: number): number =>
    unwanted === quantity ? minor : Math.floor((minor * unwanted) / quantity);
  const estimatedRevenueDeduction = shareOf(beforeDeduction);
  return {
    quantity,
    unitBasePrice: line.unitBasePriceMinor,
    basePrice,
    unitRetailPrice: shop.taxIncluded ? unitIncl : unitExcl,
    unitRetailPriceVatExcl: unitExcl,
    unitRetailPriceVatIncl: unitIncl,
    retailPriceTotal: shop.taxIncluded ? retailIncl : retailExcl,
    retailPriceTotalTaxExcl: retailExcl,
    retailPriceTotalTaxIncl: retailIncl,
    productTaxAmount: productTax,
    shippingAmount: line.shippingMinor,
    shipTaxAmount: shipTax,
    shipAmountTaxIncl: line.shippingMinor + shipTax,
    taxTotal,
    taxTotalAfterDiscount,
    discountFromSeller: line.discountFromSellerMinor,
    discountFromTEMU: line.discountFromTemuMinor,
    totalDiscount,
    customerPaid,
    refunds: shareOf(customerPaid),
    estimatedRevenueDeduction,
    estimatedRevenue: beforeDeduction - estimatedRevenueDeduction,
    taxRateBp,
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
}

export function parentAmounts(lines: readonly LineAmounts[]): ParentAmounts {
  const sum = (field: keyof LineAmounts): number => lines.reduce((total, line) => total + line[field], 0);
  return {
    basePriceTotal: sum('basePrice'),
    retailPriceTotal: sum('retailPriceTotal'),
    retailPriceTotalTaxExcl: sum('retailPriceTotalTaxExcl'),
    retailPriceTotalTaxIncl: sum('retailPriceTotalTaxIncl'),
    shippingAmountTotal: sum('shippingAmount'),
    shipAmountTotalTaxIncl: sum('shipAmountTaxIncl'),
    shipTaxAmount: sum('shipTaxAmount'),
    productTaxAmount: sum('productTaxAmount'),
    taxTotal: sum('taxTotal'),
    taxTotalAfterDiscount: sum('taxTotalAfterDiscount'),
    temuTaxTotal: sum('taxTotalAfterDiscount'),
    totalDiscount: sum('totalDiscount'),
    discountFromSeller: sum('discountFromSeller'),
    discountFromTEMU: sum('discountFromTEMU'),
    customerPaid: sum('customerPaid'),
    refundsTotal: sum('refunds'),
    estimatedRevenue: sum('estimatedRevenue'),
    estimatedRevenueDeduction: sum('estimatedRevenueDeduction'),
  };
}

export function orderAmounts(
  shop: Shop,
  order: ParentOrder,
): { parent: ParentAmounts; lines: LineAmounts[] } {
  const lines = order.lines.map((line) => lineAmounts(shop, line));
  return { parent: parentAmounts(lines), lines };
}
