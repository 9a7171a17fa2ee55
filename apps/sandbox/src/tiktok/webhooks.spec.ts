import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control, dig, list } from '../test-client.js';
import { call, connect, ROW, type Session, SPAIN } from './test-client.fixture.js';
import { LADDER_MS } from './webhooks/sender.js';

interface Received {
  headers: IncomingHttpHeaders;
  path: string;
  text: string;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('webhooks of TikTok Shop', () => {
  let receiver: Server;
  let received: Received[];
  let answer: () => number;
  let sandbox: Sandbox;
  let session: Session;
  let own: string;

  beforeEach(async () => {
    received = [];
    answer = () => 200;
    receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on('end', () => {
        received.push({ headers: request.headers, path: request.url ?? '', text });
        response.writeHead(answer()).end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    own = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      tiktok: { redirectUrl: null, webhookUrl: `${own}/app`, ratePerSecond: 0 },
    });
    session = await connect(sandbox);
  });
  afterEach(async () => {
    await sandbox.close();
    receiver.closeAllConnections();
    receiver.close();
  });

  const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
    control(sandbox.url, method, `/tiktok${path}`, body);
  const counter = async (name: string): Promise<number> =>
    Number(dig(await ask('GET', '/webhooks'), 'counters', name));
  const messages = (): Record<string, unknown>[] =>
    received.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  const newOrder = async (): Promise<string> =>
    String(dig(await ask('POST', `/shops/${SPAIN}/orders`, { status: 'AWAITING_SHIPMENT' }), 'orderIds', 0));
  const subscribe = (event: string, address: string): Promise<unknown> =>
    call(session, {
      method: 'PUT',
      path: '/event/202309/webhooks',
      shopId: SPAIN,
      body: { event_type: event, address },
    });

  test('an order’s status, signed over the app key and the raw body', async () => {
    const id = await newOrder();
    await until('the push', () => received.length === 1);
    const [push] = received;
    const signature = createHmac('sha256', ROW.secret)
      .update(ROW.appKey + push?.text)
      .digest('hex');
    assert.equal(push?.headers.authorization, signature);
    const [message] = messages();
    assert.deepEqual(Object.keys(message ?? {}), [
      'type',
      'tts_notification_id',
      'shop_id',
      'timestamp',
      'data',
    ]);
    assert.equal(message?.type, 1);
    assert.equal(message?.shop_id, SPAIN);
    assert.equal(dig(message, 'data', 'order_id'), id);
    assert.equal(dig(message, 'data', 'order_status'), 'AWAITING_SHIPMENT');
  });

  test('every kind of change has its number; a cancelled order says CANCEL', async () => {
    const id = await newOrder();
    await ask('PATCH', `/shops/${SPAIN}/orders/${id}`, { address: true });
    await ask('PATCH', `/shops/${SPAIN}/orders/${id}`, { status: 'DELIVERED' });
    const made = await ask('POST', `/shops/${SPAIN}/orders/${id}/return`, { type: 'REFUND' });
    await ask('PATCH', `/shops/${SPAIN}/returns/${dig(made, 'id')}`, {
      status: 'RETURN_OR_REFUND_REQUEST_SUCCESS',
    });
    const other = await newOrder();
    await ask('POST', `/shops/${SPAIN}/orders/${other}/cancel`, { asks: true });
    await ask('POST', `/shops/${SPAIN}/orders/${other}/cancel/decide`, { granted: true });
    const product = await ask('POST', `/shops/${SPAIN}/products`, {});
    await ask('PATCH', `/shops/${SPAIN}/products/${dig(product, 'id')}`, { status: 'SELLER_DEACTIVATED' });
    await until('all pushes', async () => (await counter('pending')) === 0 && received.length >= 11);
    const types = messages().map(({ type }) => Number(type));
    assert.deepEqual(
      [...new Set(types)].sort((left, right) => left - right),
      [1, 3, 4, 5, 11, 12, 16],
    );
    const cancelled = messages().find((message) => dig(message, 'data', 'order_status') === 'CANCEL');
    assert.equal(dig(cancelled, 'data', 'order_id'), other);
    assert.deepEqual(
      messages()
        .filter(({ type }) => type === 11)
        .map((message) => dig(message, 'data', 'cancel_status'))
        .toSorted(),
      ['CANCELLATION_REQUEST_PENDING', 'CANCELLATION_REQUEST_SUCCESS'],
    );
  });

  test('a shop’s own address comes before the app’s, and only for its type', async () => {
    await subscribe('ORDER_STATUS_CHANGE', `${own}/shop`);
    const id = await newOrder();
    await ask('PATCH', `/shops/${SPAIN}/orders/${id}`, { address: true });
    await until('both pushes', () => received.length === 2);
    assert.deepEqual(received.map(({ path }) => path).sort(), ['/app', '/shop']);
  });

  test('not to apps that the seller has not let in; withdrawing says so once for each shop', async () => {
    await ask('POST', '/grants/withdraw', { appKey: ROW.appKey, openId: 'sbxSeller0001' });
    await until('the ends', () => received.length === 3);
    assert.deepEqual(new Set(messages().map(({ type }) => type)), new Set([6]));
    await newOrder();
    assert.equal(await counter('events'), 3);
  });

  test('sent again after 2 min, 30 min, 3 h and 12 h, the same, then dropped', async () => {
    await ask('PUT', '/webhooks', { timeScale: 1_000_000 });
    answer = () => 500;
    await newOrder();
    await until('the end', async () => (await counter('dropped')) === 1);
    assert.deepEqual(LADDER_MS, [120_000, 1_800_000, 10_800_000, 43_200_000]);
    assert.equal(received.length, 5);
    assert.equal(new Set(received.map(({ text }) => text)).size, 1);
    assert.equal(new Set(received.map(({ headers }) => headers.authorization)).size, 1);
  });

  test('by the sandbox’s clock: a jump of two minutes sends what is due then', async () => {
    answer = () => 500;
    await newOrder();
    await until('the first attempt', async () => (await counter('failedAttempts')) === 1);
    answer = () => 200;
    await control(sandbox.url, 'POST', '/clock', { action: 'advance', byMs: 119_000 });
    assert.equal(received.length, 1);
    await control(sandbox.url, 'POST', '/clock', { action: 'advance', byMs: 2_000 });
    await until('the second', async () => (await counter('delivered')) === 1);
    assert.equal(received.length, 2);
  });

  test('lost, doubled under one number, and out of order', async () => {
    await ask('PUT', '/webhooks', { duplicateShare: 1 });
    await newOrder();
    await until('both copies', () => received.length === 2);
    assert.equal(new Set(messages().map((message) => message.tts_notification_id)).size, 1);
    await ask('PUT', '/webhooks', { duplicateShare: 0, lossShare: 1 });
    await newOrder();
    assert.equal(await counter('lost'), 1);
    await ask('PUT', '/webhooks', { lossShare: 0, delayShare: 0.5, delayMaxMs: 300, seed: 'disorder' });
    received = [];
    for (let index = 0; index < 12; index += 1) await newOrder();
    await until('all', () => received.length === 12);
    const numbers = messages().map((message) => String(message.tts_notification_id));
    assert.notDeepEqual(numbers, numbers.toSorted());
    assert.equal(list(await ask('GET', '/webhooks/deliveries?state=lost'), 'deliveries').length, 1);
  });
});
