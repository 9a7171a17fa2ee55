import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { type Answer, CONTROL_TOKEN, call, control, dig, list } from '../test-client.js';

const LIST = 'bg.order.list.v2.get';
const AMOUNTS = 'bg.order.amount.query';

describe('faults of answers, and the storm', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0, dataDir: null, controlToken: CONTROL_TOKEN, ratePerSecond: 0 });
  });
  afterEach(() => sandbox.close());

  const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
    control(sandbox.url, method, path, body);
  const orders = (params: Record<string, unknown> = {}): Promise<Answer> =>
    call(sandbox.url, LIST, { pageSize: 100, ...params });
  const firstNumber = async (): Promise<string> =>
    String(dig((await orders()).result, 'pageItems', 0, 'parentOrderMap', 'parentOrderSn'));

  test('an empty page keeps its total', async () => {
    const whole = await orders();
    await ask('POST', '/faults', { kind: 'empty_page', type: LIST, count: 1 });
    const empty = await orders();
    assert.equal(empty.success, true);
    assert.deepEqual(list(empty.result, 'pageItems'), []);
    assert.equal(dig(empty.result, 'totalItemNum'), dig(whole.result, 'totalItemNum'));
    assert.deepEqual((await orders()).result, whole.result);
  });

  test('one order of a page is unreadable while the fault lasts, its neighbours are not', async () => {
    const parentOrderSn = await firstNumber();
    const whole = list((await orders()).result, 'pageItems');
    const rule = await ask('POST', '/faults', { kind: 'unreadable_order', parentOrderSn });
    const page = list((await orders()).result, 'pageItems');
    assert.notDeepEqual(page[0], whole[0]);
    assert.deepEqual(page.slice(1), whole.slice(1));
    assert.equal(dig(page[0], 'parentOrderMap', 'parentOrderSn'), parentOrderSn);
    const detail = await call(sandbox.url, 'bg.order.detail.v2.get', { parentOrderSn });
    await ask('DELETE', `/faults/${dig(rule, 'id')}`);
    const healed = await call(sandbox.url, 'bg.order.detail.v2.get', { parentOrderSn });
    assert.notDeepEqual(detail.result, healed.result);
    assert.deepEqual(list((await orders()).result, 'pageItems'), whole);
  });

  test('a share of the orders is damaged, always the same ones, in every way', async () => {
    const whole = list((await orders()).result, 'pageItems');
    await ask('POST', '/faults', { kind: 'unreadable_order', orderShare: 0.3 });
    const first = list((await orders()).result, 'pageItems');
    assert.deepEqual(list((await orders()).result, 'pageItems'), first);
    const damaged = first.filter((item, index) => JSON.stringify(item) !== JSON.stringify(whole[index]));
    assert.ok(damaged.length > 15 && damaged.length < 45, String(damaged.length));
    const ways = new Set(
      damaged.map((item) =>
        dig(item, 'orderList') === null
          ? 'lines'
          : `${typeof dig(item, 'parentOrderMap', 'parentOrderStatus')}/${typeof dig(item, 'parentOrderMap', 'parentOrderTime')}`,
      ),
    );
    assert.deepEqual([...ways].sort(), ['lines', 'number/string', 'string/number']);
  });

  test('any business code for a call, and a page of HTML with status 200', async () => {
    const parentOrderSn = await firstNumber();
    await ask('POST', '/faults', { kind: 'business_error', type: AMOUNTS, errorCode: 140020008, count: 1 });
    assert.equal((await call(sandbox.url, AMOUNTS, { parentOrderSn })).errorCode, 140020008);
    await ask('POST', '/faults', { kind: 'html', count: 1 });
    await assert.rejects(call(sandbox.url, AMOUNTS, { parentOrderSn }), SyntaxError);
    assert.equal((await call(sandbox.url, AMOUNTS, { parentOrderSn })).success, true);
  });

  test('a storm brings faults and takes them away; stopped, none is left', async () => {
    await ask('POST', '/storm', { seed: 'gale' });
    const blown = new Set<unknown>();
    const end = Date.now() + 20_000;
    while (blown.size < 4 && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const kind of list(await ask('GET', '/storm'), 'blowing')) blown.add(kind);
    }
    assert.ok(blown.size >= 4, [...blown].join());
    await ask('DELETE', '/storm');
    assert.deepEqual(list(await ask('GET', '/faults'), 'faults'), []);
    for (let index = 0; index < 20; index += 1) assert.equal((await orders()).success, true);
  });

  test('the lasting kinds blow too: one huge order a storm, however long', async () => {
    await ask('POST', '/storm', { seed: 'flood', shares: { huge_order: 1, late_change: 1 } });
    const end = Date.now() + 30_000;
    const strikes = async (kind: string): Promise<number> =>
      Number(dig(await ask('GET', '/storm'), 'strikes', kind) ?? 0);
    while ((await strikes('huge_order')) < 1 || (await strikes('late_change')) < 3) {
      assert.ok(Date.now() < end, 'nothing blew');
      assert.equal((await orders()).success, true);
    }
    await ask('DELETE', '/storm');
    assert.equal(await strikes('huge_order'), 1);
  });

  test('only the kinds that are named blow, and foreign rules stay', async () => {
    await ask('POST', '/faults', { kind: 'delay', delayMs: 1, type: 'nothing' });
    await ask('POST', '/storm', { seed: 'rate', shares: { rate_limit: 1 } });
    const end = Date.now() + 20_000;
    let answer = await orders();
    while (answer.success && Date.now() < end) answer = await orders();
    assert.equal(answer.errorCode, 4000004);
    assert.deepEqual(list(await ask('DELETE', '/storm'), 'blowing'), []);
    assert.equal(list(await ask('GET', '/faults'), 'faults').length, 1);
    await assert.rejects(
      ask('POST', '/storm', { seed: 'x', shares: { rain: 1 } }),
      /shares\.rain is unknown/,
    );
  });
});
