import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ClosableConnector } from '#marketplace';
import { SANDBOX_CONTROL_TOKEN, SandboxControl } from '#testing';
import { checkRequest } from '../../apps/sandbox/src/protocol/check-request.js';
import { type Sandbox, startSandbox } from '../../apps/sandbox/src/sandbox.js';
import { SCHEMAS } from '../../apps/sandbox/src/schemas/index.js';
import { createTemuConnector } from '../../libs/marketplace/src/temu/connector.js';
import { type CapturingProxy, startCapturingProxy } from './capturing-proxy.js';

const SHOP = 634418210000001;
const APP = { region: 'us', appKey: 'sbxAppKey0001', appSecret: 'sbxSecret0123456789abcdef' } as const;
const CREDENTIALS = { marketplace: 'temu', ...APP, accessToken: 'sbxToken0001', version: 1 } as const;
const PARTNER = {
  marketplace: 'temu',
  region: 'partner',
  appKey: 'sbxAppKey0005',
  appSecret: 'sbxSecretPartner0123456789',
  accessToken: 'sbxToken0005',
  version: 1,
} as const;

/** Methods of the port that make no call. */
const CALL_NOTHING = new Set(['authorizationUrl', 'isCallbackHostAllowed', 'readPush', 'close']);

interface Known {
  orders: string[];
  cases: { caseNumber: string; orderNumber: string }[];
  goods: { productId: string; skuIds: string[] }[];
  promotionId: string;
  code: string;
}

const PAGE = { page: 1, pageSize: 100 };
const WINDOW = { from: new Date(1_700_000_000_000), to: new Date(1_900_000_000_000) };

/** How each method of the port is called, one list of arguments for each way it can ask. */
const ARGUMENTS: Readonly<Record<string, (known: Known) => unknown[][]>> = {
  exchangeCode: ({ code }) => [[{ app: APP, code }]],
  describeToken: () => [[{ credentials: CREDENTIALS }], [{ credentials: PARTNER }]],
  changePushSubscription: () => [
    [{ credentials: CREDENTIALS }, { permit: ['bg_order_status_change_event'], cancel: [] }],
  ],
  platformTime: () => [[{ credentials: CREDENTIALS }]],
  listOrders: () =>
    (['created', 'updated'] as const).flatMap((by) =>
      [undefined, '2'].map((platformStatus) => [
        { credentials: CREDENTIALS },
        { ...PAGE, window: WINDOW, by, ...(platformStatus === undefined ? {} : { platformStatus }) },
      ]),
    ),
  countOrders: () => [
    [{ credentials: CREDENTIALS }, { window: WINDOW, by: 'created' }],
    [{ credentials: CREDENTIALS }, { window: WINDOW, by: 'created', platformStatus: '2' }],
  ],
  getOrdersByNumber: ({ orders }) => [[{ credentials: CREDENTIALS }, orders.slice(0, 20)]],
  getOrderAmounts: ({ orders }) => [[{ credentials: CREDENTIALS }, orders[0]]],
  getOrderAddress: ({ orders }) => [[{ credentials: CREDENTIALS }, orders[0]]],
  listAfterSales: () =>
    (['created', 'updated'] as const).map((by) => [
      { credentials: CREDENTIALS },
      { ...PAGE, pageSize: 200, window: WINDOW, by },
    ]),
  getAfterSalesOfOrders: ({ cases }) => [
    [{ credentials: CREDENTIALS }, [...new Set(cases.map((item) => item.orderNumber))].slice(0, 20)],
  ],
  getCancelRequests: ({ orders }) => [[{ credentials: CREDENTIALS }, orders.slice(0, 20)]],
  getAfterSalesLines: ({ cases }) => [
    [{ credentials: CREDENTIALS }, cases.slice(0, 20).map((item) => item.caseNumber)],
  ],
  getAfterSalesRefund: ({ cases }) => [[{ credentials: CREDENTIALS }, cases[0]]],
  listProducts: () =>
    ['listed', 'unpublished', 'draft', 'deleted'].map((listing) => [
      { credentials: CREDENTIALS },
      { ...PAGE, listing },
    ]),
  getProductsById: ({ goods }) => [[{ credentials: CREDENTIALS }, goods.map(({ productId }) => productId)]],
  listSkus: () => [true, false].map((available) => [{ credentials: CREDENTIALS }, { ...PAGE, available }]),
  getSupplierPrices: ({ goods }) => [[{ credentials: CREDENTIALS }, goods]],
  listPromotions: () =>
    ['2', '13', '27', '100'].map((type) => [{ credentials: CREDENTIALS }, { ...PAGE, type }]),
  listPromotionProducts: ({ promotionId }) => [[{ credentials: CREDENTIALS }, { ...PAGE, promotionId }]],
};

