import { defineSchema, type Fields } from './notation.js';
import { OFF, REF_EN } from './sources.js';

/** A withheld address has all of them null. */
const ADDRESS = {
  'receiptName|null': 'string',
  'receiptAdditionalName|null': 'string',
  'mobile|null': 'string',
  'backupMobile|null': 'string',
  'mail|null': 'string',
  'regionName1|null': 'string',
  'regionName2|null': 'string',
  'regionName3|null': 'string',
  'regionName4|null': 'string',
  'addressLine1|null': 'string',
  'addressLine2|null': 'string',
  'addressLine3|null': 'string',
  'addressLineAll|null': 'string',
  'postCode|null': 'string',
  'taxCode|null': 'string',
  'taxCodeType|null': 'int',
  'addressExtra|null': {
    'firstName|null': 'string',
    'lastName|null': 'string',
    'additionalFirstName|null': 'string',
    'additionalLastName|null': 'string',
    'contactlessDropPoint|null': 'string',
  },
} as const satisfies Fields;

export const SHIPPING_INFO = defineSchema({
  type: 'bg.order.shippinginfo.v2.get',
  request: { 'parentOrderSn!': 'string' },
  codes: { missing: 7000000, invalid: 180020003 },
  answer: { ...ADDRESS, warning: { isRestriction: 'boolean', 'reason|null': 'int' } },
  evidence: {
    request: { confidence: 'H', sources: [OFF('order/bg.order.shippinginfo.v2.get'), REF_EN] },
    answer: {
      confidence: 'H',
      sources: [OFF('order/bg.order.shippinginfo.v2.get'), REF_EN],
      note: 'reason: 1 COD, 2 no self shipping, 3 label purchase only. That the fields are null then is our reading (L).',
    },
  },
});

export const DECRYPTED_SHIPPING_INFO = defineSchema({
  type: 'bg.order.decryptshippinginfo.get',
  request: { 'parentOrderSn!': 'string' },
  codes: { missing: 7000000, invalid: 180020003 },
  answer: ADDRESS,
  evidence: {
    request: { confidence: 'H', sources: [OFF('order/bg.order.decryptshippinginfo.get'), REF_EN] },
    answer: { confidence: 'H', sources: [OFF('order/bg.order.decryptshippinginfo.get'), REF_EN] },
  },
});
