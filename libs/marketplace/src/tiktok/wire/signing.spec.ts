import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signTikTokPush } from './signing.js';
import { VECTOR_KEY, VECTOR_SECRET } from './signing-vectors.fixture.js';

const PUSHED =
  '{"type":1,"tts_notification_id":"7300000000000000001","shop_id":"7490000000000000001","timestamp":1767225800,"data":{"order_id":"579000000000000001","order_status":"AWAITING_SHIPMENT","is_on_hold_order":false,"update_time":1767225799}}';

describe('signatures of pushed messages', () => {
  const app = { appKey: VECTOR_KEY, appSecret: VECTOR_SECRET };
  for (const [name, body, sign] of [
    ['W1', PUSHED, '8e19a782fe41d0beb740ec3debb2eaa3c1bb07a7bfb3eed7616e6e61886cf60d'],
    ['W2', `${PUSHED}\n`, 'ca3f38e908132e3b18c7076d8e71cc5184f31b99486636b5e0dbad04581ae86c'],
  ] as const) {
    test(name, () => assert.equal(signTikTokPush(body, app).toString('hex'), sign));
  }
});
