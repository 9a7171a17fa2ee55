import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { say } from '#said';
import type { CallLimiter, PermitKey } from '../call/limiter.js';
import { emptyIfWithoutRows, MarketplaceError, type MarketplaceErrorKind } from '../errors.js';
import type { CallContext, CallReport } from '../port.js';
import { createTemuConnector, type TemuConnector, type TemuConnectorOptions } from './connector.js';
import { FAKE_SECRET, type FakeGateway, startFakeGateway } from './fake-gateway.fixture.js';
import {
  addressAnswer,
  amountsAnswer,
  cancelRow,
  caseLineRow,
  caseRow,
  emptyAddress,
  goodsRow,
  orderRow,
  refundDetail,
  skuRow,
  usd,
} from './sample-rows.fixture.js';

const PUSH_URL = 'https://omni.example/api/v1/webhooks/temu';
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
const list = () => connector.listOrders(ctx, { ...listQuery, page: 1 });

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
    await connector.listOrders(ctx, listQuery);
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

  const WINDOW_OF_CASES = { window: WINDOW, page: 2, pageSize: 200 } as const;
  const PAGE_OF = { page: 3, pageSize: 40 };
  const requests: [what: string, ask: () => Promise<unknown>, result: object, fields: object][] = [
    [
      'orders of one status',
      () => connector.listOrders(ctx, { ...listQuery, platformStatus: '4' }),
      { totalItemNum: 0 },
      {
        type: 'bg.order.list.v2.get',
        pageNumber: '2',
        pageSize: '100',
        fulfillmentTypeList: '["fulfillBySeller","fulfillByCooperativeWarehouse"]',
        parentOrderStatus: '4',
        updateAtStart: '1700000000',
        updateAtEnd: '1700086400',
        sortby: 'updateTime',
      },
    ],
    [
      'orders by number, from the list',
      () => connector.getOrdersByNumber(ctx, ['PO-1', 'PO-2']),
      { totalItemNum: 0 },
      {
        type: 'bg.order.list.v2.get',
        pageNumber: '1',
        pageSize: '100',
        fulfillmentTypeList: '["fulfillBySeller","fulfillByCooperativeWarehouse"]',
        parentOrderSnList: '["PO-1","PO-2"]',
      },
    ],
    [
      'amounts',
      () => connector.getOrderAmounts(ctx, 'PO-1'),
      amountsAnswer(),
      { type: 'bg.order.amount.query', parentOrderSn: 'PO-1' },
    ],
    [
      'an address',
      () => connector.getOrderAddress(ctx, 'PO-1'),
      addressAnswer(),
      { type: 'bg.order.shippinginfo.v2.get', parentOrderSn: 'PO-1' },
    ],
    [
      'cases by creation',
      () => connector.listAfterSales(ctx, { ...WINDOW_OF_CASES, by: 'created' }),
      { total: 0 },
      {
        type: 'bg.aftersales.parentaftersales.list.get',
        pageNo: '2',
        pageSize: '200',
        createAtStart: '1700000000',
        createAtEnd: '1700086400',
      },
    ],
    [
      'cases by update',
      () => connector.listAfterSales(ctx, { ...WINDOW_OF_CASES, by: 'updated' }),
      { total: 0 },
      {
        type: 'bg.aftersales.parentaftersales.list.get',
        pageNo: '2',
        pageSize: '200',
        updateAtStart: '1700000000',
        updateAtEnd: '1700086400',
      },
    ],
    [
      'lines of cases',
      () => connector.getAfterSalesLines(ctx, ['D01', 'D02']),
      { total: 0 },
      {
        type: 'bg.aftersales.aftersales.list.get',
        pageNo: '1',
        pageSize: '200',
        parentAfterSalesSnList: '["D01","D02"]',
      },
    ],
    [
      'the refund of a case',
      () => connector.getAfterSalesRefund(ctx, { caseNumber: 'PO-1-D01', orderNumber: 'PO-1' }),
      refundDetail(),
      {
        type: 'temu.aftersales.parentaftersales.detail.get',
        parentAfterSalesSn: 'PO-1-D01',
        parentOrderSn: 'PO-1',
      },
    ],
    ...(['listed', 'unpublished', 'draft', 'deleted'] as const).map(
      (listing, index): [string, () => Promise<unknown>, object, object] => [
        `products, ${listing}: both filters are required`,
        () => connector.listProducts(ctx, { ...PAGE_OF, listing }),
        { total: 0 },
        {
          type: 'bg.local.goods.list.query',
          pageNo: '3',
          pageSize: '40',
          goodsSearchType: String([1, 4, 5, 6][index]),
          goodsStatusFilterType: String([1, 4, 5, 6][index]),
        },
      ],
    ),
    ...[true, false].map((available): [string, () => Promise<unknown>, object, object] => [
      `SKUs, ${available ? '' : 'not '}available: both filters are required`,
      () => connector.listSkus(ctx, { ...PAGE_OF, available }),
      { total: 0 },
      {
        type: 'bg.local.goods.sku.list.query',
        pageNo: '3',
        pageSize: '40',
        skuSearchType: available ? '2' : '3',
        skuStatusFilterType: available ? '2' : '3',
      },
    ]),
    [
      'supply prices',
      () =>
        connector.getSupplierPrices(ctx, [
          { productId: '9007199254740993123', skuIds: ['1', '2'] },
          { productId: '5', skuIds: ['6'] },
        ]),
      { openapiGoodsSupplierPriceDTOList: [] },
      {
        type: 'bg.local.goods.sku.list.price.query',
        querySupplierPriceBaseList:
          '[{"goodsId":9007199254740993123,"skuIdList":[1,2]},{"goodsId":5,"skuIdList":[6]}]',
      },
    ],
    ...['2', '13', '27', '100'].map((type): [string, () => Promise<unknown>, object, object] => [
      `promotions of type ${type}`,
      () => connector.listPromotions(ctx, { ...PAGE_OF, type }),
      { total: 0 },
      {
        type: 'bg.promotion.activity.query',
        activityType: String(type),
        pageNumber: '3',
        pageSize: '40',
      },
    ]),
    [
      'goods of a promotion',
      () => connector.listPromotionProducts(ctx, { ...PAGE_OF, promotionId: '1100000022644' }),
      { total: 0 },
      {
        type: 'bg.promotion.activity.goods.query',
        activityId: '1100000022644',
        pageNumber: '3',
        pageSize: '40',
      },
    ],
    [
      'the token',
      () => connector.describeToken(ctx),
      { mallId: 1 },
      { type: 'bg.open.accesstoken.info.get' },
    ],
  ];
  for (const [what, ask, result, expected] of requests) {
    test(`documented fields and no others: ${what}`, async () => {
      gateway.reply({ result });
      await ask();
      const { sign, timestamp, ...fields } = sent();
      const common = { app_key: 'fakeAppKey', access_token: TOKEN, data_type: 'JSON' };
      assert.deepEqual(fields, { ...common, ...expected });
    });
  }

  test('each of the documented types of promotions is a list', () => {
    assert.deepEqual(connector.promotionTypes, ['2', '13', '27', '100']);
  });

  test('cases of orders: the pair of times that is required holds all of them, up to the platform’s now', async () => {
    const date = new Date('2031-01-01T00:00:07Z');
    gateway.reply({ result: { mallId: 7 }, date });
    await connector.describeToken(ctx);
    gateway.reply({ result: { total: 1, data: [caseRow()] }, date });
    const page = await connector.getAfterSalesOfOrders(ctx, ['PO-1']);
    assert.equal(page.records[0]?.caseNumber, 'PO-1-D01');
    const { parentOrderSnList, createAtStart, createAtEnd, updateAtStart, pageNo, pageSize } = sent();
    assert.deepEqual(
      [parentOrderSnList, createAtStart, updateAtStart, pageNo, pageSize],
      ['["PO-1"]', String(Date.UTC(2022, 7, 1) / 1000), undefined, '1', '200'],
    );
    const ahead = Number(createAtEnd) - date.getTime() / 1000;
    assert.ok(ahead >= 0 && ahead < 60, String(ahead));
  });

  test('cases of orders, before the platform’s clock was ever seen: our own', async () => {
    await connector.close();
    connector = connect({ clock: () => 1_700_000_000_400 });
    gateway.reply({ result: { total: 0 } });
    await connector.getAfterSalesOfOrders(ctx, ['PO-1']);
    assert.equal(sent().createAtEnd, '1700000001');
  });

  test('requests to cancel: those that are pending, of the orders that are named', async () => {
    gateway.reply({
      result: {
        total: 2,
        pageNumber: 1,
        data: [cancelRow('C1', 'PO-1', 1_700_000_000_123), cancelRow('C2', 'PO-2', null)],
      },
    });
    const { total, records, unreadable } = await connector.getCancelRequests(ctx, ['PO-1', 'PO-2']);
    const { sign, timestamp, app_key, access_token, data_type, ...fields } = sent();
    assert.deepEqual(fields, {
      type: 'bg.aftersales.cancel.list.get',
      pageNo: '1',
      pageSize: '200',
      afterSalesStatusGroup: '8',
      parentOrderSnList: '["PO-1","PO-2"]',
    });
    assert.deepEqual(records, [
      {
        caseNumber: 'C1',
        orderNumber: 'PO-1',
        requestedAt: new Date(1_700_000_000_123),
        decideBy: new Date(1_700_086_400_123),
      },
    ]);
    assert.deepEqual([total, unreadable.map(({ platformId }) => platformId)], [2, ['C2']]);
  });

  test('orders by creation time', async () => {
    gateway.reply(page(orderRow()));
    await connector.listOrders(ctx, { ...listQuery, by: 'created', page: 1 });
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
    assert.equal(found.records[0]?.productId, id);
    const { pageNo, pageNumber, goodsSearchType, goodsIdList } = sent();
    assert.deepEqual([pageNo, pageNumber, goodsSearchType, goodsIdList], ['1', undefined, '1', `[${id}]`]);
  });

  test('an exchange of a code puts the code in the place of the token', async () => {
    gateway.reply({ result: { accessToken: 'newToken', mallId: 7, expiredTime: 1_800_000_000 } });
    const app = { region: 'us', appKey: 'fakeAppKey', appSecret: FAKE_SECRET } as const;
    const issued = await connector.exchangeCode({ app, code: 'code0001' });
    assert.deepEqual([issued.accessToken, issued.shops[0].platformShopId], ['newToken', '7']);
    assert.deepEqual([sent().code, sent().access_token], ['code0001', 'code0001']);
  });

  test('the partner gateway has its own name for the token call', async () => {
    gateway.reply({ result: { uniqueId: 'u-9', apiScopeList: [] } });
    const credentials = { ...ctx.credentials, region: 'partner' } as const;
    assert.equal((await connector.describeToken({ ...ctx, credentials })).shops[0].platformShopId, 'u-9');
    assert.equal(sent().type, 'bg.open.accesstoken.info.get.global');
  });

  test('a subscription names both lists, also an empty one', async () => {
    gateway.reply({ result: true });
    await connector.changePushSubscription(ctx, {
      permit: ['bg_order_status_change_event'],
      cancel: [],
      address: PUSH_URL,
    });
    const { type, permitEventCodeList, cancelEventCodeList } = sent();
    assert.deepEqual(
      [type, permitEventCodeList, cancelEventCodeList],
      ['bg.tmc.message.update', '["bg_order_status_change_event"]', '[]'],
    );
  });

  test('what cannot be asked is refused before a permit is taken', async () => {
    const wrong: [() => Promise<unknown>, RegExp][] = [
      [() => connector.listOrders(ctx, { ...listQuery, page: 0 }), /page must be/],
      [() => connector.listOrders(ctx, { ...listQuery, pageSize: 101 }), /pageSize must be 1 to 100/],
      [
        () => connector.listOrders(ctx, { ...listQuery, window: { from: WINDOW.to, to: WINDOW.from } }),
        /ends before/,
      ],
      [
        () => connector.listOrders(ctx, { ...listQuery, window: { from: new Date(1), to: WINDOW.to } }),
        /whole seconds/,
      ],
      [
        () => connector.listOrders(ctx, { ...listQuery, platformStatus: '0' }),
        /parentOrderStatus must be one of 1, 2, 41, 4, 51, 5, 3, got 0/,
      ],
      [() => connector.getOrdersByNumber(ctx, []), /1 to 20 order numbers, got 0/],
      [() => connector.getOrdersByNumber(ctx, [' ']), /number is empty/],
      [() => connector.getOrdersByNumber(ctx, Array(21).fill('PO')), /1 to 20 order numbers, got 21/],
      [() => connector.getOrderAmounts(ctx, ''), /order number is empty/],
      [() => connector.getOrderAddress(ctx, ' '), /order number is empty/],
      [
        () => connector.listAfterSales(ctx, { ...WINDOW_OF_CASES, by: 'created', pageSize: 201 }),
        /pageSize must be 1 to 200/,
      ],
      [
        () =>
          connector.listAfterSales(ctx, {
            ...WINDOW_OF_CASES,
            by: 'created',
            window: { from: WINDOW.to, to: WINDOW.from },
          }),
        /ends before/,
      ],
      [() => connector.getAfterSalesOfOrders(ctx, []), /1 to 20 order numbers, got 0/],
      [() => connector.getAfterSalesOfOrders(ctx, ['PO-1', '']), /order number is empty/],
      [() => connector.getCancelRequests(ctx, []), /1 to 20 order numbers, got 0/],
      [() => connector.getCancelRequests(ctx, ['PO-1', '']), /order number is empty/],
      [() => connector.getAfterSalesLines(ctx, Array(21).fill('D')), /1 to 20 cases, got 21/],
      [() => connector.getAfterSalesLines(ctx, ['D01', ' ']), /number of the case is empty/],
      [
        () => connector.getAfterSalesRefund(ctx, { caseNumber: '', orderNumber: 'PO-1' }),
        /number of the case is empty/,
      ],
      [
        () => connector.getAfterSalesRefund(ctx, { caseNumber: 'D01', orderNumber: '' }),
        /order number is empty/,
      ],
      [() => connector.listProducts(ctx, { ...PAGE_OF, listing: 'listed', page: 0 }), /page must be/],
      [() => connector.getProductsById(ctx, []), /1 to 100 product ids, got 0/],
      [() => connector.listSkus(ctx, { ...PAGE_OF, available: true, pageSize: 101 }), /pageSize must be/],
      [
        () => connector.getSupplierPrices(ctx, [{ productId: '1', skuIds: ['x'] }]),
        /skuId must be 1 to 19 digits/,
      ],
      [
        () => connector.listPromotions(ctx, { ...PAGE_OF, type: '3' }),
        /activityType must be one of 2, 13, 27, 100, got 3/,
      ],
      [() => connector.listPromotions(ctx, { ...PAGE_OF, type: '2', pageSize: 0 }), /pageSize must be/],
      [() => connector.listPromotionProducts(ctx, { ...PAGE_OF, promotionId: 'p' }), /activityId must be/],
      [
        () => connector.listPromotionProducts(ctx, { ...PAGE_OF, promotionId: '1', page: 1.5 }),
        /page must be a whole number/,
      ],
      [
        () =>
          connector.changePushSubscription(ctx, {
            permit: [],
            cancel: Array(21).fill('bg_x'),
            address: PUSH_URL,
          }),
        /at most 20 events to cancel, got 21/,
      ],
      [() => connector.getProductsById(ctx, ['abc']), /goodsId must be/],
      [() => connector.getSupplierPrices(ctx, []), /1 to 100 products/],
      [
        () => connector.changePushSubscription(ctx, { permit: [], cancel: [], address: PUSH_URL }),
        /1 to 40 events, got 0/,
      ],
      [
        () =>
          connector.changePushSubscription(ctx, {
            permit: Array(21).fill('bg_x'),
            cancel: [],
            address: PUSH_URL,
          }),
        /at most 20 events to permit, got 21/,
      ],
    ];
    for (const [ask, message] of wrong) {
      const error = await failsAs(ask(), 'programming');
      assert.match(error.message, message);
      assert.deepEqual([error.retryable, error.platformCode], [false, null]);
      assert.match(error.remedy, /nothing was sent/);
    }
    const noToken = { ...ctx, credentials: { ...ctx.credentials, accessToken: '' } };
    const unnamed = await failsAs(connector.describeToken(noToken), 'token');
    assert.match(unnamed.message, /the access token is empty/);
    assert.deepEqual([unnamed.remedy, unnamed.retryable], ['Authorise the shop first.', false]);
    for (const [name, words] of [
      ['appKey', 'app key'],
      ['appSecret', 'app secret'],
    ] as const) {
      const without = { ...ctx, credentials: { ...ctx.credentials, [name]: '' } };
      const error = await failsAs(connector.describeToken(without), 'configuration');
      assert.match(error.message, new RegExp(`the ${words} is empty`));
      assert.match(error.remedy, new RegExp(`Enter the ${words}`));
    }
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
    assert.deepEqual(answer.unreadable[0]?.reason, say('field.missing', { field: 'updateTime' }));
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
    assert.deepEqual((await connector.listOrders(ctx, listQuery)).records, []);
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
    await failsAs(connector.getOrdersByNumber(ctx, ['PO-other']), 'transient');
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
      found.records.map((product) => [product.productId, product.listing]),
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

  test('a product that cannot be read was found: it is not looked for elsewhere', async () => {
    gateway.reply({ result: { total: 1, goodsList: [goodsRow({ goodsId: 1, quantity: -1 })] } });
    const found = await connector.getProductsById(ctx, ['1']);
    assert.deepEqual([found.records.length, found.unreadable[0]?.platformId, found.total], [0, '1', 1]);
    assert.equal(gateway.calls.length, 1);
    assert.equal(connector.marketplace, 'temu');
  });

  test('SKUs', async () => {
    gateway.reply({ result: { total: 1, skuList: [skuRow()] } });
    const answer = await connector.listSkus(ctx, { available: false, page: 1, pageSize: 50 });
    assert.equal(answer.records[0]?.sellerSku, 'MUG-BLUE');
    assert.deepEqual([sent().skuSearchType, sent().pageNo], ['3', '1']);
  });
});

