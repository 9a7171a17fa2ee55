import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CALLS } from '../calls/registry.js';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, type Credentials, call, control, dig, list, US } from '../test-client.js';
import { checkAnswer } from './check-answer.js';
import { SCHEMAS } from './index.js';
import { readKey } from './notation.js';

const EU: Credentials = {
  appKey: 'sbxAppKey0002',
  secret: 'sbxSecretEu0123456789abcdef',
  accessToken: 'sbxToken0002',
  region: 'eu',
};
const JP: Credentials = {
  appKey: 'sbxAppKey0003',
  secret: 'sbxSecretGlobal0123456789ab',
  accessToken: 'sbxToken0003',
  region: 'global',
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
const SHOPS: readonly (Credentials & { mallId: number })[] = [
  { ...US, mallId: 634418210000001 },
  { ...EU, mallId: 634418220000001 },
  { ...JP, mallId: 634418230000001 },
];
const EVER = { createAtStart: 1, createAtEnd: 9_999_999_999 };
const BOTH = ['fulfillBySeller', 'fulfillByCooperativeWarehouse'];
const STATUSES = [1, 2, 3, 4, 5, 41, 51];

describe('schemas', () => {
  test('every simulated call has one, with its sources', () => {
    assert.deepEqual([...SCHEMAS.keys()].sort(), [...CALLS.keys()].sort());
    for (const [type, call] of CALLS) assert.equal(SCHEMAS.get(type), call.schema);
    for (const { type, evidence } of SCHEMAS.values()) {
      for (const { sources, confidence } of Object.values(evidence)) {
        assert.ok(sources.length > 0, type);
        assert.ok(confidence !== 'H' || sources.some((source) => source.startsWith('OFF ')), type);
      }
    }
  });

  test('pages, windows, choices and limits name parameters that the call has', () => {
    for (const {
      type,
      request,
      paging,
      windows,
      oneOf = {},
      atMost = {},
      alsoDocumented = [],
    } of SCHEMAS.values()) {
      const names = new Set(Object.keys(request).map((key) => readKey(key).name));
      const named = [
        paging?.number,
        paging?.token,
        paging?.size,
        ...(windows?.pairs.flat() ?? []),
        ...Object.keys(oneOf),
        ...Object.keys(atMost),
        ...alsoDocumented,
      ].filter((name) => name !== undefined);
      for (const name of named) assert.ok(names.has(name), `${type}: ${name}`);
    }
  });

  test('a key that is missing, too much or of another type is found', () => {
    const shape = { id: 'int', 'at|null': 'int', 'note?': 'string', rows: [{ name: 'string' }] } as const;
    assert.deepEqual(checkAnswer(shape, { id: 1, at: null, rows: [] }), []);
    assert.deepEqual(checkAnswer(shape, { id: '1', rows: [{ name: null, extra: 1 }], note: 2 }), [
      'result.id is "1", not an integer',
      'result.at is missing',
      'result.note is 2, not a string',
      'result.rows[0].name is null, not a string',
      'result.rows[0].extra is not documented',
    ]);
    assert.deepEqual(checkAnswer('int', 1.5), ['result is 1.5, not an integer']);
  });
});

describe('every answer is as documented, for every kind of record', () => {
  let sandbox: Sandbox;
  /** Calls that gave a result, with how many rows. */
  const seen = new Map<string, number>();

  before(async () => {
    sandbox = await startSandbox({ port: 0, dataDir: null, controlToken: CONTROL_TOKEN, ratePerSecond: 0 });
  });
  after(() => sandbox.close());

  async function ask(type: string, params: Record<string, unknown>, as: Credentials): Promise<unknown> {
    const answer = await call(sandbox.url, type, params, as);
    assert.equal(answer.errorCode, 1000000, `${type} ${JSON.stringify(params)}: ${answer.errorMsg}`);
    const schema = SCHEMAS.get(type);
    assert.ok(schema, type);
    const shape = schema.answerIn?.[as.region as 'cn'] ?? schema.answer;
    const problems = checkAnswer(shape, answer.result);
    assert.deepEqual(problems.slice(0, 5), [], type);
    seen.set(type, (seen.get(type) ?? 0) + 1);
    return answer.result;
  }
  const make = (mallId: number, order: Record<string, unknown>): Promise<unknown> =>
    control(sandbox.url, 'POST', `/shops/${mallId}/orders`, order);

  test('orders of every status, cancelled in part, cash on delivery, with and without a signature', async () => {
    for (const { mallId, ...as } of SHOPS) {
      const kinds = [
        ...STATUSES.map((status) => ({ status, count: 2 })),
        { status: 2, paymentType: 'COD' },
        { status: 4, signOnDeliveryMinor: 250, fulfilmentType: BOTH[1] },
        { lines: [{ quantity: 3, canceledQuantityBeforeShipment: 1, shippingMinor: 299 }] },
      ];
      for (const kind of kinds) await make(mallId, kind);
      const found = new Set<unknown>();
      for (const parentOrderStatus of STATUSES) {
        const page = { pageSize: 12, parentOrderStatus, fulfillmentTypeList: BOTH };
        const orders = list(await ask('bg.order.list.v2.get', page, as), 'pageItems');
        assert.ok(orders.length > 0);
        for (const order of orders) {
          const parentOrderSn = dig(order, 'parentOrderMap', 'parentOrderSn');
          await ask('bg.order.detail.v2.get', { parentOrderSn, fulfillmentTypeList: BOTH }, as);
          const amounts = await ask('bg.order.amount.query', { parentOrderSn }, as);
          found.add(dig(amounts, 'parentOrderMap', 'signOnDelivery') === null ? 'no signature' : 'signature');
          const address = await ask('bg.order.shippinginfo.v2.get', { parentOrderSn }, as);
          found.add(`warning ${dig(address, 'warning', 'reason')}`);
          await ask('bg.order.decryptshippinginfo.get', { parentOrderSn }, as);
          for (const line of list(order, 'orderList')) {
            const [net, ordered, cancelled] = [
              'quantity',
              'originalOrderQuantity',
              'canceledQuantityBeforeShipment',
            ].map((name) => Number(dig(line, name)));
            assert.equal(net, (ordered ?? 0) - (cancelled ?? 0));
            if (net !== ordered && net !== 0) found.add('cancelled in part');
          }
        }
      }
      for (const kind of ['signature', 'no signature', 'warning 1', 'warning null', 'cancelled in part']) {
        assert.ok(found.has(kind), `${as.region}: ${kind} in ${[...found].join()}`);
      }
    }
  });

  test('cases of every status, open and finished, with several lines', async () => {
    for (const { mallId, ...as } of SHOPS) {
      for (const status of [1, 2, 3, 5, 6, 7, 8, 10, 11]) {
        const made = await make(mallId, {
          status: 5,
          lines: [{ quantity: 3, discountFromTemuMinor: 7 }, { quantity: 2 }],
        });
        const [first, second] = [0, 1].map((index) => dig(made, 'orders', 0, 'lines', index, 'orderSn'));
        const path = `/shops/${mallId}/orders/${dig(made, 'orders', 0, 'parentOrderSn')}/refund`;
        const lines = [
          { orderSn: first, quantity: 1 },
          { orderSn: second, quantity: 2 },
        ];
        await control(sandbox.url, 'POST', path, { status, lines, type: status > 7 ? 2 : 1 });
        await control(sandbox.url, 'POST', path, {
          status: 5,
          orderSn: first,
          quantity: 2,
          opensAnother: true,
        });
      }
      const cases: unknown[] = [];
      for (let pageNo = 1; ; pageNo += 1) {
        const page = await ask(
          'bg.aftersales.parentaftersales.list.get',
          { ...EVER, pageNo, pageSize: 200 },
          as,
        );
        cases.push(...list(page, 'data'));
        if (list(page, 'data').length < 200) break;
      }
      assert.equal(new Set(cases.map((item) => dig(item, 'parentAfterSalesStatus'))).size, 9);
      const operations = new Set(cases.flatMap((item) => list(item, 'availableOperateList')));
      assert.deepEqual([...operations].sort(), [1, 10]);
      const deliveries = new Set(cases.map((item) => dig(item, 'returnDeliveryType')));
      assert.deepEqual([...deliveries].sort(), [3, 4, null]);
      for (const item of cases.slice(0, 60)) {
        const parentAfterSalesSn = dig(item, 'parentAfterSalesSn');
        const lines = { parentAfterSalesSnList: [parentAfterSalesSn] };
        await ask('bg.aftersales.aftersales.list.get', lines, as);
        const parentOrderSn = dig(item, 'parentOrderSn');
        await ask('temu.aftersales.parentaftersales.detail.get', { parentAfterSalesSn, parentOrderSn }, as);
      }
    }
  });

  test('requests to cancel of every status', async () => {
    for (const { mallId, ...as } of SHOPS) {
      for (const [action, status] of [
        ['withdraw'],
        ['reject'],
        ['accept', 4],
        ['accept', 5],
        ['accept', 9],
        [],
      ] as const) {
        const made = await make(mallId, { status: 2, lines: [{ quantity: 2 }, { quantity: 1 }] });
        const path = `/shops/${mallId}/orders/${dig(made, 'orders', 0, 'parentOrderSn')}/cancel-request`;
        await control(sandbox.url, 'POST', path);
        if (action !== undefined)
          await control(sandbox.url, 'POST', path, { action, ...(status && { status }) });
      }
      const page = list(await ask('bg.aftersales.cancel.list.get', { pageSize: 200 }, as), 'data');
      const statuses = new Set(page.map((each) => dig(each, 'parentAfterSalesStatus')));
      assert.deepEqual([...statuses].sort(), [1, 4, 5, 6, 7, 9]);
    }
  });

  test('goods and SKUs of every search type', async () => {
    for (const { mallId: _mallId, ...as } of SHOPS) {
      for (const goodsSearchType of [1, 4, 5, 6]) {
        const page = { goodsSearchType, pageSize: 100 };
        const goods = list(await ask('bg.local.goods.list.query', page, as), 'goodsList');
        assert.ok(goods.length > 0);
        await ask(
          'bg.local.goods.sku.list.price.query',
          {
            querySupplierPriceBaseList: goods.map((row) => ({
              goodsId: dig(row, 'goodsId'),
              skuIdList: dig(row, 'skuIdList'),
            })),
          },
          as,
        );
      }
      for (const skuSearchType of [2, 3]) {
        const page = await ask('bg.local.goods.sku.list.query', { skuSearchType, pageSize: 100 }, as);
        assert.ok(list(page, 'skuList').length > 0);
      }
      for (const word of ['ACTIVE', 'INACTIVE', 'INCOMPLETE', 'DRAFT', 'DELETED']) {
        const goods = { goodsSearchType: word, pageSize: 100 };
        const skus = { skuSearchType: word, pageSize: 100 };
        assert.ok(list(await ask('temu.local.goods.list.retrieve', goods, as), 'goodsList').length > 0);
        assert.ok(list(await ask('temu.local.sku.list.retrieve', skus, as), 'skuList').length > 0);
      }
      await ask('temu.local.goods.list.retrieve', { goodsSearchType: 'ALL' }, as);
    }
  });

  test('promotions of every type, and their goods', async () => {
    for (const { mallId: _mallId, ...as } of SHOPS) {
      let goods = 0;
      for (const activityType of [2, 13, 27, 100]) {
        const page = { activityType, pageNumber: 1, pageSize: 100 };
        for (const activity of list(await ask('bg.promotion.activity.query', page, as), 'activityList')) {
          assert.ok(Number(dig(activity, 'activityStartTime')) < 9_999_999_999, 'seconds');
          const ofActivity = { activityId: dig(activity, 'activityId'), pageNumber: 1, pageSize: 100 };
          const answer = await ask('bg.promotion.activity.goods.query', ofActivity, as);
          goods += list(answer, 'goodsList').length;
        }
      }
      assert.ok(goods > 0);
    }
  });

  test('tokens, shops and subscriptions, on every gateway', async () => {
    for (const { mallId: _mallId, ...as } of SHOPS) {
      await ask('bg.open.accesstoken.info.get', {}, as);
      await ask('bg.mall.info.get', {}, as);
    }
    await ask('bg.open.accesstoken.info.get', {}, CN);
    await ask('bg.open.accesstoken.info.get.global', {}, PARTNER);
    await ask('bg.tmc.message.update', { permitEventCodeList: ['bg_order_status_change_event'] }, US);
    const made = await control(sandbox.url, 'POST', '/codes', { appKey: US.appKey, mallId: 634418210000001 });
    const code = String(dig(made, 'code'));
    const created = await ask('bg.open.accesstoken.create', { code }, { ...US, accessToken: code });
    assert.ok(list(created, 'associatedMallTokenList').length > 0);
  });

  test('no simulated call was left out', () => {
    assert.deepEqual(
      [...SCHEMAS.keys()].filter((type) => !seen.has(type)),
      [],
    );
  });
});
