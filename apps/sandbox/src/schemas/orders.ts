import { defineSchema, type Fields } from './notation.js';
import { OFF, REF_EN, TAPI_ANSWER, TYPED_JAVA } from './sources.js';

const LABEL = { name: 'string', value: 'int' } as const;

const PARENT = {
  parentOrderSn: 'string',
  parentOrderStatus: 'int',
  parentOrderTime: 'int',
  'parentOrderPendingFinishTime|null': 'int',
  'parentConfirmTime|null': 'int',
  expectShipLatestTime: 'int',
  'parentShippingTime|null': 'int',
  latestDeliveryTime: 'int',
  regionId: 'int',
  siteId: 'int',
  parentOrderLabel: [LABEL],
  fulfillmentWarning: ['string'],
  shippingMethod: 'int',
  'hasShippingFee|null': 'boolean',
  orderPaymentType: 'string',
  'batchOrderNumberList|null': ['string'],
  isShipmentConsolidatedByMainMall: 'boolean',
} as const satisfies Fields;

const LINE = {
  orderSn: 'string',
  orderStatus: 'int',
  goodsId: 'int',
  skuId: 'int',
  goodsName: 'string',
  originalGoodsName: 'string',
  spec: 'string',
  originalSpecName: 'string',
  thumbUrl: 'string',
  quantity: 'int',
  originalOrderQuantity: 'int',
  canceledQuantityBeforeShipment: 'int',
  isCancelledDuringPending: 'boolean',
  fulfillmentType: 'string',
  fulfillmentWarning: ['string'],
  orderLabel: [LABEL],
  orderPaymentType: 'string',
  orderCreateTime: 'int',
  'orderShippingTime|null': 'int',
  'earliestTimeBuyShippingLabel|null': 'int',
  'earliestTimeGetShippingDocument|null': 'int',
  'inventoryDeductionWarehouseId|null': 'string',
  'inventoryDeductionWarehouseName|null': 'string',
  'qualificationUploadEndTime|null': 'int',
  packageAbnormalTypeList: ['string'],
  productList: [{ productSkuId: 'int', productId: 'int', extCode: 'string', soldFactor: 'int' }],
} as const satisfies Fields;

export const ORDER_LIST = defineSchema({
  type: 'bg.order.list.v2.get',
  request: {
    pageNumber: 'int',
    pageSize: 'int',
    parentOrderStatus: 'int',
    parentOrderSnList: ['string'],
    createAfter: 'int',
    createBefore: 'int',
    updateAtStart: 'int',
    updateAtEnd: 'int',
    parentConfirmTimeStart: 'int',
    parentConfirmTimeEnd: 'int',
    expectShipLatestTimeStart: 'int',
    expectShipLatestTimeEnd: 'int',
    regionId: 'int',
    fulfillmentTypeList: ['string'],
    parentOrderLabel: ['string'],
    packageAbnormalTypeList: ['string'],
    sortby: 'string',
    hasPreSaleOrder: 'boolean',
    hasQualificationRequiredOrder: 'boolean',
    skuId: 'int',
  },
  codes: { missing: 7000000, invalid: 140020005 },
  oneOf: {
    parentOrderStatus: [0, 1, 2, 3, 4, 5, 41, 51],
    fulfillmentTypeList: ['fulfillBySeller', 'fulfillByCooperativeWarehouse'],
    sortby: ['createTime', 'updateTime'],
  },
  atMost: { parentOrderSnList: 20 },
  paging: { number: 'pageNumber', size: 'pageSize', max: 100, standard: 10 },
  windows: {
    pairs: [
      ['createAfter', 'createBefore'],
      ['updateAtStart', 'updateAtEnd'],
      ['parentConfirmTimeStart', 'parentConfirmTimeEnd'],
      ['expectShipLatestTimeStart', 'expectShipLatestTimeEnd'],
    ],
    codes: { half: 140020013, notSeconds: 140020014, reversed: 140020012 },
  },
  answer: {
    totalItemNum: 'int',
    pageItems: [{ parentOrderMap: { ...PARENT, updateTime: 'int' }, orderList: [LINE] }],
  },
  evidence: {
    request: { confidence: 'H', sources: [OFF('order/bg.order.list.v2.get'), REF_EN] },
    answer: {
      confidence: 'H',
      sources: [OFF('order/bg.order.list.v2.get'), TAPI_ANSWER, REF_EN, TYPED_JAVA],
      note: 'quantity is net: originalOrderQuantity − canceledQuantityBeforeShipment. Nulls as in the real answer; isShipmentConsolidatedByMainMall and earliestTimeBuyShippingLabel stand in the newer copies only.',
    },
  },
});

export const ORDER_DETAIL = defineSchema({
  type: 'bg.order.detail.v2.get',
  request: { 'parentOrderSn!': 'string', fulfillmentTypeList: ['string'] },
  codes: { missing: 7000000, invalid: 140020005 },
  oneOf: { fulfillmentTypeList: ['fulfillBySeller', 'fulfillByCooperativeWarehouse'] },
  answer: {
    parentOrderMap: {
      ...PARENT,
      regionName1: 'string',
      regionName2: 'string',
      regionName3: 'string',
      'paymentInfo|null': [
        {
          paymentMethod: 'string',
          paymentProcessorRegister: 'string',
          paymentCardBrand: 'string',
          paymentAuthCode: 'string',
        },
      ],
    },
    orderList: [
      {
        ...LINE,
        packageSnInfo: [{ packageSn: 'string', packageDeliveryType: 'int', callSuccess: 'boolean' }],
        hasUploadedEvidence: 'boolean',
      },
    ],
  },
  evidence: {
    request: { confidence: 'H', sources: [OFF('order/bg.order.detail.v2.get'), REF_EN] },
    answer: {
      confidence: 'H',
      sources: [OFF('order/bg.order.detail.v2.get'), REF_EN],
      note: 'No copy has an updateTime here.',
    },
  },
});
