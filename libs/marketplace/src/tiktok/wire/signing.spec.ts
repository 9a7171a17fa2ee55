import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signTikTokCall, signTikTokPush } from './signing.js';
import { CALL_VECTORS, PUSH_VECTORS, VECTOR_APP } from './signing-vectors.fixture.js';

const { appKey, appSecret } = VECTOR_APP;

describe('signatures of calls', () => {
  for (const [name, path, query, body, sign] of CALL_VECTORS) {
    test(name, () =>
      assert.equal(signTikTokCall({ path, query: { ...query, app_key: appKey }, body }, appSecret), sign),
    );
  }
});

describe('signatures of pushed messages', () => {
  for (const [name, body, sign] of PUSH_VECTORS) {
    test(name, () => assert.equal(signTikTokPush(body, VECTOR_APP).toString('hex'), sign));
  }
});
