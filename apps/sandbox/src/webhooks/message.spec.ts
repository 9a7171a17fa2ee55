import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildMessage, encryptEventData, signEvent } from './message.js';

/** The vectors of reference §9. */
const APP = { appKey: 'sbxAppKey0001', appSecret: 'sbxSecret0123456789abcdef' };
const TIMESTAMP = 1700000000000;
const EVENT = {
  eventCode: 'bg_order_status_change_event',
  eventData:
    '{"mallId":600000000000009,"parentOrderSn":"PO-211-00000000000000001","orderSn":"211-00000000000000001","orderStatus":2,"updateTime":1700000000}',
};
const WITH_EXT_PARAM = '5eebee8cc2678b444ba8027fa8a075bea842fdaac7997ba85e6ac181f8226278';
const WITHOUT = 'd0a1cde4a20ade35bbcb3a39fc313f2a57eaff519967bbc876c38b9269132a00';
const ENCRYPTED =
  'jUQr1pniRbiZhcPP46eGVhgVp7MsnAGQNG/dL1zX2F8qzmArKG1oJxHjdQr5/lMucB7TdMfKP4JJ8ZOdA+UrSSy3bpP6I4HRyJEy/aZp7z0QJ4gOqxjeWi54dCGL4S/vIu+eLaz1qs8FDs3ZMMswtNL9njpemG9MhTUxuuZKdQCVITfwtOcZUmxWIL7Am9WG';

describe('a pushed message', () => {
  test('the signature of both documented forms', () => {
    assert.equal(signEvent(EVENT, APP, TIMESTAMP, true), WITH_EXT_PARAM);
    assert.equal(signEvent(EVENT, APP, TIMESTAMP, false), WITHOUT);
  });

  test('the payload is encrypted with the first 16 bytes of the secret', () => {
    assert.equal(encryptEventData(EVENT.eventData, APP.appSecret), ENCRYPTED);
  });

  test('headers and body', () => {
    const message = buildMessage(EVENT, APP, TIMESTAMP, { withExtParam: false, isEncrypted: true });
    assert.deepEqual(message.headers, {
      'content-type': 'application/json',
      'x-tm-app-key': 'sbxAppKey0001',
      'x-tm-event-code': 'bg_order_status_change_event',
      'x-tm-timestamp': '1700000000000',
      'x-tm-signature': WITHOUT,
      'x-tm-ext-param': '{}',
    });
    assert.equal(message.body, JSON.stringify({ eventData: ENCRYPTED }));
  });
});