type Method = (...args: unknown[]) => Promise<unknown>;

/** Every way our connector asks the marketplace, held against what the documents say that it takes. */
describe('requests on the wire', () => {
  let sandbox: Sandbox;
  let proxy: CapturingProxy;
  let connector: ClosableConnector;
  let known: Known;

  const control = <T>(...asked: Parameters<SandboxControl['control']>): Promise<T> =>
    new SandboxControl(sandbox.url).control(...asked);
  const truth = async <T>(what: string): Promise<T[]> =>
    (await control<{ items: T[] }>('GET', `/shops/${SHOP}/truth/${what}?pageSize=40`)).items;

  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: SANDBOX_CONTROL_TOKEN,
      ratePerSecond: 0,
    });
    proxy = await startCapturingProxy(sandbox.url);
    connector = createTemuConnector({
      gateways: { us: `${proxy.url}/us`, partner: `${proxy.url}/partner` },
      limiter: { acquire: async () => {}, penalize: () => {} },
    });
    const orders = await truth<{ parentOrderMap: { parentOrderSn: string } }>('orders');
    const products = await truth<{ goods: { goodsId: number }; skus: { skuId: number }[] }>('products');
    const promotions = await truth<{ activityId: number }>('promotions');
    const cases = await truth<{ parentAfterSalesSn: string; parentOrderSn: string }>('after-sales');
    known = {
      orders: orders.map((order) => order.parentOrderMap.parentOrderSn),
      cases: cases.map(({ parentAfterSalesSn, parentOrderSn }) => ({
        caseNumber: parentAfterSalesSn,
        orderNumber: parentOrderSn,
      })),
      goods: products.map(({ goods, skus }) => ({
        productId: String(goods.goodsId),
        skuIds: skus.map(({ skuId }) => String(skuId)),
      })),
      promotionId: String(promotions[0]?.activityId),
      code: (await control<{ code: string }>('POST', '/codes', { appKey: APP.appKey, mallId: SHOP })).code,
    };
  });
  after(async () => {
    await connector.close();
    await proxy.close();
    await sandbox.close();
  });

  /** Calls that were made, over all tests below. */
  const asked = new Set<string>();
  const methods = (): [string, Method][] =>
    Object.entries(connector)
      .filter(([name, value]) => typeof value === 'function' && !CALL_NOTHING.has(name))
      .map(([name, value]) => [name, value as Method]);

  test('every method of the port asks as the documents say', async () => {
    const problems: string[] = [];
    for (const [name, method] of methods()) {
      const lists = ARGUMENTS[name]?.(known);
      assert.ok(lists, `${name} is new: say in ARGUMENTS how it is called`);
      for (const args of lists) {
        const before = proxy.seen.length;
        const failure = await method(...args).then(
          () => null,
          (error: unknown) => error,
        );
        const sent = proxy.seen.slice(before);
        assert.ok(sent.length > 0, `${name} sent nothing: ${failure}`);
        for (const { body } of sent) {
          const { type } = JSON.parse(body) as { type: string };
          asked.add(type);
          problems.push(...checkRequest(body).map((problem) => `${name}: ${type}: ${problem}`));
        }
        if (failure !== null) problems.push(`${name}: ${failure}`);
      }
    }
    assert.deepEqual([...new Set(problems)], []);
  });

  test('no call is asked that has no schema, and most schemas are asked', () => {
    assert.deepEqual(
      [...asked].filter((type) => !SCHEMAS.has(type)),
      [],
    );
    assert.ok(asked.size >= 14, [...asked].join());
  });

  test('a request that the documents do not know is found out', () => {
    const body = (fields: Record<string, unknown>) => JSON.stringify({ app_key: 'k', ...fields });
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ type: 'bg.promotion.activity.query', pageNumber: 1, pageSize: 100 }, /activityType is required/],
      [
        { type: 'bg.aftersales.parentaftersales.list.get', parentOrderSnList: ['PO-1'] },
        /a pair of times is required/,
      ],
      [{ type: 'bg.order.list.v2.get', page: 2 }, /page is not documented/],
      [{ type: 'bg.order.list.v2.get', createAfter: 1 }, /createBefore is missing/],
      [{ type: 'bg.order.list.v2.get', pageSize: '100' }, /pageSize is invalid: integer expected/],
      [
        { type: 'bg.local.goods.list.query', goodsSearchType: 1, pageNo: 1, pageSize: 9 },
        /goodsStatusFilterType/,
      ],
      [{ type: 'bg.no.such' }, /not simulated/],
    ];
    for (const [fields, expected] of cases) assert.match(checkRequest(body(fields)).join(), expected);
  });
});
