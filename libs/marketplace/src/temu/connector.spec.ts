import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { CallLimiter, PermitKey } from '../call/limiter.js';
import { MarketplaceError, type MarketplaceErrorKind } from '../errors.js';
import type { CallContext, CallReport } from '../port.js';
import { createTemuConnector, type TemuConnector, type TemuConnectorOptions } from './connector.js';
import { FAKE_SECRET, type FakeGateway, startFakeGateway } from './fake-gateway.fixture.js';
import { goodsRow, orderRow, skuRow } from './sample-rows.fixture.js';

const TOKEN = 'fakeToken0123456789abcdef';

class CountingLimiter implements CallLimiter {
  readonly permits: PermitKey[] = [];
  readonly penalties: number[] = [];
  async acquire(key: PermitKey): Promise<void> {
    this.permits.push(key);
  }
  penalize(_key: PermitKey, retryAfterMs: number): void {
    this.penalties.push(retryAfterMs);
  }
}

let gateway: FakeGateway;
let limiter: CountingLimiter;
let connector: TemuConnector;
let calls: CallReport[];
let ctx: CallContext;

function connect(options: Partial<TemuConnectorOptions> = {}): TemuConnector {
  return createTemuConnector({
    gateways: { us: gateway.url, cn: gateway.url, partner: gateway.url },
    limiter,
    random: () => 0,
    ...options,
  });
}

before(async () => {
  gateway = await startFakeGateway();
});
after(() => gateway.close());
beforeEach(() => {
  gateway.calls.length = 0;
  limiter = new CountingLimiter();
  connector = connect();
  calls = [];
  ctx = {
    credentials: {
      marketplace: 'temu',
      region: 'us',
      appKey: 'fakeAppKey',
      appSecret: FAKE_SECRET,
      accessToken: TOKEN,
      scopes: null,
      version: 1,
    },
    onCall: (call) => calls.push(call),
  };
});
afterEach(() => connector.close());

const page = (...pageItems: unknown[]) => ({ result: { totalItemNum: pageItems.length, pageItems } });
const WINDOW = { from: new Date(1_700_000_000_000), to: new Date(1_700_086_400_000) };
const listQuery = { window: WINDOW, by: 'updated', page: 2, pageSize: 100 } as const;
const list = () => connector.listParentOrders(ctx, { ...listQuery, page: 1 });

async function failure(promise: Promise<unknown>): Promise<MarketplaceError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof MarketplaceError, String(error));
    return error;
  }
  return assert.fail('it succeeded');
}

async function failsAs(
  promise: Promise<unknown>,
  kind: MarketplaceErrorKind,
  code?: string,
): Promise<MarketplaceError> {
  const error = await failure(promise);
  assert.equal(error.kind, kind, error.message);
  if (code !== undefined) assert.equal(error.platformCode, code);
  return error;
}

const sent = (index = -1) => Object.fromEntries(gateway.calls.at(index)?.fields ?? []);

