import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { type Answer, CONTROL_TOKEN, call, control, dig, list } from '../test-client.js';

const SHOP = 634418210000001;
const EVER = { createAtStart: 1, createAtEnd: 9_999_999_999 };

describe('lines of a case, addresses in clear, goods of an activity', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      ratePerSecond: 0,
      strict: true,
    });
  });
  after(() => sandbox.close());

  const ask = (type: string, params: Record<string, unknown> = {}): Promise<Answer> =>
    call(sandbox.url, type, params);
  const newOrder = async (status: number): Promise<string> => {
    const made = await control(sandbox.url, 'POST', `/shops/${SHOP}/orders`, {
      status,
      lines: [{ quantity: 3 }],
    });
    return String(dig(made, 'orders', 0, 'parentOrderSn'));
  };

  test('a case shows its line with the units applied for', async () => {
    const sn = await newOrder(5);
    await control(sandbox.url, 'POST', `/shops/${SHOP}/orders/${sn}/refund`, { quantity: 2, status: 1 });
    const cases = await ask('bg.aftersales.parentaftersales.list.get', {
      ...EVER,
      parentOrderSnList: [sn],
    });
    const parentAfterSalesSn = dig(cases.result, 'data', 0, 'parentAfterSalesSn');
    const lines = await ask('bg.aftersales.aftersales.list.get', {
      parentAfterSalesSnList: [parentAfterSalesSn],
    });
    const orders = await ask('bg.order.list.v2.get', { parentOrderSnList: [sn] });
    const line = dig(orders.result, 'pageItems', 0, 'orderList', 0);
    assert.equal(dig(lines.result, 'total'), 1);
    assert.equal(dig(lines.result, 'data', 0, 'applyAfterSalesGoodsNumber'), 2);
    assert.equal(dig(lines.result, 'data', 0, 'afterSalesStatus'), 1);
    assert.equal(dig(lines.result, 'data', 0, 'skuId'), dig(line, 'skuId'));
    const truth = await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/after-sales?pageSize=1`);
    assert.deepEqual(dig(truth, 'items', 0, 'lines'), dig(lines.result, 'data'));
  });

  test('lines are asked for by case, and an unknown case has none', async () => {
    const without = await ask('bg.aftersales.aftersales.list.get');
    assert.equal(without.errorCode, 130010001);
    const unknown = await ask('bg.aftersales.aftersales.list.get', { parentAfterSalesSnList: ['PA-0'] });
    assert.equal(dig(unknown.result, 'total'), 0);
  });

  test('a changed address is another one, masked and in clear, and moves the update time', async () => {
    const sn = await newOrder(2);
    const path = `/shops/${SHOP}/orders/${sn}/address`;
    const read = async () => {
      const masked = await ask('bg.order.shippinginfo.v2.get', { parentOrderSn: sn });
      const plain = await ask('bg.order.decryptshippinginfo.get', { parentOrderSn: sn });
      return { masked: masked.result, plain: plain.result };
    };
    const first = await read();
    assert.match(String(dig(first.masked, 'addressLine1')), /^\*\*\* /);
    assert.doesNotMatch(String(dig(first.plain, 'addressLine1')), /\*/);
    assert.throws(() => dig(first.plain, 'warning', 'isRestriction'));
    await control(sandbox.url, 'POST', '/clock', { action: 'advance', byMs: 60_000 });
    const asked = await control(sandbox.url, 'POST', path, { stage: 'requested' });
    assert.ok(list(asked, 'order', 'labels').includes('pending_buyer_address_change'));
    assert.deepEqual(await read(), first);
    const changed = await control(sandbox.url, 'POST', path);
    assert.ok(!list(changed, 'order', 'labels').includes('pending_buyer_address_change'));
    assert.ok(
      Number(dig(changed, 'order', 'updateTime')) >= Number(dig(changed, 'order', 'createTime')) + 60,
    );
    assert.notDeepEqual(await read(), first);
    const truth = await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/addresses?pageSize=5000`);
    const known = list(truth, 'items').find((item) => dig(item, 'parentOrderSn') === sn);
    assert.deepEqual(dig(known, 'address'), (await read()).masked);
    await control(sandbox.url, 'POST', '/clock', { action: 'reset' });
    await assert.rejects(
      control(sandbox.url, 'POST', `/shops/${SHOP}/orders/${await newOrder(5)}/address`),
      /nothing left to ship/,
    );
  });

  test('the pages of an activity are its goods of the truth', async () => {
    const truth = await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/promotions`);
    const joined = list(truth, 'items').filter((item) => dig(item, 'isJoinedActivity') === true);
    assert.ok(joined.length > 3);
    for (const activity of joined) {
      const goods: unknown[] = [];
      for (let pageNumber = 1; ; pageNumber += 1) {
        const page = await ask('bg.promotion.activity.goods.query', {
          activityId: dig(activity, 'activityId'),
          pageNumber,
          pageSize: 5,
        });
        assert.equal(dig(page.result, 'activityInfo', 'activityName'), dig(activity, 'activityName'));
        goods.push(...list(page.result, 'goodsList'));
        if (list(page.result, 'goodsList').length < 5) break;
      }
      assert.deepEqual(goods, list(activity, 'goodsList'));
    }
    assert.ok(joined.some((activity) => list(activity, 'goodsList').length > 5));
    const unknown = await ask('bg.promotion.activity.goods.query', {
      activityId: 1,
      pageNumber: 1,
      pageSize: 10,
    });
    assert.equal(unknown.errorCode, 220010001);
  });
});
