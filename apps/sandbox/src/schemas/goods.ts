import { defineSchema, type Fields } from './notation.js';
import { GUIDE, KUB_LIVE, OFF, REF_EN, REF_ZH, TAPI, TYPED_JAVA, VID } from './sources.js';

const CODES = { missing: 7000000, invalid: 150010001 } as const;
const PAGING = { number: 'pageNo', size: 'pageSize', max: 100, standard: 10 } as const;
const TOKENS = { token: 'pageToken', size: 'pageSize', max: 100, standard: 25 } as const;

/** Decimal text, `298.99`. */
const PRICE = { amount: 'string', currency: 'string' } as const;
const SPEC = {
  specId: 'int',
  specName: 'string',
  parentSpecId: 'int',
  parentSpecName: 'string',
} as const;
const VOLUME = { length: 'string', width: 'string', height: 'string', unit: 'string' } as const;
const WEIGHT = { weight: 'string', unit: 'string' } as const;
/** 1 yes, 2 no. */
const TRAFFIC = { lowTrafficTag: 'int', restrictedTrafficTag: 'int' } as const satisfies Fields;
const SKU_INFO = { skuId: 'int', skuSn: 'string', stock: 'int', specList: [SPEC] } as const;
const PAGINATION = { 'nextToken|null': 'string', 'previousToken|null': 'string' } as const;

export const GOODS_LIST = defineSchema({
  type: 'bg.local.goods.list.query',
  request: {
    'goodsSearchType!': 'int',
    pageNo: 'int',
    pageSize: 'int',
    goodsStatusFilterType: 'int',
    goodsSubStatusFilterType: 'int',
    statusFilterType: 'int',
    searchText: 'string',
    goodsIdList: ['int'],
    catIdList: ['int'],
    crtFrom: 'int',
    crtTo: 'int',
    goodsStatusChangeTimeFrom: 'int',
    goodsStatusChangeTimeTo: 'int',
    orderField: 'string',
    orderType: 'int',
    goodsSearchTags: ['int'],
  },
  codes: CODES,
  alsoDocumented: ['goodsStatusFilterType', 'pageNo', 'pageSize'],
  oneOf: { goodsSearchType: [1, 4, 5, 6], orderType: [0, 1], goodsSearchTags: [1, 4] },
  paging: PAGING,
  answer: {
    pageNo: 'int',
    total: 'int',
    goodsList: [
      {
        goodsId: 'int',
        goodsName: 'string',
        outGoodsSn: 'string',
        thumbUrl: 'string',
        catId: 'int',
        brandId: 'int',
        trademarkId: 'int',
        specName: 'string',
        skuIdList: ['int'],
        outSkuSnList: ['string'],
        skuInfoList: [SKU_INFO],
        quantity: 'int',
        price: 'string',
        currency: 'string',
        marketPrice: 'int',
        retailPrice: PRICE,
        listPrice: PRICE,
        status4VO: 'int',
        subStatus4VO: 'int',
        goodsShowSubStatus: 'int',
        crtTime: 'int',
        goodsStatusChangeTime: 'string',
        costTemplateId: 'string',
        shipmentLimitSecond: 'int',
        ...TRAFFIC,
      },
    ],
  },
  evidence: {
    request: {
      confidence: 'H',
      sources: [OFF('product/bg.local.goods.list.query'), REF_ZH, KUB_LIVE],
      note: 'The documents also require goodsStatusFilterType and the page; the live gateway does without them (KUB), so they are not refused here. Times in milliseconds.',
    },
    answer: {
      confidence: 'H',
      sources: [OFF('product/bg.local.goods.list.query'), REF_ZH],
      note: 'crtTime in seconds (REF-ZH), goodsStatusChangeTime a text of milliseconds (L). Traffic tags 1 yes, 2 no.',
    },
  },
});

export const SKU_LIST = defineSchema({
  type: 'bg.local.goods.sku.list.query',
  request: {
    'skuSearchType!': 'int',
    pageNo: 'int',
    pageSize: 'int',
    skuStatusFilterType: 'int',
    skuSubStatusFilterType: 'int',
    statusFilterType: 'int',
    searchText: 'string',
    skuIdList: ['int'],
    catIdList: ['int'],
    crtFrom: 'int',
    crtTo: 'int',
    skuStatusChangeTimeFrom: 'int',
    skuStatusChangeTimeTo: 'int',
    orderField: 'string',
    orderType: 'int',
    goodsSearchTags: ['int'],
  },
  codes: CODES,
  alsoDocumented: ['skuStatusFilterType'],
  oneOf: { skuSearchType: [2, 3], orderType: [0, 1], goodsSearchTags: [1, 4] },
  paging: PAGING,
  answer: {
    pageNo: 'int',
    total: 'int',
    skuList: [
      {
        skuId: 'int',
        skuSn: 'string',
        goodsId: 'int',
        goodsName: 'string',
        specName: 'string',
        specList: [SPEC],
        stock: 'int',
        price: 'string',
        currency: 'string',
        retailPrice: PRICE,
        status4VO: 'int',
        subStatus4VO: 'int',
        skuShowSubStatus4VO: 'int',
        goodsIsOnSale: 'int',
        weightInfo: WEIGHT,
        volumeInfo: VOLUME,
        crtTime: 'int',
        skuStatusChangeTime: 'string',
        thumbUrl: 'string',
        ...TRAFFIC,
      },
    ],
  },
  evidence: {
    request: {
      confidence: 'H',
      sources: [OFF('product/bg.local.goods.sku.list.query'), REF_EN, TAPI],
      note: 'skuStatusFilterType is documented as required; like its twin of the goods list it is not refused here (L).',
    },
    answer: {
      confidence: 'H',
      sources: [OFF('product/bg.local.goods.sku.list.query'), REF_ZH, TYPED_JAVA],
      note: 'crtTime in seconds (REF-ZH).',
    },
  },
});

