/** Rows as the platform sends them; ids and names invented. No two fields of a row have the same value. */
export function orderRow(overrides: { parent?: object; line?: object } = {}) {
  return {
    parentOrderMap: {
      parentOrderSn: 'PO-211-00000000000000001',
      parentOrderStatus: 41,
      parentOrderTime: 1_700_000_001,
      parentOrderPendingFinishTime: 1_700_003_602,
      parentConfirmTime: 1_700_003_603,
      expectShipLatestTime: 1_700_200_004,
      parentShippingTime: 1_700_100_005,
      latestDeliveryTime: 1_700_900_006,
      updateTime: 1_700_100_007,
      regionId: 211,
      siteId: 100,
      parentOrderLabel: [
        { name: 'soon_to_be_overdue', value: 1 },
        { name: 'past_due', value: 0 },
      ],
      fulfillmentWarning: ['SUGGEST_SIGNATURE_ON_DELIVERY'],
      shippingMethod: 2,
      hasShippingFee: true,
      orderPaymentType: 'PPD',
      batchOrderNumberList: null,
      ...overrides.parent,
    },
    orderList: [orderLine(overrides.line)],
  };
}

export function orderLine(overrides: object = {}) {
  return {
    orderSn: '211-00000000000000001',
    orderStatus: 4,
    goodsId: 600000000000001,
    skuId: 17000000000001,
    goodsName: 'Käfer-Becher',
    originalGoodsName: '甲虫杯',
    spec: 'blue',
    originalSpecName: '蓝色',
    thumbUrl: 'https://img.example.test/a.jpg',
    quantity: 3,
    originalOrderQuantity: 8,
    canceledQuantityBeforeShipment: 5,
    fulfillmentType: 'fulfillBySeller',
    orderLabel: [
      { name: 'pre_sale_order', value: 0 },
      { name: 'customized_products', value: 1 },
    ],
    orderCreateTime: 1_700_000_008,
    orderShippingTime: 1_700_100_009,
    productList: [
      { productSkuId: 51000000000001, productId: 41, extCode: 'MUG-BLUE', soldFactor: 2 },
      { productSkuId: 51000000000002, productId: 42, extCode: 'LID', soldFactor: 9 },
    ],
    ...overrides,
  };
}

export const usd = (amount: number | string) => ({ amount, currency: 'USD' });

export function amountsAnswer(overrides: { parent?: object; line?: object } = {}) {
  return {
    parentOrderMap: {
      parentOrderSn: 'PO-1',
      basePriceTotal: usd(1501),
      retailPriceTotal: usd(3002),
      retailPriceTotalTaxExcl: usd(3003),
      retailPriceTotalTaxIncl: usd(3204),
      shippingAmountTotal: usd(305),
      shipAmountTotalTaxIncl: usd(326),
      shipTaxAmount: usd(27),
      productTaxAmount: usd(208),
      taxTotal: usd(235),
      taxTotalAfterDiscount: usd(230),
      temuTaxTotal: usd(211),
      totalDiscount: usd(12),
      discountFromSeller: usd(5),
      discountFromTEMU: usd(7),
      signOnDelivery: usd(99),
      customerPaid: usd(3616),
      refundsTotal: usd(13),
      estimatedRevenue: usd(1898),
      estimatedRevenueDeduction: usd(-107),
      ...overrides.parent,
    },
    orderList: [
      {
        orderSn: '211-1',
        quantity: 2,
        unitBasePrice: usd(751),
        basePrice: usd(1499),
        unitRetailPrice: usd(1502),
        unitRetailPriceVatIncl: usd(1606),
        unitRetailPriceVatExcl: usd(1503),
        retailPriceTotalTaxIncl: usd(3214),
        shipAmountTotalTaxIncl: usd(325),
        productTaxAmount: usd(207),
        shipTaxAmount: usd(26),
        discountFromSeller: usd(3),
        discountFromTEMU: usd(6),
        productTaxRate: 700_000,
        shipTaxRate: 880_000,
        ...overrides.line,
      },
    ],
    warning: [],
  };
}

