import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import type { PushedRequest } from '../../port.js';
import { operationOf } from '../openapi.fixture.js';
import { readTikTokPush, TIKTOK_PUSH_EVENTS } from './pushes.js';

const APP = { appKey: 'inv6key42demo', appSecret: 'inv_secret_7f3a9c21d0' };
const OTHER = { appKey: 'sbxOtherKey', appSecret: 'sbxOtherSecret0123456789' };
/** Vector W1. */
const BODY =
  '{"type":1,"tts_notification_id":"7300000000000000001","shop_id":"7490000000000000001","timestamp":1767225800,"data":{"order_id":"579000000000000001","order_status":"AWAITING_SHIPMENT","is_on_hold_order":false,"update_time":1767225799}}';
const SIGNATURE = '8e19a782fe41d0beb740ec3debb2eaa3c1bb07a7bfb3eed7616e6e61886cf60d';

/** A second writing of the rule. */
function signed(body: string, app = APP): PushedRequest {
  const authorization = createHmac('sha256', app.appSecret)
    .update(app.appKey + body)
    .digest('hex');
  return { headers: { authorization }, body };
}

const message = (change: Record<string, unknown>) =>
  JSON.stringify({
    type: 1,
    tts_notification_id: '1',
    shop_id: '7',
    timestamp: 1767225800,
    data: {},
    ...change,
  });

function read(body: string) {
  const verdict = readTikTokPush(signed(body), [OTHER, APP]);
  assert.ok(verdict.verdict === 'genuine', JSON.stringify(verdict));
  return verdict.message;
}

describe('pushed messages', () => {
  test('W1, among several apps', () => {
    const verdict = readTikTokPush(
      { headers: { authorization: ` ${SIGNATURE.toUpperCase()} ` }, body: BODY },
      [OTHER, APP],
    );
    assert.deepEqual(verdict, {
      verdict: 'genuine',
      app: APP,
      message: {
        eventCode: 'ORDER_STATUS_CHANGE',
        topic: 'order',
        platformShopId: '7490000000000000001',
        orderNumber: '579000000000000001',
        caseNumber: null,
        sentAt: new Date(1_767_225_800_000),
        text: BODY,
        wasEncrypted: false,
      },
    });
  });

  test('over the bytes that came: the same JSON written otherwise is another message', () => {
    const again = JSON.stringify(JSON.parse(BODY), null, 1);
    assert.deepEqual(readTikTokPush({ headers: { authorization: SIGNATURE }, body: again }, [APP]), {
      verdict: 'refused',
      reason: 'signature_wrong',
      app: null,
    });
    assert.equal(read(`${BODY}\n`).text, `${BODY}\n`);
  });

  test('what is not signed by an app of ours is refused', () => {
    const refusal = (request: PushedRequest, apps = [APP]) => {
      const verdict = readTikTokPush(request, apps);
      return verdict.verdict === 'refused' && verdict.reason;
    };
    assert.equal(refusal({ headers: {}, body: BODY }), 'signature_missing');
    assert.equal(refusal(signed(BODY, OTHER)), 'signature_wrong');
    assert.equal(refusal(signed(BODY), []), 'app_unknown');
    assert.equal(
      refusal({ headers: { authorization: `Bearer ${SIGNATURE}` }, body: BODY }),
      'signature_wrong',
    );
    assert.equal(refusal({ headers: { authorization: 'zz' }, body: BODY }), 'signature_wrong');
    // The secret of one app and the key of another.
    assert.equal(refusal(signed(BODY, { ...APP, appKey: OTHER.appKey }), [APP, OTHER]), 'signature_wrong');
  });

  test('what has not the form of a message is malformed', () => {
    for (const body of [
      '',
      'x',
      '[]',
      'null',
      message({ type: null }),
      message({ type: 'a b' }),
      message({ timestamp: 'soon' }),
      message({ timestamp: 1767225800000 }),
    ])
      assert.equal(readTikTokPush(signed(body), [APP]).verdict, 'malformed', body);
  });

  for (const [type, eventCode, topic] of [
    [1, 'ORDER_STATUS_CHANGE', 'order'],
    [2, 'REVERSE_STATUS_UPDATE', 'after_sales'],
    [3, 'RECIPIENT_ADDRESS_UPDATE', 'address'],
    [4, 'PACKAGE_UPDATE', 'fulfilment'],
    [5, 'PRODUCT_STATUS_CHANGE', 'unknown'],
    [6, 'SELLER_DEAUTHORIZATION', 'authorization'],
    [7, 'UPCOMING_AUTHORIZATION_EXPIRATION', 'authorization'],
    [11, 'CANCELLATION_STATUS_CHANGE', 'cancellation'],
    [12, 'RETURN_STATUS_CHANGE', 'after_sales'],
    [37, 'PRODUCT_AUDIT_STATUS_CHANGE', 'unknown'],
    ['11', 'CANCELLATION_STATUS_CHANGE', 'cancellation'],
    ['RETURN_STATUS_CHANGE', 'RETURN_STATUS_CHANGE', 'after_sales'],
    [99, '99', 'unknown'],
  ] as const)
    test(`type ${JSON.stringify(type)}`, () => {
      const { eventCode: code, topic: about } = read(message({ type }));
      assert.deepEqual([code, about], [eventCode, topic]);
    });

  test('ids keep every digit; what cannot be read is null', () => {
    const told = read(
      '{"type":12,"shop_id":7490000000000000001,"timestamp":"1767225800","data":{"order_id":576461413038785752,"return_id":"4035318504086604100"}}',
    );
    assert.deepEqual(
      [told.platformShopId, told.orderNumber, told.caseNumber],
      ['7490000000000000001', '576461413038785752', '4035318504086604100'],
    );
    const odd = read(message({ shop_id: {}, data: { order_id: 'a\u0000b', cancel_id: '5' } }));
    assert.deepEqual([odd.platformShopId, odd.orderNumber, odd.caseNumber], [null, null, '5']);
    assert.equal(read(message({ data: 'text' })).orderNumber, null);
  });

  test("the events are those that TikTok's OpenAPI files name", () => {
    const schema = JSON.stringify(operationOf('PUT', '/event/202309/webhooks').requestBody);
    const named = [...schema.matchAll(/- `([A-Z_]+)`:/g)].map(([, name]) => name).sort();
    assert.deepEqual(TIKTOK_PUSH_EVENTS.map(({ eventCode }) => eventCode).sort(), named);
  });
});
