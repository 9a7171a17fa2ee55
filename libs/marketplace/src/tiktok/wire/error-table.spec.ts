import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { english } from '#said';
import type { RetryClass } from '../../call/retry.js';
import type { MarketplaceErrorKind } from '../../errors.js';
import { classifyCode, isKnownCode, tabledCodes } from './error-table.js';

const ROWS: readonly (readonly [codes: string, kind: MarketplaceErrorKind, retry: RetryClass])[] = [
  ['101000 105001 105002 36004001 36004005 98001006', 'token', 'never'],
  ['105005', 'scope', 'never'],
  ['105004', 'configuration', 'never'],
  ['106001', 'signature', 'never'],
  ['36009002', 'rate', 'rate'],
  ['36009003 36009007', 'transient', 'platform'],
  ['10002014 10002015 10037002 10037003 10037004 10006402', 'transient', 'hiccup'],
  ['106013 36009009 36009010 36009014 36009021 36009022 36009023 98001004 12052180', 'programming', 'never'],
  ['36009033', 'ip', 'never'],
  ['21008111 12019150', 'business', 'never'],
  ['36004004 98001005', 'business', 'never'],
];

const WORDS: readonly (readonly [message: string, kind: MarketplaceErrorKind, retry: RetryClass])[] = [
  ['Invalid timestamp', 'clock', 'clock'],
  ['Expired TimeStamp: the time is older than 5 minutes', 'clock', 'clock'],
  ['Invalid x-tts-access-token', 'token', 'never'],
  ['Invalid access token header', 'token', 'never'],
  ['Invalid app_key', 'configuration', 'never'],
  ['Invalid app key', 'configuration', 'never'],
  ['Unexpected identifier', 'programming', 'never'],
  ["The 'shop_cipher' query parameter is not required", 'programming', 'never'],
  ['Missing sign', 'signature', 'never'],
  ['The signature is missing', 'signature', 'never'],
  ['Invalid version', 'programming', 'never'],
  ['something that nobody has told of', 'programming', 'never'],
  ['', 'programming', 'never'],
];

describe('what a code of TikTok means', () => {
  for (const [codes, kind, retry] of ROWS)
    for (const code of codes.split(' '))
      test(code, () => {
        const row = classifyCode(code, 'whatever it says, e.g. timestamp', null);
        assert.deepEqual([row.kind, row.retry, isKnownCode(code)], [kind, retry, true]);
      });

  test('every row of the table stands here', () => {
    assert.deepEqual(tabledCodes().sort(), ROWS.flatMap(([codes]) => codes.split(' ')).sort());
  });

  for (const [message, kind, retry] of WORDS)
    test(`36009004 ${message}`, () => {
      const row = classifyCode('36009004', message, null);
      assert.deepEqual([row.kind, row.retry, isKnownCode('36009004')], [kind, retry, true]);
    });

  test('a code that is new to us is a refusal, shown with its own words', () => {
    for (const code of ['777', '', 'constructor']) {
      assert.deepEqual([classifyCode(code, 'x', null).kind, isKnownCode(code)], ['business', false]);
    }
    assert.equal(isKnownCode(null), false);
  });

  test('a lacking permission is named', () => {
    assert.match(english(classifyCode('105005', '', 'seller.order.info').remedy), /seller\.order\.info/);
    assert.match(english(classifyCode('105005', '', null).remedy), /authorise the app again/);
  });
});
