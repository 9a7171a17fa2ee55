import { defineSchema } from './notation.js';
import { OFF } from './sources.js';

export const SUBSCRIPTION_UPDATE = defineSchema({
  type: 'bg.tmc.message.update',
  request: { permitEventCodeList: ['string'], cancelEventCodeList: ['string'] },
  codes: { missing: 7000000, invalid: 110020005 },
  atMost: { permitEventCodeList: 20, cancelEventCodeList: 20 },
  answer: 'boolean',
  evidence: {
    request: { confidence: 'H', sources: [OFF('webhook/bg.tmc.message.update')] },
    answer: { confidence: 'H', sources: [OFF('webhook/bg.tmc.message.update')] },
  },
});
