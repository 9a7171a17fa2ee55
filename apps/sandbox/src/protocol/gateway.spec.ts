import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import {
  type Answer,
  CONTROL_TOKEN,
  type Credentials,
  call,
  control,
  dig,
  list,
  post,
  sign,
  signedBody,
  US,
} from '../test-client.js';

const INFO = 'bg.open.accesstoken.info.get';
const EU: Credentials = {
  appKey: 'sbxAppKey0002',
  secret: 'sbxSecretEu0123456789abcdef',
  accessToken: 'sbxToken0002',
  region: 'eu',
};
const CN: Credentials = {
  appKey: 'sbxAppKey0004',
  secret: 'sbxSecretCn0123456789abcdef',
  accessToken: 'sbxToken0004',
  region: 'cn',
};
const PARTNER: Credentials = {
  appKey: 'sbxAppKey0005',
  secret: 'sbxSecretPartner0123456789',
  accessToken: 'sbxToken0005',
  region: 'partner',
};

/** Takes fields away or changes them, then signs again. */
function altered(change: Record<string, unknown>, credentials = US, type = INFO): Record<string, unknown> {
  const { sign: _old, ...fields } = { ...signedBody(type, {}, credentials), ...change };
  const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...kept, sign: sign(kept, credentials.secret) };
}

