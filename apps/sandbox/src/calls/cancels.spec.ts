import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { type Answer, CONTROL_TOKEN, control, dig, list, post, signedBody, US } from '../test-client.js';

const CANCELS = 'bg.aftersales.cancel.list.get';
const SHOP = 634418210000001;
const DAY = 86_400;

describe('buyers’ requests to cancel, and labels', () => {
  let sandbox: Sandbox;
  let nowSeconds = 1_767_000_000;
  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      ratePerSecond: 0,
      realNowMs: () => nowSeconds * 1000,
    });
  });
  after(() => sandbox.close());

  const ask = (type: string, params: Record<string, unknown> = {}, as = US): Promise<Answer> =>
    post(sandbox.url, signedBody(type, params, as, nowSeconds));
  const make = async (body: Record<string, unknown> = {}): Promise<string> => {
    const made = await control(sandbox.url, 'POST', `/shops/${SHOP}/orders`, { status: 2, ...body });
    return String(dig(made, 'orders', 0, 'parentOrderSn'));
  };
  const request = (sn: string, body: Record<string, unknown> = {}): Promise<unknown> =>
    control(sandbox.url, 'POST', `/shops/${SHOP}/orders/${sn}/cancel-request`, body);
  const requestsOf = async (sn: string): Promise<unknown[]> =>
    list((await ask(CANCELS, { parentOrderSnList: [sn] })).result, 'data');
  const statusesOf = async (sn: string): Promise<unknown[]> =>
    (await requestsOf(sn)).map((each) => dig(each, 'parentAfterSalesStatus'));
  const orderOf = async (sn: string): Promise<unknown> =>
    list((await ask('bg.order.list.v2.get', { parentOrderSnList: [sn] })).result, 'pageItems')[0];
  const labelsOf = async (sn: string): Promise<unknown[]> =>
    list(await orderOf(sn), 'parentOrderMap', 'parentOrderLabel')
      .filter((label) => dig(label, 'value') === 1)
      .map((label) => dig(label, 'name'));
  const stateOf = async (sn: string): Promise<unknown> => {
    const order = await orderOf(sn);
    return [
      dig(order, 'parentOrderMap', 'parentOrderStatus'),
      ...list(order, 'orderList').map((line) => [
        dig(line, 'quantity'),
        dig(line, 'canceledQuantityBeforeShipment'),
      ]),
    ];
  };

  test('asked for, it is listed, labelled and moves the order’s update time', async () => {
    const sn = await make({ lines: [{ quantity: 3 }, { quantity: 1 }] });
    nowSeconds += 100;
    const orderSn = dig(await orderOf(sn), 'orderList', 0, 'orderSn');
    await request(sn, { lines: [{ orderSn, quantity: 2 }] });
    assert.deepEqual(await labelsOf(sn), ['pending_buyer_cancellation']);
    assert.equal(dig(await orderOf(sn), 'parentOrderMap', 'updateTime'), nowSeconds);
    const [found, ...others] = await requestsOf(sn);
    assert.equal(others.length, 0);
    assert.equal(dig(found, 'parentAfterSalesStatus'), 1);
    const [info] = list(found, 'afterSalesInfoList');
    assert.equal(dig(info, 'orderSn'), orderSn);
    assert.equal(dig(info, 'parentOrderSn'), sn);
    assert.equal(dig(info, 'applyGoodsNumber'), 2);
    assert.equal(dig(info, 'createAtMillis'), nowSeconds * 1000);
    assert.deepEqual(await stateOf(sn), [2, [3, 0], [1, 0]]);
    await assert.rejects(request(sn), /has a request to cancel already/);
  });

  test('withdrawn and rejected leave the order as it was, and the buyer may ask again', async () => {
    const sn = await make({ lines: [{ quantity: 2 }] });
    for (const action of ['withdraw', 'reject']) {
      await request(sn);
      await request(sn, { action });
      assert.deepEqual(await labelsOf(sn), []);
      assert.deepEqual(await stateOf(sn), [2, [2, 0]]);
    }
    await request(sn);
    nowSeconds += 1;
    assert.deepEqual((await statusesOf(sn)).sort(), [1, 6, 7]);
    await assert.rejects(request(await make(), { action: 'withdraw' }), /no request to cancel/);
  });

  test('accepted, the units are cancelled; a request being refunded is approved already', async () => {
    for (const status of [4, 5, 9]) {
      const sn = await make({ lines: [{ quantity: 2 }] });
      await request(sn);
      await request(sn, { action: 'accept', status });
      assert.deepEqual(await stateOf(sn), [3, [0, 2]]);
      assert.deepEqual(await statusesOf(sn), [status]);
      assert.deepEqual(await labelsOf(sn), []);
    }
  });

  test('undecided for a day, it is approved; a second earlier it is not', async () => {
    const sn = await make({ lines: [{ quantity: 2 }], expectShipLatestTime: nowSeconds + 9 * DAY });
    await request(sn);
    nowSeconds += DAY - 1;
    assert.deepEqual(await statusesOf(sn), [1]);
    nowSeconds += 1;
    assert.deepEqual(await statusesOf(sn), [5]);
    assert.deepEqual(await stateOf(sn), [3, [0, 2]]);
    assert.equal(dig(await orderOf(sn), 'parentOrderMap', 'updateTime'), nowSeconds);
    const other = await make();
    await request(other);
    await request(other, { action: 'expire' });
    assert.deepEqual(await statusesOf(other), [5]);
  });

  test('shipping refuses it, cancelling grants it', async () => {
    const shipped = await make();
    await request(shipped);
    await control(sandbox.url, 'PATCH', `/shops/${SHOP}/orders/${shipped}`, { status: 4 });
    assert.deepEqual(await statusesOf(shipped), [7]);
    assert.deepEqual(await labelsOf(shipped), []);
    const cancelled = await make({ lines: [{ quantity: 2 }, { quantity: 1 }] });
    const orderSn = dig(await orderOf(cancelled), 'orderList', 0, 'orderSn');
    await request(cancelled, { lines: [{ orderSn, quantity: 1 }] });
    await control(sandbox.url, 'POST', `/shops/${SHOP}/orders/${cancelled}/cancel`);
    assert.deepEqual(await statusesOf(cancelled), [5, 5]);
    const units = (await requestsOf(cancelled)).flatMap((each) =>
      list(each, 'afterSalesInfoList').map((info) => dig(info, 'applyGoodsNumber')),
    );
    assert.deepEqual(units.sort(), [1, 1, 1]);
    await assert.rejects(request(shipped), /nothing left that is not shipped/);
  });

  test('groups, numbers and pages find what they say; anything else is refused', async () => {
    await request(await make());
    const groups: unknown[][] = [];
    const total = Number(dig((await ask(CANCELS)).result, 'total'));
    for (const afterSalesStatusGroup of [8, 9, 10, 11]) {
      const { result } = await ask(CANCELS, { afterSalesStatusGroup, pageSize: 200 });
      groups.push([...new Set(list(result, 'data').map((each) => dig(each, 'parentAfterSalesStatus')))]);
    }
    assert.deepEqual(
      groups.map((statuses) => statuses.sort()),
      [[1], [4, 5, 9], [7], [6]],
    );
    const seen = new Set<unknown>();
    for (let pageNo = 1; seen.size < total; pageNo += 1) {
      const { result } = await ask(CANCELS, { pageNo, pageSize: 200 });
      assert.equal(dig(result, 'pageNumber'), pageNo);
      const rows = list(result, 'data');
      assert.ok(rows.length > 0, 'a page within the total has rows');
      for (const each of rows) seen.add(dig(each, 'parentAfterSalesSn'));
    }
    assert.equal(list((await ask(CANCELS)).result, 'data').length, 10);
    const [some] = [...seen];
    const byNumber = await ask(CANCELS, { parentAfterSalesSnList: [some, 'PO-none'] });
    assert.equal(dig(byNumber.result, 'total'), 1);
    for (const wrong of [
      { afterSalesStatusGroup: 1 },
      { pageSize: 201 },
      { pageNo: 0 },
      { parentOrderSnList: Array.from({ length: 201 }, String) },
    ]) {
      assert.equal((await ask(CANCELS, wrong)).errorCode, 130010001, JSON.stringify(wrong));
    }
    assert.equal((await ask(CANCELS, { pageNo: '1' })).errorCode, 3000000);
    assert.equal((await ask(CANCELS, { createAtStart: 1, createAtEnd: 2 })).errorCode, 3000000);
  });

  test('without its scope it is refused', async () => {
    const { accessToken } = (await control(sandbox.url, 'POST', '/tokens', {
      appKey: US.appKey,
      mallId: SHOP,
      scopes: ['bg.order.list.v2.get'],
    })) as { accessToken: string };
    assert.equal((await ask(CANCELS, {}, { ...US, accessToken })).errorCode, 3000032);
  });

  test('a deadline gives its labels when it comes, and takes them off what is shipped', async () => {
    const deadline = nowSeconds + 13 * 3600;
    const sn = await make({ expectShipLatestTime: deadline });
    assert.deepEqual(await labelsOf(sn), []);
    nowSeconds = deadline - 12 * 3600;
    assert.deepEqual(await labelsOf(sn), ['soon_to_be_overdue']);
    assert.equal(dig(await orderOf(sn), 'parentOrderMap', 'updateTime'), nowSeconds);
    nowSeconds = deadline;
    assert.deepEqual(await labelsOf(sn), ['soon_to_be_overdue']);
    nowSeconds = deadline + 1;
    assert.deepEqual(await labelsOf(sn), ['past_due']);
    assert.deepEqual(await labelsOf(await make({ createTime: nowSeconds - 4 * DAY })), ['past_due']);
    const path = `/shops/${SHOP}/orders/${sn}`;
    await control(sandbox.url, 'PATCH', path, { expectShipLatestTime: nowSeconds + DAY });
    assert.deepEqual(await labelsOf(sn), []);
    await control(sandbox.url, 'PATCH', path, { expectShipLatestTime: nowSeconds });
    await control(sandbox.url, 'POST', `${path}/address`, { stage: 'requested' });
    assert.deepEqual(await labelsOf(sn), ['soon_to_be_overdue', 'pending_buyer_address_change']);
    await control(sandbox.url, 'PATCH', path, { status: 4 });
    assert.deepEqual(await labelsOf(sn), []);
    await assert.rejects(control(sandbox.url, 'PATCH', path, { labels: ['no_such_label'] }), /past_due/);
    assert.deepEqual(await labelsOf(await make({ signOnDeliveryMinor: 250 })), [
      'signature_required_on_delivery',
    ]);
  });

  test('the labels of every order agree with its deadline and its requests, and the truth has both', async () => {
    await request(await make());
    const truth = async (what: string): Promise<unknown[]> =>
      list(await control(sandbox.url, 'GET', `/shops/${SHOP}/truth/${what}?pageSize=5000`), 'items');
    const undecided = new Set(
      (await truth('cancel-requests'))
        .filter((each) => dig(each, 'parentAfterSalesStatus') === 1)
        .map((each) => {
          assert.ok(Number(dig(each, 'decideUntil')) > nowSeconds);
          return dig(each, 'parentOrderSn');
        }),
    );
    const found = new Set<unknown>();
    for (const order of await truth('orders')) {
      const sn = dig(order, 'parentOrderMap', 'parentOrderSn');
      const status = Number(dig(order, 'parentOrderMap', 'parentOrderStatus'));
      const deadline = Number(dig(order, 'parentOrderMap', 'expectShipLatestTime'));
      const isToShip = status === 2 || status === 41;
      const labels = list(order, 'parentOrderMap', 'parentOrderLabel')
        .filter((label) => dig(label, 'value') === 1)
        .map((label) => dig(label, 'name'));
      for (const label of labels) found.add(label);
      assert.equal(labels.includes('pending_buyer_cancellation'), undecided.has(sn), String(sn));
      assert.equal(labels.includes('past_due'), isToShip && deadline < nowSeconds, String(sn));
      const isSoon = isToShip && deadline >= nowSeconds && deadline - 12 * 3600 <= nowSeconds;
      assert.equal(labels.includes('soon_to_be_overdue'), isSoon, String(sn));
    }
    for (const label of ['past_due', 'pending_buyer_cancellation', 'signature_required_on_delivery'])
      assert.ok(found.has(label), label);
  });
});
