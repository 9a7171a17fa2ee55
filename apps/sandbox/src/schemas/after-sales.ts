import { MONEY } from './amounts.js';
import { defineSchema } from './notation.js';
import { OFF, REF_EN, REF_ZH, TAPI } from './sources.js';

const CODES = { missing: 130010001, invalid: 130010001 } as const;
const PAGING = { number: 'pageNo', size: 'pageSize', max: 200, standard: 10 } as const;

export const AFTER_SALES_LIST = defineSchema({
  type: 'bg.aftersales.parentaftersales.list.get',
  request: {
    pageNo: 'int',
    pageSize: 'int',
    createAtStart: 'int',
    createAtEnd: 'int',
    updateAtStart: 'int',
    updateAtEnd: 'int',
    afterSalesStatusGroup: 'int',
    parentOrderSnList: ['string'],
    parentAfterSalesSnList: ['string'],
  },
  codes: CODES,
  oneOf: { afterSalesStatusGroup: [1, 2, 3, 4, 5, 6, 7] },
  paging: PAGING,
  windows: {
    pairs: [
      ['createAtStart', 'createAtEnd'],
      ['updateAtStart', 'updateAtEnd'],
    ],
    isRequired: true,
    codes: { half: 130010001, notSeconds: 130010001, reversed: 130010001 },
  },
  answer: {
    total: 'int',
    pageNumber: 'int',
    data: [
      {
        parentAfterSalesSn: 'string',
        parentOrderSn: 'string',
        parentAfterSalesStatus: 'int',
        afterSalesStatusGroup: 'int',
        afterSalesType: 'int',
        'returnDeliveryType|null': 'int',
        availableOperateList: ['int'],
        'operateExpireTimeMs|null': 'int',
        createAt: 'int',
        updateAt: 'int',
      },
    ],
  },
  evidence: {
    request: {
      confidence: 'M',
      sources: [OFF('returns/bg.aftersales.parentaftersales.list.get'), REF_EN, TAPI],
      note: 'That one pair of times is required, also with numbers, is in two copies of the reference; the flags of REF-EN say optional.',
    },
    answer: {
      confidence: 'H',
      sources: [OFF('returns/bg.aftersales.parentaftersales.list.get'), REF_EN],
      note: 'availableOperateList 1 full refund, 10 upload return label; returnDeliveryType 3 drop off, 4 pick up; null without a return and without an operation is our reading (L).',
    },
  },
});

export const AFTER_SALES_LINES = defineSchema({
  type: 'bg.aftersales.aftersales.list.get',
  request: { pageNo: 'int', pageSize: 'int', 'parentAfterSalesSnList!': ['string'] },
  codes: CODES,
  paging: PAGING,
  answer: {
    total: 'int',
    pageNumber: 'int',
    data: [
      {
        parentAfterSalesSn: 'string',
        afterSalesSn: 'string',
        afterSalesStatus: 'int',
        afterSalesType: 'int',
        goodsId: 'int',
        skuId: 'int',
        productSkuId: 'int',
        applyAfterSalesGoodsNumber: 'int',
        productList: [{ productSkuId: 'int', extCode: 'string' }],
      },
    ],
  },
  evidence: {
    request: { confidence: 'H', sources: [OFF('returns/bg.aftersales.aftersales.list.get'), REF_EN, TAPI] },
    answer: {
      confidence: 'H',
      sources: [OFF('returns/bg.aftersales.aftersales.list.get'), REF_EN],
      note: 'A line names its SKU, not the order line.',
    },
  },
});

export const AFTER_SALES_DETAIL = defineSchema({
  type: 'temu.aftersales.parentaftersales.detail.get',
  request: { 'parentAfterSalesSn!': 'string', 'parentOrderSn!': 'string' },
  codes: CODES,
  answer: {
    parentAfterSalesSn: 'string',
    parentOrderSn: 'string',
    parentAfterSalesStatus: 'int',
    afterSalesType: 'int',
    availableOperateList: ['int'],
    createAtMillis: 'int',
    lastUpdateAtMillis: 'int',
    refundSummary: {
      buyerTotalRefund: MONEY,
      retailPriceRefundTaxExcl: MONEY,
      shippingAmountRefundTaxExcl: MONEY,
      discountFromTEMURefund: MONEY,
      discountFromSellerRefund: MONEY,
      taxTotalRefund: MONEY,
    },
    afterSalesList: [
      {
        afterSalesSn: 'string',
        orderSn: 'string',
        afterSalesStatus: 'int',
        applyAfterSalesGoodsNumber: 'int',
        applyRefundAmount: MONEY,
        afterSalesReasonCode: 'int',
        afterSalesReasonDesc: 'string',
        'buyerComment|null': 'string',
        afterSalesGoodsInfo: {
          goodsId: 'int',
          skuId: 'int',
          productSkuId: 'int',
          productList: [{ productSkuId: 'int', extCode: 'string' }],
        },
      },
    ],
  },
  evidence: {
    request: {
      confidence: 'H',
      sources: [OFF('returns/temu.aftersales.parentaftersales.detail.get'), REF_EN, REF_ZH, TAPI],
    },
    answer: {
      confidence: 'H',
      sources: [OFF('returns/temu.aftersales.parentaftersales.detail.get'), REF_EN, REF_ZH],
      note: 'That the summary is all zero until the case is refunded is our reading (L).',
    },
  },
});

export const CANCEL_LIST = defineSchema({
  type: 'bg.aftersales.cancel.list.get',
  request: {
    pageNo: 'int',
    pageSize: 'int',
    parentOrderSnList: ['string'],
    parentAfterSalesSnList: ['string'],
    afterSalesStatusGroup: 'int',
  },
  codes: CODES,
  oneOf: { afterSalesStatusGroup: [8, 9, 10, 11] },
  atMost: { parentOrderSnList: 200, parentAfterSalesSnList: 200 },
  paging: PAGING,
  answer: {
    total: 'int',
    pageNumber: 'int',
    data: [
      {
        parentAfterSalesSn: 'string',
        parentAfterSalesStatus: 'int',
        afterSalesInfoList: [
          {
            afterSalesSn: 'string',
            parentOrderSn: 'string',
            orderSn: 'string',
            productSkuId: 'int',
            goodsId: 'int',
            applyGoodsNumber: 'int',
            productList: [{ productSkuId: 'int', extCode: 'string' }],
            createAtMillis: 'int',
          },
        ],
      },
    ],
  },
  evidence: {
    request: {
      confidence: 'H',
      sources: [OFF('returns/bg.aftersales.cancel.list.get'), REF_ZH],
      note: 'The mirror has names and types; page sizes, list lengths and the groups are in the other copy. No time windows.',
    },
    answer: {
      confidence: 'H',
      sources: [OFF('returns/bg.aftersales.cancel.list.get'), REF_ZH],
      note: 'pageNo is asked, pageNumber answered. Which status lies in which group is our reading (L): 8 is 1; 9 is 4, 5 and 9; 10 is 7; 11 is 6. Newest first (L).',
    },
  },
});