describe('answers about one record', () => {
  const cad = { amount: 4_200, currency: 'CAD' };

  test('amounts that cannot be understood are unreadable, whole and as they came', async () => {
    const whole = amountsAnswer();
    const cases: [result: unknown, reason: RegExp][] = [
      [
        amountsAnswer({ parent: { customerPaid: cad } }),
        /customerPaid is in CAD, other amounts of the order are in USD/,
      ],
      [amountsAnswer({ parent: { taxTotal: usd(2.5) } }), /taxTotal\.amount is the number 2\.5/],
      [amountsAnswer({ parent: { taxTotal: { amount: 2, currency: '' } } }), /taxTotal\.currency is not/],
      [{ ...whole, orderList: null }, /orderList is null/],
      [{ ...whole, parentOrderMap: null }, /parentOrderMap is null/],
      [[], /result is a list/],
      ['x', /result is the text "x"/],
      [null, /result is null/],
    ];
    for (const [result, reason] of cases) {
      gateway.calls.length = 0;
      gateway.reply({ result });
      const error = await failsAs(connector.getOrderAmounts(ctx, 'PO-1'), 'unreadable');
      assert.match(error.message, reason);
      assert.deepEqual(
        [error.operation, error.retryable, error.platformCode],
        ['bg.order.amount.query', false, null],
      );
      assert.deepEqual(JSON.parse(error.raw ?? ''), result);
      assert.equal(gateway.calls.length, 1);
    }
  });

  test('a result that is missing is unreadable too, and a number above 2^53 is kept digit by digit', async () => {
    gateway.reply({ text: '{"success":true,"errorCode":1000000}' });
    const missing = await failsAs(connector.getOrderAmounts(ctx, 'PO-1'), 'unreadable');
    assert.match(missing.message, /result is missing/);
    assert.equal(missing.raw, 'null');
    const text = JSON.stringify(amountsAnswer()).replace('3616', '9007199254740993123');
    gateway.reply({ text: `{"success":true,"errorCode":1000000,"result":${text}}` });
    const large = await failsAs(connector.getOrderAmounts(ctx, 'PO-1'), 'unreadable');
    assert.match(large.message, /customerPaid\.amount is too large/);
    assert.equal(large.raw, text);
  });

  test('the answer is kept beside the error, not in what is logged; credentials are blanked', async () => {
    gateway.reply({ result: amountsAnswer({ parent: { taxTotal: 'x', note: `${TOKEN} ${FAKE_SECRET}` } }) });
    const error = await failsAs(connector.getOrderAmounts(ctx, 'PO-1'), 'unreadable');
    assert.match(error.raw ?? '', /"note":"\[redacted\] \[redacted\]"/);
    assert.ok(!JSON.stringify({ ...error }).includes('parentOrderMap'));
  });

  test('a refusal of one order’s number keeps the platform’s code and words', async () => {
    for (const [code, kind] of [
      [140020005, 'programming'],
      [140020003, 'configuration'],
      [180020003, 'programming'],
      [130010001, 'programming'],
    ] as const) {
      gateway.reply({ code, message: 'why' });
      const error = await failsAs(connector.getOrderAmounts(ctx, 'PO-1'), kind, String(code));
      assert.equal(error.platformMessage, 'why');
    }
  });

  test('an address: known, withheld, computing, unknown', async () => {
    const address = () => connector.getOrderAddress(ctx, 'PO-1');
    gateway.reply({ result: addressAnswer() });
    const known = await address();
    assert.equal(known.state === 'known' ? known.address.city : '', 'Portland');
    gateway.reply({ result: emptyAddress({ isRestriction: true, reason: 1 }) });
    assert.deepEqual(await address(), { state: 'withheld', reason: 'cash_on_delivery', platformReason: '1' });
    gateway.reply({ code: 180020030 });
    assert.deepEqual(await address(), {
      state: 'withheld',
      reason: 'label_purchase_only',
      platformReason: '180020030',
    });
    for (const code of [140020008, 140020009]) {
      gateway.reply({ code });
      assert.deepEqual(await address(), { state: 'still_computing' });
    }
    gateway.reply({ code: 140020002 });
    assert.deepEqual(await address(), { state: 'order_unknown' });
    gateway.reply({ code: 180020008 });
    await failsAs(address(), 'configuration', '180020008');
    gateway.reply({ code: 3000034 });
    await failsAs(address(), 'token', '3000034');
  });

  test('an address that cannot be understood keeps no value of it', async () => {
    gateway.reply({
      result: { ...emptyAddress(), mobile: '555-0100', regionName3: 'Portland', postCode: 97201 },
    });
    const error = await failsAs(connector.getOrderAddress(ctx, 'PO-1'), 'unreadable');
    const kept = JSON.parse(error.raw ?? '') as Record<string, unknown>;
    assert.deepEqual([kept.mobile, kept.regionName3, kept.postCode], ['[text]', '[text]', '[number]']);
    const said = [error.message, error.remedy, error.stack, error.raw, JSON.stringify(error)].join('\n');
    assert.ok(!/555|Portland|97201/.test(said));
    gateway.reply({ result: null });
    assert.equal((await failsAs(connector.getOrderAddress(ctx, 'PO-1'), 'unreadable')).raw, 'null');
  });

  test('a refund', async () => {
    const asked = { caseNumber: 'PO-1-D01', orderNumber: 'PO-1' };
    gateway.reply({ result: refundDetail() });
    assert.deepEqual(await connector.getAfterSalesRefund(ctx, asked), {
      caseNumber: 'PO-1-D01',
      refunded: { amountMinor: 1607, currency: 'USD' },
    });
    gateway.reply({ result: refundDetail({ refundSummary: 7 }) });
    const error = await failsAs(connector.getAfterSalesRefund(ctx, asked), 'unreadable');
    assert.deepEqual(JSON.parse(error.raw ?? ''), refundDetail({ refundSummary: 7 }));
    gateway.reply({ result: null });
    await failsAs(connector.getAfterSalesRefund(ctx, asked), 'unreadable');
  });
});