export const SKU_PRICES = defineSchema({
  type: 'bg.local.goods.sku.list.price.query',
  request: {
    'querySupplierPriceBaseList!': [{ 'goodsId!': 'int', 'skuIdList!': ['int'] }],
    language: 'string',
  },
  codes: CODES,
  atMost: { querySupplierPriceBaseList: 100 },
  answer: {
    openapiGoodsSupplierPriceDTOList: [
      { goodsId: 'int', openapiSkuSupplierPriceDTOList: [{ skuId: 'int', supplierPrice: PRICE }] },
    ],
  },
  evidence: {
    request: {
      confidence: 'M',
      sources: [OFF('product/bg.local.goods.sku.list.price.query'), TAPI],
      note: 'goodsId and skuIdList required by a Chinese copy of the reference; 100 products a call is our limit (L).',
    },
    answer: { confidence: 'M', sources: [OFF('product/bg.local.goods.sku.list.price.query')] },
  },
});

const RETRIEVE_FILTERS = {
  pageSize: 'int',
  pageToken: 'string',
  orderField: 'string',
  orderType: 'int',
  goodsIdList: ['string'],
  outGoodsSnList: ['string'],
  skuIdList: ['string'],
  outSkuSnList: ['string'],
  catIdList: ['string'],
  goodsName: 'string',
  goodsCreateTimeFrom: 'int',
  goodsCreateTimeTo: 'int',
  goodsSearchTags: ['int'],
} as const satisfies Fields;

const RETRIEVE_LIMITS = {
  goodsIdList: 100,
  outGoodsSnList: 100,
  skuIdList: 200,
  outSkuSnList: 200,
  catIdList: 100,
} as const;

export const GOODS_RETRIEVE = defineSchema({
  type: 'temu.local.goods.list.retrieve',
  request: {
    'goodsSearchType!': 'string',
    ...RETRIEVE_FILTERS,
    goodsStatusChangeTimeFrom: 'int',
    goodsStatusChangeTimeTo: 'int',
  },
  codes: CODES,
  oneOf: {
    goodsSearchType: ['ALL', 'ACTIVE', 'INACTIVE', 'INCOMPLETE', 'DRAFT', 'DELETED'],
    orderType: [0, 1],
    goodsSearchTags: [1, 4],
  },
  atMost: RETRIEVE_LIMITS,
  paging: TOKENS,
  answer: {
    total: 'int',
    pagination: PAGINATION,
    goodsList: [
      {
        goodsId: 'string',
        goodsName: 'string',
        outGoodsSn: 'string',
        thumbUrl: 'string',
        catId: 'string',
        catType: 'int',
        brandId: 'string',
        trademarkId: 'string',
        goodsStatus: 'string',
        goodsCreateTime: 'int',
        goodsStatusChangeTime: 'int',
        costTemplateId: 'string',
        shipmentLimitSecond: 'int',
        variationsCount: 'int',
        skuInfoList: [SKU_INFO],
        ...TRAFFIC,
      },
    ],
  },
  evidence: {
    request: { confidence: 'H', sources: [OFF('product/temu.local.goods.list.retrieve'), REF_ZH, VID, TAPI] },
    answer: {
      confidence: 'H',
      sources: [OFF('product/temu.local.goods.list.retrieve'), VID],
      note: 'Ids of goods, category and brand are texts, those inside skuInfoList numbers. Times in milliseconds (L).',
    },
  },
});

export const SKU_RETRIEVE = defineSchema({
  type: 'temu.local.sku.list.retrieve',
  request: {
    'skuSearchType!': 'string',
    ...RETRIEVE_FILTERS,
    skuStatusChangeTimeFrom: 'int',
    skuStatusChangeTimeTo: 'int',
  },
  codes: CODES,
  oneOf: {
    skuSearchType: ['ACTIVE', 'INACTIVE', 'INCOMPLETE', 'DRAFT', 'DELETED'],
    orderType: [0, 1],
    goodsSearchTags: [1, 4],
  },
  atMost: RETRIEVE_LIMITS,
  paging: TOKENS,
  answer: {
    total: 'int',
    pagination: PAGINATION,
    skuList: [
      {
        skuId: 'string',
        goodsId: 'string',
        goodsName: 'string',
        thumbUrl: 'string',
        specName: 'string',
        specList: [SPEC],
        outSkuSn: 'string',
        outGoodsSn: 'string',
        goodsCreateTime: 'int',
        skuStatusChangeTime: 'int',
        skuStatus: 'string',
        skuSubStatus: 'string',
        stock: 'int',
        catType: 'int',
        catId: 'string',
        volumeInfo: VOLUME,
        weightInfo: WEIGHT,
        ...TRAFFIC,
      },
    ],
  },
  evidence: {
    request: { confidence: 'H', sources: [OFF('product/temu.local.sku.list.retrieve'), REF_ZH, TAPI] },
    answer: {
      confidence: 'H',
      sources: [
        OFF('product/temu.local.sku.list.retrieve'),
        VID,
        TYPED_JAVA,
        GUIDE('Product Listing and Delisting'),
      ],
      note: 'skuStatus Active, InActive, Incomplete, Draft, Deleted (VID); skuSubStatus is the number as text. The total stands beside pagination by OFF, inside by the typed Java answers.',
    },
  },
});
