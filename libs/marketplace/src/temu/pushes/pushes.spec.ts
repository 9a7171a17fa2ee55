import assert from 'node:assert/strict';
import { createCipheriv, createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import type { PushedRequest, PushVerdict } from '../../port.js';
import { readTemuPush, TEMU_PUSH_EVENTS, topicOf } from './pushes.js';

const APP = { appKey: 'sbxAppKey0001', appSecret: 'sbxSecret0123456789abcdef' };
const OTHER = { appKey: 'sbxAppKey0002', appSecret: 'sbxOtherSecret0123456789' };
const TEXT =
  '{"mallId":600000000000009,"parentOrderSn":"PO-211-00000000000000001","orderSn":"211-00000000000000001","orderStatus":2,"updateTime":1700000000}';
/** The reference's vectors; invented, computed from the documents' rule. */
const ENCRYPTED =
  'jUQr1pniRbiZhcPP46eGVhgVp7MsnAGQNG/dL1zX2F8qzmArKG1oJxHjdQr5/lMucB7TdMfKP4JJ8ZOdA+UrSSy3bpP6I4HRyJEy/aZp7z0QJ4gOqxjeWi54dCGL4S/vIu+eLaz1qs8FDs3ZMMswtNL9njpemG9MhTUxuuZKdQCVITfwtOcZUmxWIL7Am9WG';
const WITH_EXT_PARAM = '5eebee8cc2678b444ba8027fa8a075bea842fdaac7997ba85e6ac181f8226278';
const WITHOUT_EXT_PARAM = 'd0a1cde4a20ade35bbcb3a39fc313f2a57eaff519967bbc876c38b9269132a00';

type Change = { headers?: Record<string, string | undefined>; body?: string };

function push(change: Change = {}): PushedRequest {
  return {
    headers: {
      'x-tm-app-key': APP.appKey,
      'x-tm-event-code': 'bg_order_status_change_event',
      'x-tm-timestamp': '1700000000000',
      'x-tm-ext-param': '{}',
      'x-tm-signature': WITH_EXT_PARAM,
      ...change.headers,
    },
    body: change.body ?? JSON.stringify({ eventData: ENCRYPTED }),
  };
}

/** A second writing of the rule, as the sender would have it. */
function signed(text: string, eventData: unknown, eventCode: string, app = APP): PushedRequest {
  const timestamp = '1700000000000';
  const base = `eventData${text}x-tm-app-key${app.appKey}x-tm-event-code${eventCode}x-tm-timestamp${timestamp}`;
  const signature = createHmac('sha256', app.appSecret).update(base).digest('hex');
  return push({
    headers: {
      'x-tm-app-key': app.appKey,
      'x-tm-event-code': eventCode,
      'x-tm-timestamp': timestamp,
      'x-tm-ext-param': undefined,
      'x-tm-signature': signature,
    },
    body: JSON.stringify({ eventData }),
  });
}

function encrypted(text: string, eventCode: string, app = APP): PushedRequest {
  const key = Buffer.from(app.appSecret).subarray(0, 16);
  const cipher = createCipheriv('aes-128-cbc', key, key);
  const eventData = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64');
  return signed(text, eventData, eventCode, app);
}

function genuine(verdict: PushVerdict<typeof APP>) {
  assert.equal(verdict.verdict, 'genuine', JSON.stringify(verdict));
  return verdict as Extract<typeof verdict, { verdict: 'genuine' }>;
}

describe('pushed messages', () => {
  for (const [form, signature] of [
    ['with x-tm-ext-param', WITH_EXT_PARAM],
    ['without x-tm-ext-param', WITHOUT_EXT_PARAM],
    ['in upper case', WITH_EXT_PARAM.toUpperCase()],
  ] as const) {
    test(`peer failure 42: a signature ${form} is accepted`, () => {
      const { app, message } = genuine(
        readTemuPush(push({ headers: { 'x-tm-signature': signature } }), [OTHER, APP]),
      );
      assert.equal(app, APP);
      assert.deepEqual(message, {
        eventCode: 'bg_order_status_change_event',
        topic: 'order',
        platformShopId: '600000000000009',
        orderNumber: 'PO-211-00000000000000001',
        caseNumber: null,
        sentAt: new Date(1_700_000_000_000),
        text: TEXT,
        wasEncrypted: true,
      });
    });
  }

  test('peer failure 42: any field changed, another app or another secret is refused', () => {
    const reasonOf = (change: Change, apps = [APP, OTHER]): string => {
      const verdict = readTemuPush(push(change), apps);
      return verdict.verdict === 'refused' ? verdict.reason : verdict.verdict;
    };
    const flipped = WITH_EXT_PARAM.replace(/^./, '6');
    for (const headers of [
      { 'x-tm-signature': flipped },
      { 'x-tm-signature': WITH_EXT_PARAM.slice(2) },
      { 'x-tm-signature': 'not hexadecimal' },
      { 'x-tm-event-code': 'bg_aftersales_status_change' },
      { 'x-tm-timestamp': '1700000000001' },
      { 'x-tm-ext-param': '{"a":1}' },
      { 'x-tm-app-key': OTHER.appKey },
    ]) {
      assert.equal(reasonOf({ headers }), 'signature_wrong', JSON.stringify(headers));
    }
    assert.equal(
      reasonOf({ body: JSON.stringify({ eventData: `A${ENCRYPTED.slice(1)}` }) }),
      'signature_wrong',
    );
    assert.equal(reasonOf({ headers: { 'x-tm-app-key': 'unknown' } }), 'app_unknown');
    assert.equal(reasonOf({}, []), 'app_unknown');
    for (const signature of [undefined, '', '  '])
      assert.equal(reasonOf({ headers: { 'x-tm-signature': signature } }), 'signature_missing');
    // A secret too short to decrypt with must not throw.
    assert.equal(reasonOf({}, [{ ...APP, appSecret: 'short' }]), 'signature_wrong');
  });

  test('peer failure 42: a missing header or a strange body is named, never thrown', () => {
    const problemOf = (change: Change): string => {
      const verdict = readTemuPush(push(change), [APP]);
      return verdict.verdict === 'malformed' ? verdict.problem : verdict.verdict;
    };
    for (const name of ['x-tm-app-key', 'x-tm-event-code', 'x-tm-timestamp'])
      assert.match(problemOf({ headers: { [name]: undefined } }), new RegExp(name));
    assert.match(problemOf({ headers: { 'x-tm-timestamp': '1700000000' } }), /milliseconds/);
    for (const body of [
      '',
      'x',
      '[]',
      'null',
      '"text"',
      '{"eventData":',
      '{}',
      '{"eventData":null}',
      '{"eventData":""}',
    ])
      assert.match(problemOf({ body }), /eventData/, body);
  });

  test('one key registered with two gateways: the secret that signed says which', () => {
    const twin = { ...APP, appSecret: 'anotherSecret0123456789' };
    assert.equal(genuine(readTemuPush(push(), [twin, APP])).app, APP);
    assert.equal(genuine(readTemuPush(push(), [APP, twin])).app, APP);
  });

  test('the test message of the portal comes in clear, and must be signed all the same', () => {
    const text = '{"mallId":600000000000009,"msg":"hello"}';
    for (const eventData of [text, JSON.parse(text) as unknown, 'hello']) {
      const signedText = typeof eventData === 'string' ? eventData : text;
      const request = signed(signedText, eventData, 'bg_open_event_test');
      const { message } = genuine(readTemuPush(request, [APP]));
      assert.deepEqual([message.topic, message.text, message.wasEncrypted], ['test', signedText, false]);
      const unsigned = { ...request, headers: { ...request.headers, 'x-tm-signature': WITH_EXT_PARAM } };
      assert.equal(readTemuPush(unsigned, [APP]).verdict, 'refused');
    }
  });

  test('peer failure 46: ids of 19 digits survive, whatever they are written as', () => {
    const text =
      '{"mallId":9223372036854775807,"parentOrderSn":"PO-211-1","parentAfterSalesSn":9007199254740993,"updateAt":1700000000123}';
    const { message } = genuine(readTemuPush(encrypted(text, 'bg_aftersales_status_change'), [APP]));
    assert.deepEqual(
      [message.topic, message.platformShopId, message.orderNumber, message.caseNumber],
      ['after_sales', '9223372036854775807', 'PO-211-1', '9007199254740993'],
    );
  });

  test('a signed message that cannot be understood is genuine all the same: kept, with nothing read from it', () => {
    for (const text of ['not JSON', '[1]', '{"mallId":{"a":1},"parentOrderSn":["x"]}', '{"mallId":null}']) {
      const { message } = genuine(readTemuPush(encrypted(text, 'bg_something_new'), [APP]));
      assert.deepEqual(
        [message.topic, message.platformShopId, message.orderNumber, message.text],
        ['unknown', null, null, text],
      );
    }
  });

  test('every documented event has its topic; another is unknown', () => {
    assert.deepEqual(
      TEMU_PUSH_EVENTS.map(({ topic }) => topic),
      ['order', 'address', 'after_sales', 'cancellation', 'fulfilment', 'test'],
    );
    assert.equal(topicOf('bg_test_event'), 'test');
    assert.equal(topicOf('toString'), 'unknown');
  });
});
