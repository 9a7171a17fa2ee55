import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SandboxClock } from '../clock.js';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control, dig, list } from '../test-client.js';
import { liveStep } from './live.js';
import { LIVE_STEPS } from './live-steps.js';
import { Prng } from './prng.js';
import { World } from './world.js';

const ANCHOR = 1_767_000_000;
const SHOP = 634418210000003;
const silent = { append: () => {} };

describe('a living world', () => {
  test('every kind of change happens, and orders stay sound', () => {
    const world = new World(silent, 'live', ANCHOR);
    const clock = new SandboxClock(() => ANCHOR * 1000);
    const prng = new Prng('steps');
    const counts = new Map<string, number>();
    const shop = world.shop(SHOP);
    assert.ok(shop);
    for (let index = 0; index < 1500; index += 1) {
      clock.advance(200);
      const step = liveStep(world, clock, prng, { perSecond: 5, lateSeconds: 8, mallIds: [SHOP] });
      if (step !== undefined) counts.set(step, (counts.get(step) ?? 0) + 1);
    }
    for (const step of LIVE_STEPS) assert.ok((counts.get(step) ?? 0) > 5, `${step}: ${counts.get(step)}`);
    const orders = shop.ordersByUpdate.all();
    assert.ok(new Set(orders.map((order) => order.updateTime)).size < orders.length, 'ties in one second');
    for (const order of orders) {
      assert.ok(order.updateTime >= order.createTime);
      for (const line of order.lines) assert.ok(line.canceledQuantityBeforeShipment <= line.quantity);
    }
    assert.equal(world.shop(634418210000001)?.counts.orders, 4645);
  });

  test('a change may be dated back within the lag, never before an earlier change of the same order', () => {
    const world = new World(silent, 'live', ANCHOR);
    const clock = new SandboxClock(() => ANCHOR * 1000);
    const prng = new Prng('late');
    const lags: number[] = [];
    world.onChange((change) => {
      if (change.kind !== 'order') return;
      const isMoved = change.before?.updateTime !== change.after.updateTime;
      if (isMoved) lags.push(clock.nowSeconds() - change.after.updateTime);
      assert.ok(change.after.updateTime >= (change.before?.updateTime ?? 0));
    });
    for (let index = 0; index < 400; index += 1) {
      clock.advance(1000);
      liveStep(world, clock, prng, { perSecond: 1, lateSeconds: 10, mallIds: [SHOP] });
    }
    assert.ok(
      lags.some((lag) => lag >= 8),
      'late entrants',
    );
    assert.ok(lags.every((lag) => lag >= 0 && lag <= 10));
  });

  test('started and stopped by a call; stopped, the truth stands still', async () => {
    const told: string[] = [];
    const sandbox: Sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      tell: (line) => told.push(line),
    });
    try {
      const ask = (method: string, path: string, body?: unknown) => control(sandbox.url, method, path, body);
      await ask('POST', '/live', { perSecond: 500, mallIds: [SHOP] });
      while (Number(dig(await ask('GET', '/live'), 'changes')) < 20);
      const stopped = await ask('DELETE', '/live');
      assert.equal(dig(stopped, 'running'), false);
      assert.ok(told.length >= 5, 'who watches sees it');
      assert.ok(told.every((line) => line.startsWith('live: Bluebird Pets: ')));
      const truth = () => ask('GET', `/shops/${SHOP}/truth/orders?pageSize=5000`);
      const first = await truth();
      for (let index = 0; index < 20; index += 1) await ask('GET', '/clock');
      assert.deepEqual(await truth(), first);
      assert.equal(dig(await ask('GET', '/live'), 'changes'), dig(stopped, 'changes'));
      assert.ok(list(first, 'items').length >= 128);
      await assert.rejects(ask('POST', '/live', { mallIds: [1] }), /does not exist/);
    } finally {
      await sandbox.close();
    }
  });
});
