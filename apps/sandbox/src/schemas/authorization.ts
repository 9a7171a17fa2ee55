import { defineSchema, type Fields } from './notation.js';
import { OFF, REF_EN, TYPED_JAVA } from './sources.js';

const TOKEN = {
  mallId: 'int',
  expiredTime: 'int',
  apiScopeList: ['string'],
  regionId: 'int',
  mallType: 'int',
  appSubscribeStatus: 'int',
  appSubscribeEventCodeList: ['string'],
  authEventCodeList: [{ eventCode: 'string', permitsStatus: 'int' }],
} as const satisfies Fields;

const NO_CODES = { missing: 7000000, invalid: 7000000 } as const;

export const TOKEN_CREATE = defineSchema({
  type: 'bg.open.accesstoken.create',
  request: { 'code!': 'string' },
  codes: { missing: 110020002, invalid: 110020002 },
  answer: {
    accessToken: 'string',
    ...TOKEN,
    associatedMallTokenList: [{ mallId: 'int', accessToken: 'string' }],
  },
  evidence: {
    request: { confidence: 'H', sources: [OFF('authorization/bg.open.accesstoken.create'), REF_EN] },
    answer: { confidence: 'H', sources: [OFF('authorization/bg.open.accesstoken.create'), REF_EN] },
  },
});

export const TOKEN_INFO = defineSchema({
  type: 'bg.open.accesstoken.info.get',
  request: {},
  codes: NO_CODES,
  answer: { ...TOKEN, semiUniqueId: 'string' },
  answerIn: { cn: { mallId: 'int', expiredTime: 'int', apiScopeList: ['string'] } },
  evidence: {
    request: { confidence: 'H', sources: [OFF('authorization/bg.open.accesstoken.info.get')] },
    answer: {
      confidence: 'H',
      sources: [OFF('authorization/bg.open.accesstoken.info.get'), TYPED_JAVA],
      note: 'CN: by the Chinese guides (M).',
    },
  },
});

export const PARTNER_TOKEN_INFO = defineSchema({
  type: 'bg.open.accesstoken.info.get.global',
  request: {},
  codes: NO_CODES,
  answer: { uniqueId: 'string', expiredTime: 'int', apiScopeList: ['string'] },
  evidence: {
    request: { confidence: 'M', sources: ['CNSPEC sggtong1/duoshou-erp packages/temu-sdk/spec'] },
    answer: { confidence: 'M', sources: ['CNSPEC sggtong1/duoshou-erp packages/temu-sdk/spec'] },
  },
});

export const MALL_INFO = defineSchema({
  type: 'bg.mall.info.get',
  request: {},
  codes: NO_CODES,
  answer: { semiManagedMall: 'boolean', isThriftStore: 'boolean' },
  evidence: {
    request: { confidence: 'M', sources: ['CNSPEC sggtong1/duoshou-erp packages/temu-sdk/spec'] },
    answer: { confidence: 'M', sources: ['CNSPEC sggtong1/duoshou-erp packages/temu-sdk/spec'] },
  },
});