describe('gateway', () => {
  let sandbox: Sandbox;
  let monotonic = 0;
  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      ratePerSecond: 0,
      monotonicMs: () => monotonic,
      strict: false,
    });
  });
  after(() => sandbox.close());
  const codeOf = async (body: unknown, path = '/us/openapi/router'): Promise<number> =>
    (await post(sandbox.url, body, path)).errorCode;

  test('a good call gets the envelope', async () => {
    const answer = await call(sandbox.url, INFO);
    assert.deepEqual(Object.keys(answer), ['success', 'errorCode', 'errorMsg', 'requestId', 'result']);
    assert.equal(answer.success, true);
    assert.equal(answer.errorCode, 1000000);
    assert.equal(answer.errorMsg, '');
    assert.match(answer.requestId, /^us-[0-9a-f]{8}-[0-9a-f-]{27}$/);
    assert.equal(dig(answer.result, 'mallId'), 634418210000001);
  });

  test('a failure has no result and still HTTP 200', async () => {
    const answer = await post(sandbox.url, '{}', '/us/openapi/router');
    assert.deepEqual(Object.keys(answer), ['success', 'errorCode', 'errorMsg', 'requestId']);
    assert.equal(answer.success, false);
  });

  test('every check has its code', async () => {
    const now = Math.floor(Date.now() / 1000);
    const cases: [string, unknown, number][] = [
      ['no JSON', 'not json', 3000000],
      ['no object', '[]', 3000000],
      ['no type', altered({ type: undefined }), 3000002],
      ['unknown type', altered({ type: 'bg.no.such' }), 3000003],
      ['type of another gateway', altered({ type: 'bg.open.accesstoken.info.get.global' }), 3000003],
      ['existing, not simulated type', altered({ type: 'bg.local.goods.stock.edit' }), 3000003],
      ['no app key', altered({ app_key: undefined }), 3000025],
      ['unknown app key', altered({ app_key: 'nobody' }), 3000026],
      ['app of another region', signedBody(INFO, {}, EU), 3000027],
      ['no sign', { ...signedBody(INFO), sign: undefined }, 3000040],
      ['wrong sign', { ...signedBody(INFO), sign: 'A'.repeat(32) }, 3000001],
      ['no timestamp', altered({ timestamp: undefined }), 3000010],
      ['timestamp ahead', altered({ timestamp: now + 305 }), 3000011],
      ['timestamp in milliseconds', altered({ timestamp: now * 1000 }), 3000011],
      ['timestamp expired', altered({ timestamp: now - 305 }), 3000012],
      ['timestamp no number', altered({ timestamp: 'soon' }), 3000000],
      ['data_type empty', altered({ data_type: '' }), 3000013],
      ['data_type wrong', altered({ data_type: 'XML' }), 3000014],
      ['no token', altered({ access_token: undefined }), 3000030],
      ['unknown token', altered({ access_token: 'nothing' }), 3000031],
      ['token of another app', altered({ access_token: 'sbxToken0002' }), 3000033],
    ];
    for (const [name, body, expected] of cases) assert.equal(await codeOf(body), expected, name);
  });

  test('checks come in the order of the live notes', async () => {
    const broken: Record<string, unknown> = {
      type: undefined,
      app_key: 'nobody',
      access_token: 'nothing',
      timestamp: 1,
      data_type: 'XML',
      sign: 'bad',
    };
    assert.equal(await codeOf(broken), 3000002);
    broken.type = 'bg.no.such';
    assert.equal(await codeOf({ ...broken, app_key: undefined, sign: undefined }), 3000003);
    broken.type = INFO;
    assert.equal(await codeOf({ ...broken, app_key: undefined, sign: undefined }), 3000025);
    assert.equal(await codeOf({ ...broken, sign: undefined }), 3000040, 'no sign before an unknown key');
    assert.equal(await codeOf(broken), 3000026, 'an unknown key before a wrong sign and an old timestamp');
    broken.app_key = US.appKey;
    assert.equal(await codeOf(broken), 3000001);
    assert.equal(await codeOf(altered({ ...broken, sign: undefined })), 3000012);
    assert.equal(await codeOf(altered({ access_token: 'nothing', data_type: 'XML' })), 3000014);
    assert.equal(await codeOf(altered({ access_token: 'nothing' })), 3000031);
  });

  test('timestamp as string, data_type absent or lower case, any content type', async () => {
    const now = Math.floor(Date.now() / 1000);
    assert.equal(await codeOf(altered({ timestamp: String(now - 295) })), 1000000);
    assert.equal(await codeOf(altered({ data_type: undefined })), 1000000);
    assert.equal(await codeOf(altered({ data_type: 'json', version: 'V1' })), 1000000);
    for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      const response = await fetch(`${sandbox.url}/us/openapi/router/`, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: JSON.stringify(signedBody(INFO)),
      });
      assert.equal(((await response.json()) as Answer).errorCode, 1000000, contentType);
    }
  });

  test('the bare path takes the region of the app', async () => {
    const answer = await post(sandbox.url, signedBody(INFO, {}, EU));
    assert.equal(answer.errorCode, 1000000);
    assert.match(answer.requestId, /^eu-/);
  });

  test('CN and partner have their own numbering and information calls', async () => {
    const cn = await call(sandbox.url, INFO, {}, CN);
    assert.equal(cn.errorMsg, null);
    assert.deepEqual(Object.keys(cn.result ?? {}), ['mallId', 'expiredTime', 'apiScopeList']);
    const path = '/cn/openapi/router';
    assert.equal(await codeOf('{}', path), 7000000);
    assert.equal(await codeOf(altered({ type: 'x' }, CN), path), 7000016);
    assert.equal(await codeOf({ ...signedBody(INFO, {}, CN), sign: 'A' }, path), 7000015);
    assert.equal(await codeOf(altered({ timestamp: 5 }, CN), path), 7000010);
    assert.equal(await codeOf(altered({ access_token: 'nothing' }, CN), path), 7000018);
    const partner = await call(sandbox.url, `${INFO}.global`, {}, PARTNER);
    assert.deepEqual(Object.keys(partner.result ?? {}), ['uniqueId', 'expiredTime', 'apiScopeList']);
    assert.equal((await call(sandbox.url, INFO, {}, PARTNER)).errorCode, 3000003);
  });

  test('types are strict and the path of a wrong one is named', async () => {
    const asText = await call(sandbox.url, 'bg.local.goods.list.query', { goodsSearchType: '1' });
    assert.equal(asText.errorCode, 3000000);
    assert.match(asText.errorMsg ?? '', /goodsSearchType/);
    const nested = await call(sandbox.url, 'bg.local.goods.sku.list.price.query', {
      querySupplierPriceBaseList: [{ goodsId: 1, skuIdList: [2, '3'] }],
    });
    assert.equal(nested.errorCode, 3000000);
    assert.match(nested.errorMsg ?? '', /querySupplierPriceBaseList\[0\]\.skuIdList\[1\]/);
    const inList = await call(sandbox.url, 'bg.order.list.v2.get', { parentOrderSnList: 'PO-1' });
    assert.match(inList.errorMsg ?? '', /parentOrderSnList/);
  });

  test('unknown fields, a nested request among them, are ignored and noted in the call log', async () => {
    await control(sandbox.url, 'DELETE', '/calls');
    const answer = await call(sandbox.url, 'bg.order.list.v2.get', {
      beginTime: 1,
      request: { pageSize: 50 },
    });
    assert.equal(answer.errorCode, 1000000);
    assert.equal(list(answer.result, 'pageItems').length, 10);
    const logged = await control(sandbox.url, 'GET', '/calls');
    assert.deepEqual(dig(logged, 'calls', 0, 'ignoredFields'), ['beginTime', 'request']);
    assert.equal(JSON.stringify(logged).includes(US.accessToken), false);
  });

  test('a token names well over a hundred calls, most of them not simulated', async () => {
    const scopes = list((await call(sandbox.url, INFO)).result, 'apiScopeList');
    assert.ok(scopes.length > 100, String(scopes.length));
    assert.equal(new Set(scopes).size, scopes.length);
    assert.ok(scopes.includes('bg.local.goods.stock.edit'));
    assert.equal((await call(sandbox.url, 'bg.local.goods.stock.edit')).errorCode, 3000003);
  });

  test('a revoked scope and an expired token', async () => {
    const token = await control(sandbox.url, 'POST', '/tokens', {
      appKey: US.appKey,
      mallId: 634418210000003,
    });
    const mine = { ...US, accessToken: String(dig(token, 'accessToken')) };
    assert.equal((await call(sandbox.url, INFO, {}, mine)).errorCode, 1000000);
    await control(sandbox.url, 'POST', '/tokens/revoke-scope', {
      accessToken: mine.accessToken,
      scope: 'bg.order.amount.query',
    });
    assert.equal((await call(sandbox.url, 'bg.order.amount.query', {}, mine)).errorCode, 3000032);
    await control(sandbox.url, 'POST', '/tokens/expire', { accessToken: mine.accessToken });
    assert.equal((await call(sandbox.url, INFO, {}, mine)).errorCode, 3000034);
  });

  test('event subscription', async () => {
    const type = 'bg.tmc.message.update';
    const event = 'bg_order_status_change_event';
    const codeFor = async (params: Record<string, unknown>) =>
      (await call(sandbox.url, type, params)).errorCode;
    assert.equal(await codeFor({ permitEventCodeList: Array(21).fill(event) }), 110020005);
    assert.equal(await codeFor({ permitEventCodeList: [event], cancelEventCodeList: [event] }), 110020006);
    assert.equal(await codeFor({ permitEventCodeList: ['bg_unheard_of'] }), 110020009);
    const good = await call(sandbox.url, type, { permitEventCodeList: [event], cancelEventCodeList: [] });
    assert.equal(good.result, true);
    assert.equal(await codeFor({ cancelEventCodeList: [event] }), 110020007);
    monotonic += 1000;
    assert.equal(await codeFor({ cancelEventCodeList: [event] }), 1000000);
  });
});