describe('batched answers', () => {
  test('supply prices: row by row; without their list, unreadable', async () => {
    const ask = () => connector.getSupplierPrices(ctx, [{ productId: '6', skuIds: ['7', '8'] }]);
    const sku = (skuId: number, amount: unknown) => ({ skuId, supplierPrice: { amount, currency: 'USD' } });
    const goods = { goodsId: 6, openapiSkuSupplierPriceDTOList: [sku(7, TOKEN), sku(8, '1.00')] };
    gateway.reply({ result: { openapiGoodsSupplierPriceDTOList: [goods] } });
    const { records, unreadable } = await ask();
    assert.deepEqual(records, [
      { productId: '6', skuId: '8', supplierPrice: { amountMinor: 100, currency: 'USD' } },
    ]);
    assert.deepEqual(
      unreadable.map(({ platformId, raw }) => [platformId, raw]),
      [['6/7', JSON.stringify(sku(7, '[redacted]'))]],
    );
    gateway.reply({ result: { openapiGoodsSupplierPriceDTOList: null } });
    assert.equal((await failsAs(ask(), 'unreadable')).raw, '{"openapiGoodsSupplierPriceDTOList":null}');
  });

  test('goods of a promotion: a bad price is a part of its row', async () => {
    const skuList = [
      { skuId: 7, activitySupplierPrice: 1.5 },
      { skuId: 8, activitySupplierPrice: 5 },
    ];
    gateway.reply({
      result: {
        total: 2,
        goodsList: [
          { goodsId: 6, skuList },
          { goodsId: 9, skuList: null },
        ],
      },
    });
    const page = await connector.listPromotionProducts(ctx, { promotionId: '1', page: 1, pageSize: 10 });
    assert.equal(page.total, 2);
    assert.deepEqual(page.records, [
      {
        productId: '6',
        quantity: null,
        remainingQuantity: null,
        skus: [
          { skuId: '7', supplyPriceMinor: null },
          { skuId: '8', supplyPriceMinor: 5 },
        ],
      },
    ]);
    const ids = (rows: readonly { platformId: string | null }[] | undefined) =>
      rows?.map((row) => row.platformId);
    assert.deepEqual([ids(page.unreadable), ids(page.unreadableParts)], [['9'], ['6/7']]);
  });

  test('lines and cases: an unreadable one costs no other', async () => {
    const lines = [caseLineRow({ afterSalesStatus: null }), caseLineRow()];
    gateway.reply({ result: { total: 2, data: lines } });
    const read = await connector.getAfterSalesLines(ctx, ['PO-1-D01']);
    assert.deepEqual([read.total, read.records.length, read.unreadable[0]?.platformId], [2, 1, 'PO-1-D01']);
    gateway.reply({ result: { total: 2, data: [caseRow({ createAt: null }), caseRow()] } });
    const cases = await connector.getAfterSalesOfOrders(ctx, ['PO-1']);
    assert.deepEqual([cases.total, cases.records.length, cases.unreadable.length], [2, 1, 1]);
    gateway.reply({ result: { total: 2, data: [caseRow({ createAt: null }), caseRow()] } });
    const query = { window: WINDOW, by: 'created', page: 1, pageSize: 200 } as const;
    assert.equal((await connector.listAfterSales(ctx, query)).records.length, 1);
  });

  test('lines and cases that were not asked for are a fault of the answer', async () => {
    gateway.reply({ result: { total: 1, data: [caseLineRow()] } });
    await failsAs(connector.getAfterSalesLines(ctx, ['PO-1-D02']), 'transient');
    gateway.reply({ result: { total: 1, data: [caseRow()] } });
    await failsAs(connector.getAfterSalesOfOrders(ctx, ['PO-2']), 'transient');
    gateway.reply({ result: { total: 1, data: [cancelRow('C1', 'PO-1', 1_700_000_000_000)] } });
    await failsAs(connector.getCancelRequests(ctx, ['PO-2']), 'transient');
  });

  const lineRows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => caseLineRow({ afterSalesSn: `L-${from + index}` }));

  test('lines of several pages are read to the last', async () => {
    const total = 250;
    gateway.reply(
      { result: { total, data: lineRows(0, 200) } },
      { result: { total, data: lineRows(200, 50) } },
    );
    const { records } = await connector.getAfterSalesLines(ctx, ['PO-1-D01']);
    assert.equal(new Set(records.map((line) => line.caseLineId)).size, 250);
    assert.deepEqual(
      gateway.calls.map((call) => call.fields.get('pageNo')),
      ['1', '2'],
    );
  });

  test('a page that repeats another is a fault of the answer, never the whole', async () => {
    const total = 250;
    gateway.reply({ result: { total, data: lineRows(0, 200) } });
    const error = await failsAs(connector.getAfterSalesLines(ctx, ['PO-1-D01']), 'unreadable');
    assert.match(error.message, /2 pages hold 200 of 250 rows/);
    const rows = Array.from({ length: 200 }, (_, index) => caseRow({ parentAfterSalesSn: `D-${index}` }));
    gateway.reply({ result: { total, data: rows } });
    assert.match(
      (await failsAs(connector.getAfterSalesOfOrders(ctx, ['PO-1']), 'unreadable')).message,
      /2 pages hold 200 of 250 rows/,
    );
  });

  test('one page that is shorter than its total is not the whole, and stops no other record', async () => {
    for (const data of [lineRows(0, 2), []]) {
      gateway.reply({ result: { total: 3, data } });
      const lines = await failsAs(connector.getAfterSalesLines(ctx, ['PO-1-D01']), 'unreadable');
      assert.match(lines.message, new RegExp(`1 pages hold ${data.length} of 3 rows`));
      assert.match(lines.raw ?? '', /"total":3/);
    }
    gateway.reply({ result: { total: 2, data: [caseRow()] } });
    await failsAs(connector.getAfterSalesOfOrders(ctx, ['PO-1']), 'unreadable');
  });

  test('a page without rows tells readers of whole lists what its list counts; one of named records does not', async () => {
    gateway.reply({ result: { totalItemNum: 5, pageItems: [] } });
    const empty = await emptyIfWithoutRows(list());
    assert.deepEqual([empty.total, empty.records, empty.unreadable], [5, [], []]);
    gateway.reply({ result: { totalItemNum: 5, pageItems: [] } });
    await failsAs(connector.getOrdersByNumber(ctx, ['PO-1']), 'transient');
    gateway.reply({ result: { total: 5, goodsList: [] } });
    await failsAs(connector.getProductsById(ctx, ['5']), 'transient');
    gateway.reply({ result: { pageItems: [] } });
    await failsAs(emptyIfWithoutRows(list()), 'transient');
  });

  test('the frame of a list that is of another form will not get better by asking again', async () => {
    for (const result of [[], 'x', { totalItemNum: 'many', pageItems: [] }]) {
      gateway.reply({ result });
      const error = await failsAs(list(), 'programming');
      assert.deepEqual([error.retryable, error.raw], [false, null]);
    }
    gateway.reply({ result: 'x' });
    await failsAs(connector.describeToken(ctx), 'programming');
    gateway.reply({ result: null });
    await failsAs(connector.describeToken(ctx), 'transient');
  });
});

