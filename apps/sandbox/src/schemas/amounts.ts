import { defineSchema } from './notation.js';
import { OFF, REF_ZH, VID } from './sources.js';

/** Whole minor units of the currency: cents, yen. */
export const MONEY = { amount: 'int', currency: 'string' } as const;

export const ORDER_AMOUNTS = defineSchema({
  type: 'bg.order.amount.query',
  request: { 'parentOrderSn!': 'string' },
  codes: { missing: 7000000, invalid: 140020005 },
  answer: {
    parentOrderMap: {
      parentOrderSn: 'string',
      basePriceTotal: MONEY,
      retailPriceTotal: MONEY,
      retailPriceTotalTaxExcl: MONEY,
      retailPriceTotalTaxIncl: MONEY,
      shippingAmountTotal: MONEY,
      shipAmountTotalTaxIncl: MONEY,
      shipTaxAmount: MONEY,
      productTaxAmount: MONEY,
      taxTotal: MONEY,
      taxTotalAfterDiscount: MONEY,
      temuTaxTotal: MONEY,
      totalDiscount: MONEY,
      discountFromSeller: MONEY,
      discountFromTEMU: MONEY,
      customerPaid: MONEY,
      refundsTotal: MONEY,
      estimatedRevenue: MONEY,
      estimatedRevenueDeduction: MONEY,
      'signOnDelivery|null': MONEY,
    },
    orderList: [
      {
        orderSn: 'string',
        quantity: 'int',
        unitBasePrice: MONEY,
        basePrice: MONEY,
        unitRetailPrice: MONEY,
        unitRetailPriceVatIncl: MONEY,
        unitRetailPriceVatExcl: MONEY,
        retailPriceTotalTaxIncl: MONEY,
        shipAmountTotalTaxIncl: MONEY,
        productTaxAmount: MONEY,
        shipTaxAmount: MONEY,
        discountFromSeller: MONEY,
        discountFromTEMU: MONEY,
        productTaxRate: 'int',
        shipTaxRate: 'int',
      },
    ],
    warning: ['string'],
  },
  evidence: {
    request: { confidence: 'H', sources: [OFF('order/bg.order.amount.query'), REF_ZH] },
    answer: {
      confidence: 'H',
      sources: [OFF('order/bg.order.amount.query'), REF_ZH, VID],
      note: 'The line’s quantity is the original one (REF-ZH, VID). Rates are multiplied by 10,000,000 (VID). signOnDelivery stands in REF-ZH only: null when not bought, 0 when given back. REF-ZH alone has a line’s shipAmountTotal; left out.',
    },
  },
});
