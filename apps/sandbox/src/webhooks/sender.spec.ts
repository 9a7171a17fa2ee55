import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { DEFAULT_WEBHOOKS, type WebhookSettings } from '../pushing/delivery.js';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, call, control, dig, list, US } from '../test-client.js';
import { signEvent } from './message.js';
import { LADDER_MS } from './sender.js';

const SHOP = 634418210000001;
const STATUS = 'bg_order_status_change_event';

interface Received {
  headers: IncomingHttpHeaders;
  text: string;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function decrypt(body: string): string {
  const key = Buffer.from(US.secret.slice(0, 16));
  const decipher = createDecipheriv('aes-128-cbc', key, key);
  const data = Buffer.from((JSON.parse(body) as { eventData: string }).eventData, 'base64');
  return Buffer.concat([decipher.update(data), decipher.final()]).toString();
}

describe('pushing webhooks', () => {
  let receiver: Server;
  let received: Received[];
  /** What the receiver answers; null holds the answer back for ever. */
  let answer: () => number | null;
  let sandbox: Sandbox;

  beforeEach(async () => {
    received = [];
    answer = () => 200;
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        received.push({ headers: request.headers, text: body });
        const status = answer();
        if (status !== null) response.writeHead(status).end('{"result":{}}');
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });

  afterEach(async () => {
    await sandbox.close();
    receiver.closeAllConnections();
    receiver.close();
  });

  const start = async (settings: Partial<WebhookSettings> = {}): Promise<void> => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/push`;
    const webhooks = { ...DEFAULT_WEBHOOKS, url, ...settings };
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      ratePerSecond: 0,
      webhooks,
    });
  };
  const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
    control(sandbox.url, method, path, body);
  const permit = async (...permitEventCodeList: string[]): Promise<void> => {
    assert.equal((await call(sandbox.url, 'bg.tmc.message.update', { permitEventCodeList })).result, true);
  };
  const newOrder = async (fields: Record<string, unknown> = {}): Promise<string> =>
    String(
      dig(
        await ask('POST', `/shops/${SHOP}/orders`, { lines: [{}], ...fields }),
        'orders',
        0,
        'parentOrderSn',
      ),
    );
  const counters = async (): Promise<Record<string, number>> =>
    dig(await ask('GET', '/webhooks'), 'counters') as Record<string, number>;
  const tests = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      await ask('POST', '/webhooks/test', { appKey: US.appKey, eventData: `{"index":${index}}` });
    }
  };
  const allOver = () => until('everything to be over', async () => (await counters()).pending === 0);

  test('a change reaches the subscriber encrypted and signed, in both forms by turns', async () => {
    await start();
    await permit(STATUS);
    const sn = await newOrder({ status: 2 });
    await ask('PATCH', `/shops/${SHOP}/orders/${sn}`, { status: 4 });
    await until('both events', () => received.length === 2);
    const forms = received.map(({ headers, text }) => {
      const event = { eventCode: String(headers['x-tm-event-code']), eventData: decrypt(text) };
      const timestamp = Number(headers['x-tm-timestamp']);
      const app = { appKey: String(headers['x-tm-app-key']), appSecret: US.secret };
      return [true, false].filter(
        (withExtParam) => signEvent(event, app, timestamp, withExtParam) === headers['x-tm-signature'],
      );
    });
    assert.deepEqual(forms.flat().sort(), [false, true]);
    assert.deepEqual(received.map(({ text }) => JSON.parse(decrypt(text)).orderStatus).sort(), [2, 4]);
    assert.ok(received.every(({ text }) => JSON.parse(decrypt(text)).parentOrderSn === sn));
  });

  test('only what the token permits is pushed: no status event without its subscription', async () => {
    await start();
    await newOrder();
    assert.equal((await counters()).events, 0);
    await permit('bg_trade_logistics_address_changed', 'bg_cancel_order_status_change');
    const sn = await newOrder({ status: 2, lines: [{ quantity: 2 }] });
    await ask('POST', `/shops/${SHOP}/orders/${sn}/address`);
    const orders = await call(sandbox.url, 'bg.order.list.v2.get', { parentOrderSnList: [sn] });
    const orderSn = dig(orders.result, 'pageItems', 0, 'orderList', 0, 'orderSn');
    await ask('POST', `/shops/${SHOP}/orders/${sn}/cancel`, { orderSn, quantity: 1 });
    await until('both events', () => received.length === 2);
    assert.deepEqual(received.map(({ headers }) => headers['x-tm-event-code']).sort(), [
      'bg_cancel_order_status_change',
      'bg_trade_logistics_address_changed',
    ]);
  });

  test('a case is announced at each step of its status', async () => {
    await start();
    await permit('bg_aftersales_status_change');
    const sn = await newOrder({ status: 5 });
    for (const status of [1, 11, 5, 5]) await ask('POST', `/shops/${SHOP}/orders/${sn}/refund`, { status });
    await until('three events', () => received.length === 3);
    await allOver();
    const statuses = received.map(({ text }) => JSON.parse(decrypt(text)).parentAfterSalesStatus);
    assert.deepEqual(statuses.sort(), [1, 11, 5]);
  });

  test('a request to cancel is announced when it is made and when it is decided', async () => {
    await start();
    await permit('bg_cancel_order_status_change');
    const sn = await newOrder({ status: 2 });
    const path = `/shops/${SHOP}/orders/${sn}/cancel-request`;
    for (const action of ['ask', 'withdraw', 'ask', 'accept']) await ask('POST', path, { action });
    await until('four events', () => received.length === 4);
    const seen = received.map(({ text }) => JSON.parse(decrypt(text)));
    assert.deepEqual(seen.map((each) => [each.parentAfterSalesSn, each.parentAfterSalesStatus]).sort(), [
      [`${sn}-C01`, 1],
      [`${sn}-C01`, 6],
      [`${sn}-C02`, 1],
      [`${sn}-C02`, 5],
    ]);
  });

  test('a 19-digit id stands in the payload as its digits', async () => {
    await start();
    const eventData = '{"mallId":6344182100000000019,"parentOrderSn":"PO-1"}';
    await ask('POST', '/webhooks/test', { appKey: US.appKey, eventCode: STATUS, eventData });
    await until('the event', () => received.length === 1);
    assert.equal(decrypt(received[0]?.text ?? ''), eventData);
  });

  test('a refused message is tried nine times, always the same, and then dropped', async () => {
    await start({ timeScale: 1_000_000 });
    answer = () => 503;
    await tests(1);
    await allOver();
    assert.equal(received.length, LADDER_MS.length + 1);
    assert.equal(new Set(received.map(({ headers }) => headers['x-tm-signature'])).size, 1);
    assert.equal((await counters()).dropped, 1);
    const log = await ask('GET', '/webhooks/deliveries?state=dropped');
    assert.deepEqual(
      list(log, 'deliveries', 0, 'attempts').map((attempt) => dig(attempt, 'httpStatus')),
      Array.from({ length: 9 }, () => 503),
    );
  });

  test('an answer that takes longer than 500 ms is no answer', async () => {
    await start({ timeScale: 1000 });
    let held = 0;
    answer = () => {
      held += 1;
      return held === 1 ? null : 200;
    };
    await tests(1);
    await allOver();
    const log = await ask('GET', '/webhooks/deliveries');
    assert.match(String(dig(log, 'deliveries', 0, 'attempts', 0, 'error')), /within 500 ms/);
    assert.equal(dig(log, 'deliveries', 0, 'state'), 'delivered');
    assert.equal(received.length, 2);
  });

  test('the ladder waits two minutes; flush does not', async () => {
    await start();
    answer = () => (received.length === 1 ? 500 : 200);
    await tests(1);
    await until('the first attempt', async () => (await counters()).failedAttempts === 1);
    assert.equal((await counters()).pending, 1);
    assert.equal(dig(await ask('POST', '/webhooks/flush'), 'flushed'), 1);
    await allOver();
    assert.equal((await counters()).delivered, 1);
  });

  test('the set shares are lost and doubled, the same of them for the same seed', async () => {
    await start();
    const play = async (): Promise<unknown> => {
      await ask('DELETE', '/webhooks');
      await ask('PUT', '/webhooks', { lossShare: 0.3, duplicateShare: 0.3, seed: 'shares' });
      await tests(60);
      await allOver();
      const { lost, duplicated } = await counters();
      return { lost, duplicated };
    };
    const first = await play();
    const { lost = 0, duplicated = 0, delivered } = await counters();
    assert.ok(lost > 5 && lost < 40 && duplicated > 5 && duplicated < 40);
    assert.equal(delivered, 60 - lost + duplicated);
    assert.equal(received.length, delivered);
    assert.deepEqual(await play(), first);
  });

  test('a held-back message is overtaken', async () => {
    await start({ delayShare: 0.5, delayMaxMs: 300 });
    await tests(20);
    await allOver();
    const order = received.map(({ text }) => Number(JSON.parse(decrypt(text)).index));
    assert.equal(order.length, 20);
    assert.notDeepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
  });

  test('a shop whose token was replaced is not told any more', async () => {
    await start();
    await ask('POST', '/tokens', { appKey: US.appKey, mallId: 634418210000002, accessToken: 'first' });
    const update = { permitEventCodeList: [STATUS] };
    await call(sandbox.url, 'bg.tmc.message.update', update, { ...US, accessToken: 'first' });
    const order = () => ask('POST', '/shops/634418210000002/orders', { lines: [{}] });
    await order();
    await until('the event', () => received.length === 1);
    await ask('POST', '/tokens', { appKey: US.appKey, mallId: 634418210000002, accessToken: 'second' });
    await order();
    assert.equal((await counters()).events, 1);
  });

  test('without an address nothing is queued and the test push says so', async () => {
    await start({ url: null });
    await permit(STATUS);
    await newOrder();
    assert.equal((await counters()).pending, 0);
    await assert.rejects(tests(1), /no push address/);
  });
});