export function addressAnswer(overrides: object = {}) {
  return {
    receiptName: 'Mia M***',
    receiptAdditionalName: 'Haus B',
    mobile: '+1 555 0100 ext. 7',
    backupMobile: 5550199,
    mail: 'v-mia@example.test',
    regionName1: 'United States',
    regionName2: 'Oregon',
    regionName3: 'Portland',
    regionName4: 'Pearl',
    addressLine1: '1 Test Way',
    addressLine2: '',
    addressLine3: 'Door 3',
    addressLineAll: '1 Test Way Door 3',
    postCode: 97201,
    taxCode: 'TX-1',
    taxCodeType: 1,
    addressExtra: { firstName: 'Mia', lastName: 'Muster', contactlessDropPoint: 'porch' },
    warning: { isRestriction: false, reason: null },
    ...overrides,
  };
}

/** As it comes where it is withheld. */
export function emptyAddress(warning: unknown = { isRestriction: false, reason: null }) {
  const empty = Object.fromEntries(Object.keys(addressAnswer()).map((name) => [name, null]));
  return { ...empty, warning };
}

export function caseRow(overrides: object = {}) {
  return {
    parentAfterSalesSn: 'PO-1-D01',
    parentOrderSn: 'PO-1',
    parentAfterSalesStatus: 8,
    afterSalesStatusGroup: 1,
    afterSalesType: 2,
    returnDeliveryType: 3,
    availableOperateList: [1, 10],
    operateExpireTimeMs: 1_700_300_001_000,
    createAt: 1_700_200_002,
    updateAt: 1_700_200_003,
    ...overrides,
  };
}

export function cancelRow(parentAfterSalesSn: string, parentOrderSn: string, createAtMillis: number | null) {
  return {
    parentAfterSalesSn,
    parentAfterSalesStatus: 1,
    afterSalesInfoList: [{ afterSalesSn: `${parentAfterSalesSn}-1`, parentOrderSn, createAtMillis }],
  };
}

export function caseLineRow(overrides: object = {}) {
  return {
    parentAfterSalesSn: 'PO-1-D01',
    afterSalesSn: '211-1-D01',
    afterSalesStatus: 5,
    afterSalesType: 1,
    goodsId: 600000000000001,
    skuId: 17000000000001,
    productSkuId: 51000000000001,
    applyAfterSalesGoodsNumber: 4,
    productList: [],
    ...overrides,
  };
}

export function refundDetail(overrides: object = {}) {
  return {
    parentAfterSalesSn: 'PO-1-D01',
    parentOrderSn: 'PO-1',
    parentAfterSalesStatus: 5,
    refundSummary: {
      buyerTotalRefund: usd(1607),
      retailPriceRefundTaxExcl: usd(1502),
      shippingAmountRefundTaxExcl: usd(0),
      discountFromTEMURefund: usd(1),
      discountFromSellerRefund: usd(2),
      taxTotalRefund: usd(108),
    },
    ...overrides,
  };
}

export function goodsRow(overrides: object = {}) {
  return {
    goodsId: 600000000000001,
    goodsName: 'Mug',
    outGoodsSn: 'SPU-1',
    thumbUrl: 'https://img.example.test/a.jpg',
    catId: 31,
    skuIdList: [17000000000001, 17000000000002],
    skuInfoList: [{ skuId: 17000000000002 }, { skuId: 17000000000003 }],
    quantity: 0,
    price: '298.99',
    currency: 'MXN',
    retailPrice: { amount: '301.50', currency: 'MXN' },
    marketPrice: 38800,
    listPrice: { amount: '399.00', currency: 'MXN' },
    status4VO: 2001,
    subStatus4VO: 3001,
    goodsShowSubStatus: 3002,
    crtTime: 1_700_000_000,
    goodsStatusChangeTime: '1700000001000',
    ...overrides,
  };
}

export function skuRow(overrides: object = {}) {
  return {
    skuId: 17000000000001,
    skuSn: 'MUG-BLUE',
    goodsId: 600000000000001,
    goodsName: 'Mug',
    specName: 'blue',
    thumbUrl: 'https://img.example.test/sku.jpg',
    stock: 17,
    price: '12.5',
    currency: 'USD',
    retailPrice: { amount: '13.75', currency: 'USD' },
    status4VO: 2,
    subStatus4VO: 8,
    skuShowSubStatus4VO: 2002,
    goodsIsOnSale: 1,
    crtTime: 1_700_000_000,
    skuStatusChangeTime: '1700000001000',
    ...overrides,
  };
}