describe('requests', () => {
  test('peer failure 5: orders by update time: flat, signed, both fulfilment types, the right names', async () => {
    gateway.reply({ result: { totalItemNum: 101, pageItems: [orderRow()] } });
    await connector.listParentOrders(ctx, listQuery);
    assert.equal(gateway.calls[0]?.path, '/us/openapi/router');
    const { sign, timestamp, ...fields } = sent();
    assert.match(sign ?? '', /^[0-9A-F]{32}$/);
    assert.match(timestamp ?? '', /^\d{10}$/);
    assert.deepEqual(fields, {
      type: 'bg.order.list.v2.get',
      app_key: 'fakeAppKey',
      access_token: TOKEN,
      data_type: 'JSON',
      pageNumber: '2',
      pageSize: '100',
      fulfillmentTypeList: '["fulfillBySeller","fulfillByCooperativeWarehouse"]',
      updateAtStart: '1700000000',
      updateAtEnd: '1700086400',
      sortby: 'updateTime',
    });
  });

  test('orders by creation time', async () => {
    gateway.reply(page(orderRow()));
    await connector.listParentOrders(ctx, { ...listQuery, by: 'created', page: 1 });
    const { createAfter, createBefore, sortby, updateAtStart } = sent();
    assert.deepEqual(
      [createAfter, createBefore, sortby, updateAtStart],
      ['1700000000', '1700086400', 'createTime', undefined],
    );
  });

  test('goods page by pageNo, and a 19-digit id goes out as a bare integer', async () => {
    const id = '9007199254740993123';
    gateway.reply({
      text: `{"success":true,"errorCode":1000000,"result":{"total":1,"goodsList":[{"goodsId":${id},"quantity":3}]}}`,
    });
    const found = await connector.getProductsById(ctx, [id]);
    assert.equal(found.records[0]?.goodsId, id);
    const { pageNo, pageNumber, goodsSearchType, goodsIdList } = sent();
    assert.deepEqual([pageNo, pageNumber, goodsSearchType, goodsIdList], ['1', undefined, '1', `[${id}]`]);
  });

  test('an exchange of a code puts the code in the place of the token', async () => {
    gateway.reply({ result: { accessToken: 'newToken', mallId: 7, expiredTime: 1_800_000_000 } });
    const app = { region: 'us', appKey: 'fakeAppKey', appSecret: FAKE_SECRET } as const;
    const issued = await connector.exchangeCode({ app, code: 'code0001' });
    assert.deepEqual([issued.accessToken, issued.shop.mallId], ['newToken', '7']);
    assert.deepEqual([sent().code, sent().access_token], ['code0001', 'code0001']);
  });

  test('the partner gateway has its own name for the token call', async () => {
    gateway.reply({ result: { uniqueId: 'u-9', apiScopeList: [] } });
    const credentials = { ...ctx.credentials, region: 'partner' } as const;
    assert.equal((await connector.describeToken({ ...ctx, credentials })).mallId, 'u-9');
    assert.equal(sent().type, 'bg.open.accesstoken.info.get.global');
  });

  test('a subscription names both lists, also an empty one', async () => {
    gateway.reply({ result: true });
    await connector.changePushSubscription(ctx, { permit: ['bg_order_status_change_event'], cancel: [] });
    const { type, permitEventCodeList, cancelEventCodeList } = sent();
    assert.deepEqual(
      [type, permitEventCodeList, cancelEventCodeList],
      ['bg.tmc.message.update', '["bg_order_status_change_event"]', '[]'],
    );
  });

  test('what cannot be asked is refused before a permit is taken', async () => {
    const wrong: [() => Promise<unknown>, RegExp][] = [
      [() => connector.listParentOrders(ctx, { ...listQuery, page: 0 }), /page must be/],
      [() => connector.listParentOrders(ctx, { ...listQuery, pageSize: 101 }), /pageSize must be 1 to 100/],
      [
        () => connector.listParentOrders(ctx, { ...listQuery, window: { from: WINDOW.to, to: WINDOW.from } }),
        /ends before/,
      ],
      [
        () => connector.listParentOrders(ctx, { ...listQuery, window: { from: new Date(1), to: WINDOW.to } }),
        /whole seconds/,
      ],
      [() => connector.getParentOrdersBySn(ctx, []), /1 to 20 parent order numbers, got 0/],
      [() => connector.getParentOrdersBySn(ctx, [' ']), /number is empty/],
      [() => connector.getProductsById(ctx, ['abc']), /goodsId must be/],
      [() => connector.getSupplierPrices(ctx, []), /1 to 100 products/],
      [() => connector.changePushSubscription(ctx, { permit: [], cancel: [] }), /1 to 40 events, got 0/],
      [
        () => connector.changePushSubscription(ctx, { permit: Array(21).fill('bg_x'), cancel: [] }),
        /at most 20 events to permit, got 21/,
      ],
    ];
    for (const [ask, message] of wrong) assert.match((await failsAs(ask(), 'programming')).message, message);
    const noToken = { ...ctx, credentials: { ...ctx.credentials, accessToken: '' } };
    await failsAs(connector.describeToken(noToken), 'token');
    assert.equal(limiter.permits.length, 0);
    assert.equal(gateway.calls.length, 0);
  });
});