describe('known permissions', () => {
  const ORDERS = 'bg.order.list.v2.get';
  const withScopes = (scopes: readonly string[] | null, region: 'us' | 'cn' = 'us'): CallContext => ({
    ...ctx,
    credentials: { ...ctx.credentials, scopes, region },
  });
  const paging = { page: 1, pageSize: 10 };
  const everyCall: [name: string, ask: (context: CallContext) => Promise<unknown>][] = [
    [ORDERS, (c) => connector.listOrders(c, listQuery)],
    [ORDERS, (c) => connector.getOrdersByNumber(c, ['PO-1'])],
    ['bg.order.amount.query', (c) => connector.getOrderAmounts(c, 'PO-1')],
    ['bg.order.shippinginfo.v2.get', (c) => connector.getOrderAddress(c, 'PO-1')],
    [
      'bg.aftersales.parentaftersales.list.get',
      (c) => connector.listAfterSales(c, { window: WINDOW, by: 'created', ...paging }),
    ],
    ['bg.aftersales.parentaftersales.list.get', (c) => connector.getAfterSalesOfOrders(c, ['PO-1'])],
    ['bg.aftersales.cancel.list.get', (c) => connector.getCancelRequests(c, ['PO-1'])],
    ['bg.aftersales.aftersales.list.get', (c) => connector.getAfterSalesLines(c, ['D01'])],
    [
      'temu.aftersales.parentaftersales.detail.get',
      (c) => connector.getAfterSalesRefund(c, { caseNumber: 'D01', orderNumber: 'PO-1' }),
    ],
    ['bg.local.goods.list.query', (c) => connector.listProducts(c, { listing: 'listed', ...paging })],
    ['bg.local.goods.list.query', (c) => connector.getProductsById(c, ['1'])],
    ['bg.local.goods.sku.list.query', (c) => connector.listSkus(c, { available: true, ...paging })],
    [
      'bg.local.goods.sku.list.price.query',
      (c) => connector.getSupplierPrices(c, [{ productId: '1', skuIds: ['2'] }]),
    ],
    ['bg.promotion.activity.query', (c) => connector.listPromotions(c, { type: '2', ...paging })],
    [
      'bg.promotion.activity.goods.query',
      (c) => connector.listPromotionProducts(c, { promotionId: '1', ...paging }),
    ],
    [
      'bg.tmc.message.update',
      (c) => connector.changePushSubscription(c, { permit: ['bg_x'], cancel: [], address: PUSH_URL }),
    ],
  ];

  test('a call that the token is known not to have is not made, by any path: no permit, no HTTP', async () => {
    for (const [name, ask] of everyCall) {
      const others = [...new Set(everyCall.map(([other]) => other))].filter((other) => other !== name);
      for (const scopes of [[], others]) {
        const error = await failsAs(ask(withScopes(scopes)), 'scope');
        assert.deepEqual([error.operation, error.platformCode, error.retryable], [name, null, false]);
        assert.match(error.message, /the token lacks the permission for this call; .* it was not asked$/);
      }
    }
    assert.deepEqual([limiter.permits.length, gateway.calls.length, calls.length], [0, 0, 0]);
  });

  test('kind and remedy are those of the platform’s own refusal', async () => {
    for (const [region, code] of [
      ['us', 3000032],
      ['cn', 7000019],
    ] as const) {
      gateway.reply({ code });
      const asked = await failsAs(connector.getOrderAmounts(withScopes(null, region), 'PO-1'), 'scope');
      const unasked = await failsAs(connector.getOrderAmounts(withScopes([ORDERS], region), 'PO-1'), 'scope');
      assert.equal(asked.platformCode, String(code));
      assert.equal(unasked.remedy, asked.remedy);
      assert.match(unasked.remedy, /package "Orders".*Temu approve it/);
    }
  });

  test('what it has, and what is not known, is asked', async () => {
    gateway.reply(page(orderRow()));
    assert.equal((await connector.listOrders(withScopes([ORDERS]), listQuery)).total, 1);
    assert.equal((await connector.listOrders(withScopes(null), listQuery)).total, 1);
    const { scopes, ...older } = ctx.credentials;
    const unsaid = { ...ctx, credentials: older } as CallContext;
    assert.equal((await connector.listOrders(unsaid, listQuery)).total, 1);
    gateway.reply({ code: 3000032 });
    await failsAs(connector.listOrders(withScopes([ORDERS]), listQuery), 'scope', '3000032');
  });

  test('the calls about the token itself are always made', async () => {
    gateway.reply({ result: { mallId: 7, accessToken: 'newToken' } });
    assert.equal((await connector.describeToken(withScopes([]))).shops[0].platformShopId, '7');
    assert.ok((await connector.platformTime(withScopes([]))) instanceof Date);
    const { region, ...app } = ctx.credentials;
    const partner = { ...ctx, credentials: { ...app, scopes: [], region: 'partner' } as const };
    assert.equal((await connector.describeToken(partner)).shops[0].platformShopId, '7');
  });
});

