import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { type Answer, CONTROL_TOKEN, call, control, dig, list } from '../test-client.js';

const SHOP = 634418210000003;
const ORDERS = 'bg.order.list.v2.get';
const AMOUNTS = 'bg.order.amount.query';
const ADDRESS = 'bg.order.shippinginfo.v2.get';
const CASES = 'bg.aftersales.parentaftersales.list.get';
const EVER = { createAtStart: 1, createAtEnd: 9_999_999_999 };

describe('faults that strangers’ bug reports are about', () => {
  let sandbox: Sandbox;
  let accessToken: string;
  before(async () => {
    sandbox = await startSandbox({ port: 0, dataDir: null, controlToken: CONTROL_TOKEN, ratePerSecond: 0 });
    const made = await control(sandbox.url, 'POST', '/tokens', { appKey: 'sbxAppKey0001', mallId: SHOP });
    accessToken = String(dig(made, 'accessToken'));
  });
  after(() => sandbox.close());

  const ask = (type: string, params: Record<string, unknown>): Promise<Answer> =>
    call(sandbox.url, type, params, {
      appKey: 'sbxAppKey0001',
      secret: 'sbxSecret0123456789abcdef',
      accessToken,
      region: 'us',
    });
  const strike = (fault: Record<string, unknown>): Promise<unknown> =>
    control(sandbox.url, 'POST', '/faults', { count: 1, ...fault });
  const newOrder = async (order: Record<string, unknown> = {}): Promise<string> => {
    const made = await control(sandbox.url, 'POST', `/shops/${SHOP}/orders`, order);
    return String(dig(made, 'orders', 0, 'parentOrderSn'));
  };
  const left = async (): Promise<unknown[]> =>
    list(await control(sandbox.url, 'GET', '/faults'), 'faults')
      .filter((rule) => dig(rule, 'remaining') !== 0)
      .map((rule) => dig(rule, 'kind'));

  test('repeated pages: every later page of every paged list has the first one’s rows', async () => {
    for (let index = 0; index < 3; index += 1) {
      const sn = await newOrder({ status: 5 });
      await control(sandbox.url, 'POST', `/shops/${SHOP}/orders/${sn}/refund`, { quantity: 1 });
    }
    const promotions = await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/promotions`);
    const activity = list(promotions, 'items').find((item) => list(item, 'goodsList').length > 2);
    const cases = list((await ask(CASES, EVER)).result, 'data').map((item) =>
      dig(item, 'parentAfterSalesSn'),
    );
    const numbered: [string, string, string, Record<string, unknown>][] = [
      [ORDERS, 'pageNumber', 'pageItems', {}],
      ['bg.local.goods.list.query', 'pageNo', 'goodsList', { goodsSearchType: 1 }],
      ['bg.local.goods.sku.list.query', 'pageNo', 'skuList', { skuSearchType: 2 }],
      [CASES, 'pageNo', 'data', EVER],
      ['bg.aftersales.aftersales.list.get', 'pageNo', 'data', { parentAfterSalesSnList: cases }],
      ['bg.promotion.activity.query', 'pageNumber', 'activityList', { activityType: 2 }],
      [
        'bg.promotion.activity.goods.query',
        'pageNumber',
        'goodsList',
        { activityId: dig(activity, 'activityId') },
      ],
    ];
    for (const [type, number, rows, params] of numbered) {
      const page = (asked: number) => ask(type, { ...params, [number]: asked, pageSize: 1 });
      const [first, second] = [await page(1), await page(2)];
      assert.notDeepEqual(dig(first.result, rows), dig(second.result, rows), type);
      await strike({ kind: 'repeated_pages', type });
      assert.deepEqual((await page(1)).result, first.result, 'the first page uses no strike up');
      const repeated = await page(2);
      assert.deepEqual(list(repeated.result, rows), list(first.result, rows), type);
      const pageShown = ['pageNo', 'pageNumber'].find((name) => name in (repeated.result as object));
      if (pageShown !== undefined) assert.equal(dig(repeated.result, pageShown), 2, type);
      assert.deepEqual((await page(2)).result, second.result, 'once');
    }
    for (const [type, rows, params] of [
      ['temu.local.goods.list.retrieve', 'goodsList', { goodsSearchType: 'ALL', pageSize: 2 }],
      ['temu.local.sku.list.retrieve', 'skuList', { skuSearchType: 'ACTIVE', pageSize: 2 }],
    ] as const) {
      const first = await ask(type, params);
      await strike({ kind: 'repeated_pages', type });
      const repeated = await ask(type, {
        ...params,
        pageToken: dig(first.result, 'pagination', 'nextToken'),
      });
      assert.deepEqual(list(repeated.result, rows), list(first.result, rows), type);
    }
  });

  test('pages of SKUs by token meet every SKU once, several of one product too', async () => {
    const params = { skuSearchType: 'ACTIVE', pageSize: 3 };
    const seen: unknown[] = [];
    let pageToken: unknown = null;
    let total = 0;
    do {
      const page = await ask(
        'temu.local.sku.list.retrieve',
        pageToken === null ? params : { ...params, pageToken },
      );
      total = Number(dig(page.result, 'total'));
      seen.push(...list(page.result, 'skuList').map((row) => dig(row, 'skuId')));
      pageToken = dig(page.result, 'pagination', 'nextToken');
    } while (pageToken !== null);
    assert.equal(seen.length, total);
    assert.equal(new Set(seen).size, total);
  });

  test('foreign currency: what the buyer paid, of this order only', async () => {
    const [aimed, other] = [await newOrder(), await newOrder()];
    await strike({ kind: 'foreign_currency', parentOrderSn: aimed });
    const currencies = async (parentOrderSn: string) => {
      const { result } = await ask(AMOUNTS, { parentOrderSn });
      return ['customerPaid', 'basePriceTotal'].map((name) =>
        dig(result, 'parentOrderMap', name, 'currency'),
      );
    };
    assert.deepEqual(await currencies(other), ['USD', 'USD']);
    assert.deepEqual(await currencies(aimed), ['CAD', 'USD']);
    assert.deepEqual(await currencies(aimed), ['USD', 'USD']);
  });

  test('a withheld address stays withheld, in each of its ways, and the truth knows', async () => {
    const truth = async (sn: string) => {
      const all = await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/addresses?pageSize=5000`);
      return list(all, 'items').find((item) => dig(item, 'parentOrderSn') === sn);
    };
    for (const [withheld, reason] of [
      ['no_self_shipping', 2],
      ['label_only', 3],
    ] as const) {
      const sn = await newOrder();
      await strike({ kind: 'withheld_address', parentOrderSn: sn, withheld });
      for (let index = 0; index < 2; index += 1) {
        const { result } = await ask(ADDRESS, { parentOrderSn: sn });
        assert.deepEqual(dig(result, 'warning'), { isRestriction: true, reason });
        assert.equal(dig(result, 'receiptName'), null);
        assert.deepEqual(dig(await truth(sn), 'address'), result);
      }
      assert.deepEqual(dig(await truth(sn), 'withheld'), { by: withheld, reason, code: null });
    }
    const sn = await newOrder();
    await strike({ kind: 'withheld_address', parentOrderSn: sn, withheld: 'refused' });
    assert.equal((await ask(ADDRESS, { parentOrderSn: sn })).errorCode, 180020030);
    assert.equal((await ask('bg.order.decryptshippinginfo.get', { parentOrderSn: sn })).errorCode, 180020030);
    assert.equal(dig(await truth(sn), 'address'), null);
    const path = `/shops/${SHOP}/orders/${sn}/address`;
    await control(sandbox.url, 'POST', path, { withheld: 'none' });
    assert.equal((await ask(ADDRESS, { parentOrderSn: sn })).errorCode, 1000000);
  });

  test('a shop that must buy labels is given no address, another none of what is shipped', async () => {
    const [open, shipped] = [await newOrder({ status: 2 }), await newOrder({ status: 4 })];
    const codes = async () =>
      Promise.all([open, shipped].map(async (sn) => (await ask(ADDRESS, { parentOrderSn: sn })).errorCode));
    const rule = (addresses: string) => control(sandbox.url, 'PATCH', `/shops/${SHOP}`, { addresses });
    await rule('withheld_when_shipped');
    assert.deepEqual(await codes(), [1000000, 180020030]);
    await rule('label_only');
    assert.deepEqual(await codes(), [180020030, 180020030]);
    await rule('open');
    assert.deepEqual(await codes(), [1000000, 1000000]);
  });

  test('a late change is dated back before the lag, and the truth has it', async () => {
    const now = Math.floor(Date.now() / 1000);
    const sn = await newOrder({ status: 2, createTime: now - 7200 });
    await strike({ kind: 'late_change', parentOrderSn: sn, lateSeconds: 900 });
    const { result } = await ask(ORDERS, { parentOrderSnList: [sn] });
    const parent = dig(result, 'pageItems', 0, 'parentOrderMap');
    assert.ok([4, 41].includes(Number(dig(parent, 'parentOrderStatus'))));
    const back = now - Number(dig(parent, 'updateTime'));
    assert.ok(back >= 890 && back <= 900, String(back));
    const truth = await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/orders?pageSize=5000`);
    const known = list(truth, 'items').find((item) => dig(item, 'parentOrderMap', 'parentOrderSn') === sn);
    assert.deepEqual(dig(known, 'parentOrderMap'), parent);
    await strike({ kind: 'late_change', parentOrderSn: await newOrder({ createTime: now }) });
    await ask(ORDERS, {});
    assert.deepEqual(await left(), ['late_change'], 'nothing to date back: it waits');
    await control(sandbox.url, 'DELETE', '/faults');
  });

  test('a huge order appears', async () => {
    const before = Number(dig((await ask(ORDERS, {})).result, 'totalItemNum'));
    await strike({ kind: 'huge_order' });
    const { result } = await ask(ORDERS, {
      pageSize: 10,
      fulfillmentTypeList: ['fulfillBySeller', 'fulfillByCooperativeWarehouse'],
    });
    // Others may have been placed within the same second.
    const order = list(result, 'pageItems').find((item) => list(item, 'orderList').length === 1200);
    assert.ok(order !== undefined);
    assert.equal(new Set(list(order, 'orderList').map((line) => dig(line, 'orderSn'))).size, 1200);
    const parentOrderSn = dig(order, 'parentOrderMap', 'parentOrderSn');
    const amounts = await ask(AMOUNTS, { parentOrderSn });
    assert.equal(list(amounts.result, 'orderList').length, 1200);
    assert.ok(Number(dig((await ask(ORDERS, {})).result, 'totalItemNum')) <= before + 1);
    const small = await newOrder({ lineCount: 60 });
    const lines = await ask(ORDERS, { parentOrderSnList: [small] });
    assert.equal(list(lines.result, 'pageItems', 0, 'orderList').length, 60);
  });

  test('an emptier answer: a title gone, a picture null, the neighbours untouched; it waits for its record', async () => {
    const list1 = { goodsSearchType: 1, pageSize: 20 };
    const whole = list((await ask('bg.local.goods.list.query', list1)).result, 'goodsList');
    const goodsId = dig(whole, 3, 'goodsId');
    await strike({ kind: 'emptier_answer', goodsId, type: 'bg.local.goods.list.query' });
    await ask('bg.local.goods.list.query', { goodsSearchType: 6 });
    assert.deepEqual(await left(), ['emptier_answer']);
    const emptied = list((await ask('bg.local.goods.list.query', list1)).result, 'goodsList');
    assert.deepEqual(
      ['goodsId', 'goodsName', 'thumbUrl', 'quantity'].map((name) => dig(emptied, 3, name)),
      [goodsId, '', null, dig(whole, 3, 'quantity')],
    );
    assert.deepEqual(emptied.toSpliced(3, 1), whole.toSpliced(3, 1));
    assert.deepEqual(list((await ask('bg.local.goods.list.query', list1)).result, 'goodsList'), whole);

    const sn = await newOrder({ status: 2 });
    await strike({ kind: 'emptier_answer', parentOrderSn: sn });
    const order = await ask(ORDERS, { parentOrderSnList: [sn] });
    assert.deepEqual(
      ['goodsName', 'originalGoodsName', 'thumbUrl'].map((name) =>
        dig(order.result, 'pageItems', 0, 'orderList', 0, name),
      ),
      ['', '', null],
    );
    assert.deepEqual(await left(), []);
  });

  test('several cases of one order, several lines in a case; units are never given back twice', async () => {
    const made = await control(sandbox.url, 'POST', `/shops/${SHOP}/orders`, {
      status: 5,
      lines: [
        { quantity: 3, unitBasePriceMinor: 1000, unitRetailPriceMinor: 1500, taxRateBp: 0 },
        { quantity: 1, unitBasePriceMinor: 700, unitRetailPriceMinor: 900, taxRateBp: 0 },
      ],
    });
    const sn = String(dig(made, 'orders', 0, 'parentOrderSn'));
    const [first, second] = [0, 1].map((index) => dig(made, 'orders', 0, 'lines', index, 'orderSn'));
    const path = `/shops/${SHOP}/orders/${sn}/refund`;
    const refund = (body: Record<string, unknown>) => control(sandbox.url, 'POST', path, body);
    await refund({
      status: 5,
      lines: [
        { orderSn: first, quantity: 1 },
        { orderSn: second, quantity: 1 },
      ],
    });
    await refund({ status: 1, orderSn: first, quantity: 1, opensAnother: true });
    const cases = list((await ask(CASES, { ...EVER, parentOrderSnList: [sn] })).result, 'data');
    assert.equal(cases.length, 2);
    await assert.rejects(refund({ orderSn: first, quantity: 2, opensAnother: true }), /only 1 to refund/);
    const numbers = cases.map((item) => dig(item, 'parentAfterSalesSn'));
    const lines = await ask('bg.aftersales.aftersales.list.get', { parentAfterSalesSnList: numbers });
    assert.equal(list(lines.result, 'data').length, 3);

    const [finished] = cases.filter((item) => dig(item, 'parentAfterSalesStatus') === 5);
    const detail = await ask('temu.aftersales.parentaftersales.detail.get', {
      parentOrderSn: sn,
      parentAfterSalesSn: dig(finished, 'parentAfterSalesSn'),
    });
    assert.equal(dig(detail.result, 'refundSummary', 'buyerTotalRefund', 'amount'), 2400);
    const [open] = cases.filter((item) => dig(item, 'parentAfterSalesStatus') === 1);
    const pending = await ask('temu.aftersales.parentaftersales.detail.get', {
      parentOrderSn: sn,
      parentAfterSalesSn: dig(open, 'parentAfterSalesSn'),
    });
    assert.equal(dig(pending.result, 'refundSummary', 'buyerTotalRefund', 'amount'), 0);
    assert.equal(dig(pending.result, 'afterSalesList', 0, 'applyRefundAmount', 'amount'), 1500);
    await refund({ parentAfterSalesSn: dig(open, 'parentAfterSalesSn'), status: 5 });

    const amounts = await ask(AMOUNTS, { parentOrderSn: sn });
    assert.equal(dig(amounts.result, 'parentOrderMap', 'refundsTotal', 'amount'), 3900);
    assert.equal(dig(amounts.result, 'parentOrderMap', 'estimatedRevenue', 'amount'), 1000);
    const truth = await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/orders?pageSize=5000`);
    const known = list(truth, 'items').find((item) => dig(item, 'parentOrderMap', 'parentOrderSn') === sn);
    assert.deepEqual(dig(known, 'facts', 'lines', 0), {
      orderSn: first,
      orderedQuantity: 3,
      cancelledBeforeShipment: 0,
      netQuantity: 3,
      unitBasePriceMinor: 1000,
      unitRetailPriceMinor: 1500,
      refundedUnits: 2,
      refundedMinor: 3000,
      refundedSupplyMinor: 2000,
    });
  });
});