describe('answers', () => {
  test('a page, with the clock of the platform and a row that could not be read', async () => {
    const date = new Date('2024-03-05T06:07:08Z');
    gateway.reply({ ...page(orderRow(), orderRow({ parent: { updateTime: null } })), date });
    const answer = await list();
    assert.equal(answer.total, 2);
    assert.equal(answer.records.length, 1);
    assert.equal(answer.unreadable[0]?.reason, 'updateTime is missing');
    assert.deepEqual(answer.platformTime, date);
    assert.ok(Math.abs(answer.requestStartedAt.getTime() - Date.now()) < 60_000);
    assert.deepEqual(
      calls.map((call) => [call.operation, call.outcome]),
      [['bg.order.list.v2.get', 'ok']],
    );
  });

  test('an empty shop is empty, and so is a page behind the last', async () => {
    gateway.reply({ result: { totalItemNum: 0 } });
    assert.deepEqual((await list()).records, []);
    gateway.reply({ result: { totalItemNum: 100, pageItems: [] } });
    assert.deepEqual((await connector.listParentOrders(ctx, listQuery)).records, []);
  });

  test('peer failure 16: a total without its rows is a fault, never an empty list', async () => {
    for (const result of [
      { totalItemNum: 5 },
      { totalItemNum: 5, pageItems: null },
      { totalItemNum: 5, pageItems: [] },
      { totalItemNum: 5, pageItems: {} },
      { pageItems: [] },
    ]) {
      gateway.reply({ result });
      await failsAs(list(), 'transient');
    }
    gateway.reply({ text: '{"success":true,"errorCode":1000000}' });
    await failsAs(list(), 'transient');
  });

  test('a filter that the platform ignored does not make the rest look gone', async () => {
    gateway.reply(page(orderRow()));
    await failsAs(connector.getParentOrdersBySn(ctx, ['PO-other']), 'transient');
    gateway.reply({ result: { total: 1, goodsList: [goodsRow()] } });
    await failsAs(connector.getProductsById(ctx, ['5']), 'transient');
  });

  test('success needs both flags, and no failure inside', async () => {
    gateway.reply({ text: '{"success":true,"errorCode":2000000,"errorMsg":"no","result":{}}' });
    await failsAs(list(), 'business', '2000000');
    gateway.reply({ text: '{"success":false,"errorCode":1000000,"result":{"totalItemNum":0}}' });
    await failsAs(list(), 'business', '1000000');
    gateway.reply({ result: { success: false, errorMsg: 'inner refusal', totalItemNum: 0 } });
    assert.equal((await failsAs(list(), 'business')).platformMessage, 'inner refusal');
  });

  test('amounts that are still being computed are an answer, asked for once', async () => {
    for (const code of [140020008, 140020009]) {
      gateway.calls.length = 0;
      gateway.reply({ code });
      assert.equal(await connector.getOrderAmounts(ctx, 'PO-1'), 'still_computing');
      assert.equal(gateway.calls.length, 1);
    }
  });

  test('products are looked for in each part of the catalogue until all are found', async () => {
    const none = { result: { total: 0, goodsList: [] } };
    gateway.reply({ result: { total: 1, goodsList: [goodsRow({ goodsId: 1 })] } }, none, none, {
      result: { total: 1, goodsList: [goodsRow({ goodsId: 2 })] },
    });
    const found = await connector.getProductsById(ctx, ['1', '2']);
    assert.deepEqual(
      found.records.map((product) => [product.goodsId, product.listing]),
      [
        ['1', 'listed'],
        ['2', 'deleted'],
      ],
    );
    assert.deepEqual(
      gateway.calls.map((call) => [call.fields.get('goodsSearchType'), call.fields.get('goodsIdList')]),
      [
        ['1', '[1,2]'],
        ['4', '[2]'],
        ['5', '[2]'],
        ['6', '[2]'],
      ],
    );
  });

  test('SKUs', async () => {
    gateway.reply({ result: { total: 1, skuList: [skuRow()] } });
    const answer = await connector.listSkus(ctx, { available: false, page: 1, pageSize: 50 });
    assert.equal(answer.records[0]?.sellerSku, 'MUG-BLUE');
    assert.deepEqual([sent().skuSearchType, sent().pageNo], ['3', '1']);
  });
});

