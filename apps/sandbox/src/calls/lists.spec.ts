import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { type Answer, CONTROL_TOKEN, call, control, dig, list } from '../test-client.js';

const LIST = 'bg.order.list.v2.get';
const BOTH = ['fulfillBySeller', 'fulfillByCooperativeWarehouse'];
const SHOP = 634418210000001;

describe('list calls', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      ratePerSecond: 0,
      strict: false,
    });
  });
  after(() => sandbox.close());

  const orders = (params: Record<string, unknown>): Promise<Answer> => call(sandbox.url, LIST, params);
  const numbers = (answer: Answer): unknown[] =>
    list(answer.result, 'pageItems').map((item) => dig(item, 'parentOrderMap', 'parentOrderSn'));
  const times = (answer: Answer, field: string): number[] =>
    list(answer.result, 'pageItems').map((item) => Number(dig(item, 'parentOrderMap', field)));

  test('all pages together are exactly the truth, newest first, without repetition', async () => {
    const seen: unknown[] = [];
    const created: number[] = [];
    for (let pageNumber = 1; pageNumber <= 47; pageNumber += 1) {
      const page = await orders({ pageNumber, pageSize: 100, fulfillmentTypeList: BOTH });
      assert.equal(dig(page.result, 'totalItemNum'), 4645);
      seen.push(...numbers(page));
      created.push(...times(page, 'parentOrderTime'));
    }
    assert.equal(seen.length, 4645);
    assert.equal(new Set(seen).size, 4645);
    assert.deepEqual(
      created,
      [...created].sort((a, b) => b - a),
    );
    const beyond = await orders({ pageNumber: 48, pageSize: 100, fulfillmentTypeList: BOTH });
    assert.equal(numbers(beyond).length, 0);
    assert.equal(dig(beyond.result, 'totalItemNum'), 4645);
  });

  test('the default leaves the co-operative warehouse out', async () => {
    const total = async (fulfillmentTypeList?: string[]) =>
      Number(dig((await orders(fulfillmentTypeList ? { fulfillmentTypeList } : {})).result, 'totalItemNum'));
    const seller = await total();
    assert.equal(seller, await total(['fulfillBySeller']));
    assert.equal(seller + (await total(['fulfillByCooperativeWarehouse'])), 4645);
    assert.ok(seller < 4645);
  });

  test('sortby updateTime, and intervals closed at both ends', async () => {
    const page = await orders({ pageSize: 50, sortby: 'updateTime', fulfillmentTypeList: BOTH });
    const updates = times(page, 'updateTime');
    assert.deepEqual(
      updates,
      [...updates].sort((a, b) => b - a),
    );
    const [newest = 0] = updates;
    const exact = await orders({ updateAtStart: newest, updateAtEnd: newest, fulfillmentTypeList: BOTH });
    assert.ok(Number(dig(exact.result, 'totalItemNum')) >= 1);
    const after = await orders({
      updateAtStart: newest + 1,
      updateAtEnd: newest + 9,
      fulfillmentTypeList: BOTH,
    });
    assert.equal(dig(after.result, 'totalItemNum'), 0);
    const created =
      times(await orders({ pageSize: 1, fulfillmentTypeList: BOTH }), 'parentOrderTime')[0] ?? 0;
    const one = await orders({ createAfter: created, createBefore: created, fulfillmentTypeList: BOTH });
    assert.equal(dig(one.result, 'totalItemNum'), 1);
  });

  test('peer failure 5: bad pages, halves, milliseconds and reversed intervals are refused with their codes', async () => {
    const cases: [Record<string, unknown>, number][] = [
      [{ pageSize: 101 }, 140020005],
      [{ pageSize: 0 }, 140020005],
      [{ pageNumber: 0 }, 140020005],
      [{ createAfter: 1700000000 }, 140020013],
      [{ updateAtEnd: 1700000000 }, 140020013],
      [{ updateAtStart: 1700000000000, updateAtEnd: 1700000001000 }, 140020014],
      [{ createAfter: 1700000002, createBefore: 1700000001 }, 140020012],
      [{ parentConfirmTimeStart: 1 }, 140020013],
      [{ expectShipLatestTimeEnd: 1 }, 140020013],
      [{ sortby: 'amount' }, 140020005],
      [{ parentOrderStatus: 7 }, 140020005],
      [{ fulfillmentTypeList: ['fulfillByMagic'] }, 140020005],
      [{ parentOrderSnList: Array.from({ length: 21 }, (_, index) => `PO-${index}`) }, 140020005],
    ];
    for (const [params, code] of cases) {
      assert.equal((await orders(params)).errorCode, code, JSON.stringify(params));
    }
    assert.match((await orders({ createAfter: 1700000000 })).errorMsg ?? '', /createBefore/);
    const products = { goodsSearchType: 1, pageSize: 101 };
    assert.equal((await call(sandbox.url, 'bg.local.goods.list.query', products)).errorCode, 150010001);
    const afterSales = 'bg.aftersales.parentaftersales.list.get';
    const ever = { createAtStart: 1, createAtEnd: 9_999_999_999 };
    const ofOthers: [string, Record<string, unknown>, number][] = [
      [afterSales, { ...ever, pageSize: 200 }, 1000000],
      [afterSales, { ...ever, pageSize: 201 }, 130010001],
      [afterSales, { pageSize: 200 }, 130010001],
      [afterSales, { parentOrderSnList: ['PO-211-1'] }, 130010001],
      [afterSales, { createAtStart: 1 }, 130010001],
      [afterSales, { ...ever, updateAtEnd: 1 }, 130010001],
      [afterSales, { ...ever, afterSalesStatusGroup: 8 }, 130010001],
      ['temu.aftersales.parentaftersales.detail.get', { parentOrderSn: 'PO-211-1' }, 130010001],
      ['bg.promotion.activity.query', { activityType: 2, pageNumber: 1, pageSize: 100 }, 1000000],
      ['bg.promotion.activity.query', { activityType: 2, pageNumber: 1, pageSize: 500 }, 220010001],
      ['bg.promotion.activity.query', { pageNumber: 1, pageSize: 100 }, 220010001],
      ['bg.promotion.activity.query', { activityType: 2, pageSize: 100 }, 220010001],
      ['bg.promotion.activity.query', { activityType: 3, pageNumber: 1, pageSize: 100 }, 220010001],
      ['bg.promotion.activity.goods.query', { activityId: 1 }, 220010001],
      ['temu.local.goods.list.retrieve', {}, 7000000],
      ['temu.local.goods.list.retrieve', { goodsSearchType: 1 }, 3000000],
      ['temu.local.sku.list.retrieve', { skuSearchType: 'ALL' }, 150010001],
    ];
    for (const [type, params, code] of ofOthers) {
      assert.equal(
        (await call(sandbox.url, type, params)).errorCode,
        code,
        `${type} ${JSON.stringify(params)}`,
      );
    }
  });

  test('detail, address and amounts of one order', async () => {
    const [sn] = numbers(await orders({ pageSize: 1, parentOrderStatus: 5 }));
    const detail = await call(sandbox.url, 'bg.order.detail.v2.get', { parentOrderSn: sn });
    assert.equal(dig(detail.result, 'parentOrderMap', 'parentOrderStatus'), 5);
    const address = await call(sandbox.url, 'bg.order.shippinginfo.v2.get', { parentOrderSn: sn });
    assert.match(String(dig(address.result, 'receiptName')), /\*\*\*/);
    const amounts = await call(sandbox.url, 'bg.order.amount.query', { parentOrderSn: sn });
    assert.equal(dig(amounts.result, 'parentOrderMap', 'customerPaid', 'currency'), 'USD');
    for (const type of ['bg.order.detail.v2.get', 'bg.order.shippinginfo.v2.get', 'bg.order.amount.query']) {
      assert.equal((await call(sandbox.url, type, { parentOrderSn: 'PO-211-0' })).errorCode, 140020002);
      assert.equal((await call(sandbox.url, type)).errorCode, 7000000);
    }
    const [warehouse] = numbers(await orders({ pageSize: 1, fulfillmentTypeList: [BOTH[1]] }));
    assert.equal(
      (await call(sandbox.url, 'bg.order.detail.v2.get', { parentOrderSn: warehouse })).errorCode,
      140020002,
    );
  });

  test('amounts of a fresh order are still being computed for a while', async () => {
    const now = Math.floor(Date.now() / 1000);
    const made = await control(sandbox.url, 'POST', `/shops/${SHOP}/orders`, { amountReadyAt: now + 300 });
    const parentOrderSn = dig(made, 'orders', 0, 'parentOrderSn');
    const ask = async () => (await call(sandbox.url, 'bg.order.amount.query', { parentOrderSn })).errorCode;
    assert.equal(await ask(), 140020008);
    await control(sandbox.url, 'PATCH', `/shops/${SHOP}/orders/${parentOrderSn}`, { amountReadyAt: now - 1 });
    assert.equal(await ask(), 1000000);
  });

  test('1,234 products over search types 1, 4 and 5, by page and by cursor', async () => {
    const totals: number[] = [];
    for (const goodsSearchType of [1, 4, 5, 6]) {
      const answer = await call(sandbox.url, 'bg.local.goods.list.query', { goodsSearchType });
      totals.push(Number(dig(answer.result, 'total')));
    }
    const [listed = 0, unpublished = 0, drafts = 0, deleted = 0] = totals;
    assert.equal(listed + unpublished + drafts, 1234);
    assert.ok(unpublished > 0 && drafts > 0 && deleted > 0);

    const ids = new Set<unknown>();
    let pageToken: unknown;
    let previous: unknown = null;
    for (let page = 0; page < 13; page += 1) {
      const answer = await call(sandbox.url, 'temu.local.goods.list.retrieve', {
        goodsSearchType: 'ALL',
        pageSize: 100,
        ...(typeof pageToken === 'string' ? { pageToken } : {}),
      });
      for (const goods of list(answer.result, 'goodsList')) ids.add(dig(goods, 'goodsId'));
      pageToken = dig(answer.result, 'pagination', 'nextToken');
      previous = dig(answer.result, 'pagination', 'previousToken');
    }
    assert.equal(pageToken, null);
    assert.equal(ids.size, 1234);
    const back = await call(sandbox.url, 'temu.local.goods.list.retrieve', {
      goodsSearchType: 'ALL',
      pageSize: 100,
      pageToken: previous,
    });
    assert.equal(list(back.result, 'goodsList').length, 100);
    const bad = await call(sandbox.url, 'temu.local.goods.list.retrieve', {
      goodsSearchType: 'ALL',
      pageToken: 'nonsense',
    });
    assert.equal(bad.errorCode, 150010001);
    assert.equal((await call(sandbox.url, 'bg.local.goods.list.query', {})).errorCode, 7000000);
  });

  test('the wrong paging name is ignored: page 1 comes back', async () => {
    const type = 'bg.local.goods.list.query';
    const first = await call(sandbox.url, type, { goodsSearchType: 1 });
    const wrong = await call(sandbox.url, type, { goodsSearchType: 1, pageNumber: 2 });
    const second = await call(sandbox.url, type, { goodsSearchType: 1, pageNo: 2 });
    assert.deepEqual(wrong.result, first.result);
    assert.notDeepEqual(second.result, first.result);
  });

  test('supply prices of goods and their SKUs', async () => {
    const goods = await call(sandbox.url, 'bg.local.goods.list.query', { goodsSearchType: 1, pageSize: 1 });
    const goodsId = dig(goods.result, 'goodsList', 0, 'goodsId');
    const skuIdList = list(goods.result, 'goodsList', 0, 'skuIdList');
    const prices = await call(sandbox.url, 'bg.local.goods.sku.list.price.query', {
      querySupplierPriceBaseList: [{ goodsId, skuIdList }],
    });
    const first = dig(prices.result, 'openapiGoodsSupplierPriceDTOList', 0);
    assert.equal(dig(first, 'goodsId'), goodsId);
    assert.match(
      String(dig(first, 'openapiSkuSupplierPriceDTOList', 0, 'supplierPrice', 'amount')),
      /^\d+\.\d\d$/,
    );
    const foreign = { querySupplierPriceBaseList: [{ goodsId: 1, skuIdList: [1] }] };
    const halved = { querySupplierPriceBaseList: [{ goodsId }] };
    const missing = await call(sandbox.url, 'bg.local.goods.sku.list.price.query', halved);
    assert.equal(missing.errorCode, 7000000);
    assert.match(missing.errorMsg ?? '', /querySupplierPriceBaseList\[0\]\.skuIdList/);
    assert.equal(
      (await call(sandbox.url, 'bg.local.goods.sku.list.price.query', foreign)).errorCode,
      150010188,
    );
  });
});
