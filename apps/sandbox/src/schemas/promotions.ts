import { defineSchema } from './notation.js';
import { OFF, REF_EN, REF_ZH, TAPI } from './sources.js';

const CODES = { missing: 220010001, invalid: 220010001 } as const;
const PAGING = { number: 'pageNumber', size: 'pageSize', max: 100, standard: 10 } as const;

/** Times are UNIX seconds. */
const ACTIVITY = {
  activityId: 'int',
  activityName: 'string',
  activityType: 'int',
  activityStatus: 'int',
  activityStartTime: 'int',
  activityEndTime: 'int',
  isJoinedActivity: 'boolean',
} as const;

export const ACTIVITIES = defineSchema({
  type: 'bg.promotion.activity.query',
  request: {
    'activityType!': 'int',
    'pageNumber!': 'int',
    'pageSize!': 'int',
    activityStatus: 'int',
    activityStartTime: 'int',
    activityEndTime: 'int',
    activityIdList: ['int'],
    onlyQueryJoinedActivity: 'boolean',
  },
  codes: CODES,
  oneOf: { activityType: [2, 13, 27, 100], activityStatus: [1, 2, 3] },
  paging: PAGING,
  answer: { total: 'int', activityList: [ACTIVITY] },
  evidence: {
    request: {
      confidence: 'H',
      sources: [OFF('promotions/bg.promotion.activity.query'), REF_EN, REF_ZH, TAPI],
      note: 'Times in seconds (REF-EN). One of the two alone is not said to be refused.',
    },
    answer: {
      confidence: 'H',
      sources: [OFF('promotions/bg.promotion.activity.query'), REF_EN],
      note: 'That the answer’s times are seconds too follows from the request’s (M).',
    },
  },
});

export const ACTIVITY_GOODS = defineSchema({
  type: 'bg.promotion.activity.goods.query',
  request: { 'activityId!': 'int', 'pageNumber!': 'int', 'pageSize!': 'int' },
  codes: CODES,
  paging: PAGING,
  answer: {
    total: 'int',
    activityInfo: ACTIVITY,
    goodsList: [
      {
        goodsId: 'int',
        activityQuantity: 'int',
        remainingActivityQuantity: 'int',
        skuList: [{ skuId: 'int', activitySupplierPrice: 'int' }],
      },
    ],
  },
  evidence: {
    request: {
      confidence: 'H',
      sources: [OFF('promotions/bg.promotion.activity.goods.query'), REF_EN, TAPI],
    },
    answer: {
      confidence: 'M',
      sources: [OFF('promotions/bg.promotion.activity.goods.query')],
      note: 'activitySupplierPrice in minor units is our reading (L).',
    },
  },
});