describe('failures', () => {
  test('transport faults and garbage are tried three times, each with a permit', async () => {
    const faults = [
      { fault: 'cut' },
      { fault: 'cut_in_body' },
      { status: 500 },
      { status: 503, body: '{"success":true,"errorCode":1000000}' },
      { text: '<html>bad gateway</html>' },
      { text: '' },
      { text: '[]' },
      { text: '{"ok":1}' },
      { code: 4000000 },
    ] as const;
    for (const fault of faults) {
      gateway.reply(fault, fault, page(orderRow()));
      limiter = new CountingLimiter();
      gateway.calls.length = 0;
      calls.length = 0;
      await connector.close();
      connector = connect();
      assert.equal((await list()).total, 1, JSON.stringify(fault));
      assert.equal(gateway.calls.length, 3);
      assert.equal(limiter.permits.length, 3);
      assert.deepEqual(
        calls.map((call) => call.outcome),
        ['retried', 'retried', 'ok'],
      );
      gateway.reply(fault);
      assert.equal((await failsAs(list(), 'transient')).retryable, true);
      assert.equal(calls.at(-1)?.outcome, 'failed');
    }
  });

  test('a slow answer ends at the deadline, also in the middle of its body', async () => {
    await connector.close();
    connector = connect({ timeoutMs: 60 });
    for (const fault of ['silence', 'stall_in_body'] as const) {
      gateway.calls.length = 0;
      gateway.reply({ fault });
      const error = await failsAs(list(), 'transient', 'deadline');
      assert.match(error.message, /60 ms/);
      assert.equal(gateway.calls.length, 3);
    }
  });

  test('a gateway that is not there', async () => {
    await connector.close();
    const gone = await startFakeGateway();
    await gone.close();
    connector = connect({ gateways: { us: gone.url } });
    assert.match((await failsAs(list(), 'transient', 'unreachable')).message, /ECONNREFUSED/);
  });

  test('what will not get better is tried once', async () => {
    const cases: [number, MarketplaceErrorKind][] = [
      [3000001, 'signature'],
      [3000003, 'configuration'],
      [3000026, 'configuration'],
      [3000032, 'scope'],
      [3000034, 'token'],
      [5000003, 'ip'],
      [140020012, 'programming'],
      [180099999, 'business'],
    ];
    for (const [code, kind] of cases) {
      gateway.calls.length = 0;
      gateway.reply({ code, message: 'why' });
      const error = await failsAs(list(), kind, String(code));
      assert.deepEqual(
        [error.platformMessage, error.requestId, error.retryable, error.operation],
        ['why', 'us-00000000-fake', false, 'bg.order.list.v2.get'],
      );
      assert.notEqual(error.remedy, '');
      assert.equal(gateway.calls.length, 1, String(code));
    }
  });

  test('7000000 means one thing at home and another in CN', async () => {
    gateway.reply({ code: 7000000 });
    await failsAs(connector.describeToken(ctx), 'transient');
    assert.equal(gateway.calls.length, 2);
    const cn = { ...ctx, credentials: { ...ctx.credentials, region: 'cn' } as const };
    await failsAs(connector.describeToken(cn), 'programming');
    assert.equal(gateway.calls.length, 3);
  });

  test('a refusal for the pace slows everybody down, and the call goes on', async () => {
    gateway.reply({ code: 4000004 }, { status: 429, headers: { 'retry-after': '0' } }, page(orderRow()));
    assert.equal((await list()).total, 1);
    assert.equal(limiter.penalties.length, 2);
    gateway.reply({ code: 4000004 });
    await failsAs(list(), 'rate');
    assert.equal(limiter.penalties.length, 2 + 8);
  });

  test('a refused clock is set by the platform, and stays set', async () => {
    const date = new Date('2031-01-01T00:00:00Z');
    gateway.reply({ code: 3000012, date }, { ...page(orderRow()), date });
    await list();
    await list();
    const times = gateway.calls.map((call) => Number(call.fields.get('timestamp')) - date.getTime() / 1000);
    assert.equal(times.length, 3);
    assert.ok(Math.abs(times[0] ?? 0) > 300);
    assert.ok(
      times.slice(1).every((offset) => Math.abs(offset) <= 5),
      String(times),
    );
    gateway.reply({ code: 3000011, date });
    await failsAs(list(), 'clock');
    assert.equal(gateway.calls.length, 5);
  });

  test('a code is not spent twice', async () => {
    const app = { region: 'us', appKey: 'fakeAppKey', appSecret: FAKE_SECRET } as const;
    for (const fault of [{ fault: 'cut' }, { status: 500 }, { code: 4000000 }, { text: 'x' }] as const) {
      gateway.calls.length = 0;
      gateway.reply(fault);
      await failsAs(connector.exchangeCode({ app, code: 'code0001' }), 'transient');
      assert.equal(gateway.calls.length, 1);
    }
    gateway.reply({ code: 4000004 }, { result: { accessToken: 'newToken', mallId: 7 } });
    assert.equal((await connector.exchangeCode({ app, code: 'code0001' })).accessToken, 'newToken');
  });

  test('the caller can give up, before and during', async () => {
    const early = AbortSignal.abort();
    await failsAs(connector.describeToken({ ...ctx, signal: early }), 'aborted');
    assert.equal(limiter.permits.length, 0);
    gateway.reply({ fault: 'silence' });
    const late = new AbortController();
    const running = failure(connector.describeToken({ ...ctx, signal: late.signal }));
    while (gateway.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    late.abort();
    assert.equal((await running).kind, 'aborted');
    assert.equal(gateway.calls.length, 1);
  });

  test('a limiter that fails lets nothing through', async () => {
    await connector.close();
    connector = connect({
      limiter: {
        acquire: () => Promise.reject(new Error('no database')),
        penalize: () => undefined,
      },
    });
    const error = await failsAs(list(), 'transient');
    assert.match(error.message, /no permit/);
    assert.equal(gateway.calls.length, 0);
  });

  test('a reporter that throws does not fail the call', async () => {
    gateway.reply(page(orderRow()));
    ctx.onCall = () => {
      throw new Error('reporter');
    };
    assert.equal((await list()).total, 1);
  });
});

describe('the breaker', () => {
  test('opens on faults, takes no permit while open, spares other groups, and closes after its pause', async () => {
    await connector.close();
    connector = connect({ breaker: { volumeThreshold: 3, resetTimeoutMs: 150 } });
    gateway.reply({ status: 503 });
    await failsAs(list(), 'transient');
    const permits = limiter.permits.length;
    const error = await failsAs(list(), 'breaker_open');
    assert.equal(limiter.permits.length, permits);
    assert.ok(
      error.retryable && error.retryAfterMs !== null && error.retryAfterMs > 0 && error.retryAfterMs <= 150,
    );

    gateway.reply({ result: { mallId: 7 } });
    assert.equal((await connector.describeToken(ctx)).mallId, '7');

    gateway.reply(page(orderRow()));
    const deadline = Date.now() + 5_000;
    for (;;) {
      const outcome = await list().catch((caught: unknown) => caught);
      if (!(outcome instanceof MarketplaceError)) break;
      assert.equal(outcome.kind, 'breaker_open');
      assert.ok(Date.now() < deadline, 'it never closed');
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  test('refused tokens never open it', async () => {
    await connector.close();
    connector = connect({ breaker: { volumeThreshold: 3 } });
    gateway.reply({ code: 3000034 });
    for (let i = 0; i < 20; i += 1) await failsAs(list(), 'token');
  });
});

describe('secrets', () => {
  test('stand in no error and no quarantined row, whatever the platform echoes', async () => {
    const echo = `you sent ${TOKEN} signed with ${FAKE_SECRET}\n${'x'.repeat(5_000)}`;
    gateway.reply({ code: 3000000, message: echo });
    const error = await failsAs(list(), 'programming');
    assert.ok((error.platformMessage?.length ?? 0) <= 300);
    gateway.reply({ text: `${TOKEN} ${FAKE_SECRET}` });
    const garbage = await failsAs(list(), 'transient');
    gateway.reply(page({ ...orderRow({ parent: { updateTime: TOKEN } }), note: FAKE_SECRET }));
    const { unreadable } = await list();
    assert.equal(unreadable.length, 1);
    const everything = [error, garbage]
      .flatMap((e) => [e.message, e.remedy, e.platformMessage, e.stack, JSON.stringify(e), String(e.cause)])
      .concat(JSON.stringify(unreadable))
      .join('\n');
    assert.ok(!everything.includes(TOKEN) && !everything.includes(FAKE_SECRET));
    assert.match(everything, /\[redacted\]/);
  });
});
