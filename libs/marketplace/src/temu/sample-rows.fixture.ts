/** Rows as the platform sends them; ids and names invented. */
export function orderRow(overrides: { parent?: object; line?: object } = {}) {
  return {
    parentOrderMap: {
      parentOrderSn: 'PO-211-00000000000000001',
      parentOrderStatus: 2,
      parentOrderTime: 1_700_000_000,
      parentOrderPendingFinishTime: 1_700_003_600,
      parentConfirmTime: 1_700_003_600,
      expectShipLatestTime: 1_700_200_000,
      parentShippingTime: null,
      latestDeliveryTime: 1_700_900_000,
      updateTime: 1_700_003_601,
      regionId: 211,
      siteId: 100,
      parentOrderLabel: [
        { name: 'soon_to_be_overdue', value: 1 },
        { name: 'past_due', value: 0 },
      ],
      fulfillmentWarning: ['SUGGEST_SIGNATURE_ON_DELIVERY'],
      shippingMethod: 1,
      hasShippingFee: null,
      orderPaymentType: 'PPD',
      batchOrderNumberList: null,
      ...overrides.parent,
    },
    orderList: [
      {
        orderSn: '211-00000000000000001',
        orderStatus: 2,
        goodsId: 600000000000001,
        skuId: 17000000000001,
        goodsName: 'Käfer-Becher',
        spec: 'blue',
        thumbUrl: 'https://img.example.test/a.jpg',
        quantity: 3,
        originalOrderQuantity: 4,
        canceledQuantityBeforeShipment: 1,
        fulfillmentType: 'fulfillBySeller',
        orderLabel: [{ name: 'customized_products', value: 1 }],
        orderCreateTime: 1_700_000_000,
        orderShippingTime: 0,
        productList: [{ productSkuId: 51000000000001, productId: 41, extCode: 'MUG-BLUE', soldFactor: 2 }],
        ...overrides.line,
      },
    ],
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
    quantity: 0,
    price: '298.99',
    currency: 'MXN',
    marketPrice: 39900,
    listPrice: { amount: '399.00', currency: 'MXN' },
    status4VO: 2001,
    subStatus4VO: 3001,
    crtTime: 1_700_000_000_000,
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
    stock: 0,
    price: '12.5',
    currency: 'USD',
    status4VO: 2001,
    goodsIsOnSale: 1,
    crtTime: 1_700_000_000_000,
    skuStatusChangeTime: null,
    ...overrides,
  };
}