describe('errors in other envelopes', () => {
  const UNKNOWN: [
    answer: { text: string } | { status: number; body: string },
    code: string,
    words: RegExp,
  ][] = [
    [{ text: '{"error_code":40003,"error_msg":""}' }, '40003', /envelope of this API \(code 40003\)$/],
    [{ text: '{"error_code":40003,"error_msg":"no such app"}' }, '40003', /\(code 40003: no such app\)$/],
    [{ text: '{"errorCode":40003,"errorMsg":"x"}' }, '40003', /\(code 40003: x\)$/],
    [{ text: '{"errorCode":1000000,"result":{}}' }, '1000000', /\(code 1000000\)$/],
    [
      { text: '{"error_response":{"error_code":50001,"error_msg":"参数错误","sub_msg":"client_id"}}' },
      '50001',
      /\(code 50001: 参数错误: client_id\)$/,
    ],
    [{ text: '{"error":"Bad Gateway"}' }, 'not_an_envelope', /\(Bad Gateway\)$/],
    [{ text: '{"success":"true","code":"GW-7"}' }, 'GW-7', /\(code GW-7\)$/],
    [{ text: '{"ok":1}' }, 'not_an_envelope', /not the envelope of this API$/],
    [{ text: '"x"' }, 'not_an_envelope', /not the envelope of this API$/],
    [{ text: '<html>bad' }, 'not_json', /the answer is not JSON$/],
    [{ text: '' }, 'not_json', /the answer is not JSON$/],
    [
      { status: 502, body: '{"error_code":40003,"error_msg":"gone"}' },
      'http_502',
      /HTTP 502 \(code 40003: gone\)$/,
    ],
    [
      { status: 403, body: '{"error_code":40003,"error_msg":"gone"}' },
      'http_403',
      /HTTP 403 \(code 40003: gone\)$/,
    ],
    // The gateway is unwell, whatever its body says.
    [
      { status: 503, body: '{"success":false,"errorCode":3000034}' },
      'http_503',
      /HTTP 503 \(code 3000034\)$/,
    ],
    [{ status: 500, body: '<html>' }, 'http_500', /HTTP 500$/],
    [{ status: 404, body: '[]' }, 'http_404', /HTTP 404$/],
  ];
  for (const [answer, code, words] of UNKNOWN) {
    test(`an unknown one says its code and text: ${JSON.stringify(answer)}`, async () => {
      gateway.reply(answer);
      const error = await failsAs(list(), 'transient', code);
      assert.match(error.message, words);
      assert.equal(error.retryable, true);
      assert.equal(gateway.calls.length, 3);
    });
  }

  const KNOWN: [
    answer: { text: string } | { status: number; body: string },
    kind: MarketplaceErrorKind,
    code: string,
  ][] = [
    [{ text: '{"error_code":3000034,"error_msg":"why"}' }, 'token', '3000034'],
    [{ text: '{"errorCode":"3000032","errorMsg":"why"}' }, 'scope', '3000032'],
    [{ text: '{"error_response":{"error_code":5000003,"error_msg":"why"}}' }, 'ip', '5000003'],
    [{ text: '{"success":"false","errorCode":3000001,"errorMsg":"why"}' }, 'signature', '3000001'],
    [{ text: '{"success":false,"error_code":140020002,"error_msg":"why"}' }, 'business', '140020002'],
    [{ text: '{"success":false,"error_code":40003,"error_msg":"why"}' }, 'business', '40003'],
    [{ status: 401, body: '{"success":false,"errorCode":3000031,"errorMsg":"why"}' }, 'token', '3000031'],
    [{ status: 400, body: '{"error":{"code":3000026,"message":"why"}}' }, 'configuration', '3000026'],
  ];
  for (const [answer, kind, code] of KNOWN) {
    test(`a known one is what its code says: ${JSON.stringify(answer)}`, async () => {
      gateway.reply(answer);
      const error = await failsAs(list(), kind, code);
      assert.match(error.message, new RegExp(`\\(code ${code}: why\\)$`));
      assert.deepEqual([error.platformMessage, gateway.calls.length], ['why', 1]);
    });
  }

  test('CN numbers by itself, in other envelopes too', async () => {
    const cn = { ...ctx, credentials: { ...ctx.credentials, region: 'cn' } as const };
    gateway.reply({ text: '{"error_code":7000007,"error_msg":"why","request_id":"cn-1"}' });
    const error = await failsAs(connector.describeToken(cn), 'token', '7000007');
    assert.equal(error.requestId, 'cn-1');
    gateway.reply({ text: '{"error_code":3000034}' });
    await failsAs(connector.describeToken(cn), 'transient', '3000034');
  });

  test('a rate limit slows down in any envelope, and a result of false is a refusal', async () => {
    gateway.reply({ text: '{"error_code":4000004}' }, { status: 429, body: '{"code":1}' }, page(orderRow()));
    assert.equal((await list()).total, 1);
    assert.equal(limiter.penalties.length, 2);
    gateway.reply({ result: false });
    const change = { permit: ['bg_x'], cancel: [], address: PUSH_URL };
    const error = await failsAs(connector.changePushSubscription(ctx, change), 'business');
    assert.match(error.message, /\(code missing\)$/);
  });

  test('the inner failure of a result says its own code and text', async () => {
    gateway.reply({ result: { success: false, errorCode: 150010003, errorMsg: 'inner' } });
    assert.equal((await failsAs(list(), 'programming', '150010003')).platformMessage, 'inner');
    gateway.reply({ result: { operateResult: false, msg: 'not edited' } });
    assert.match((await failsAs(list(), 'business')).message, /\(code missing: not edited\)$/);
    gateway.reply({ result: { success: false, errorCode: 1000000 } });
    assert.equal((await failsAs(list(), 'business')).platformCode, null);
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

  test('a report says how long the exchange took', async () => {
    await connector.close();
    let now = 1_700_000_000_000;
    connector = connect({
      // Each look at the clock is 7 ms after the last.
      clock: () => {
        now += 7;
        return now;
      },
    });
    gateway.reply(page(orderRow()));
    await list();
    const [call] = calls;
    assert.ok(call !== undefined && call.durationMs >= 7 && call.durationMs < 200, String(call?.durationMs));
    assert.equal(call.durationMs % 7, 0);
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
    assert.equal((await connector.describeToken(ctx)).shops[0].platformShopId, '7');

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