test('peer failure 5: strict is the default and names the unknown field', async () => {
  const sandbox = await startSandbox({ port: 0, dataDir: null, unknownAppCode: 4000000 });
  try {
    const answer = await call(sandbox.url, 'bg.order.list.v2.get', { page_size: 5, pageSize: 5 });
    assert.equal(answer.errorCode, 3000000);
    assert.match(answer.errorMsg ?? '', /page_size/);
    assert.equal((await call(sandbox.url, 'bg.order.list.v2.get', { pageSize: 5 })).errorCode, 1000000);
    assert.equal((await call(sandbox.url, INFO, {}, { ...US, appKey: 'nobody' })).errorCode, 4000000);
  } finally {
    await sandbox.close();
  }
});

test('more calls than the bucket holds are refused with 4000004 until it fills again', async () => {
  let monotonic = 0;
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    ratePerSecond: 5,
    monotonicMs: () => monotonic,
  });
  try {
    const burst = async (): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => call(sandbox.url, INFO)));
      const refused = answers.filter((answer) => answer.errorCode === 4000004).length;
      const passed = answers.filter((answer) => answer.errorCode === 1000000).length;
      assert.equal(refused + passed, 12);
      return passed;
    };
    assert.equal(await burst(), 5);
    assert.equal(
      (await call(sandbox.url, INFO, {}, EU)).errorCode,
      1000000,
      'another app has its own bucket',
    );
    monotonic += 400;
    assert.equal(await burst(), 2);
    monotonic += 60_000;
    assert.equal(await burst(), 5, 'never more than one second of calls is saved up');
  } finally {
    await sandbox.close();
  }
});
