import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control, dig, list } from '../test-client.js';
import { FAULT_KINDS } from './faults/faults.js';
import { connect, type Request, raw, type Session, SPAIN, send } from './test-client.fixture.js';

type Row = Record<string, unknown>;

const TYPE = 'POST /order/202309/orders/search';
const SEARCH: Request = {
  method: 'POST',
  path: '/order/202309/orders/search',
  query: { page_size: 20, sort_order: 'ASC' },
  body: { create_time_ge: 1 },
  shopId: SPAIN,
};

describe('faults of TikTok Shop', () => {
  let sandbox: Sandbox;
  let session: Session & { refreshToken: string };
  beforeEach(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      tiktok: { redirectUrl: null, webhookUrl: null, ratePerSecond: 0 },
    });
    session = await connect(sandbox);
  });
  afterEach(() => sandbox.close());

  const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
    control(sandbox.url, method, `/tiktok${path}`, body);
  const fault = (rule: Row): Promise<unknown> => ask('POST', '/faults', { count: 1, ...rule });
  const orders = async (query: Row = {}): Promise<Row[]> => {
    const { body } = await send(session, {
      ...SEARCH,
      query: { page_size: 20, sort_order: 'ASC', ...query },
    });
    return list(body.data, 'orders') as Row[];
  };

  test('429, 500 and 504 with their codes', async () => {
    await fault({ kind: 'rate_limit', retryAfterSeconds: 3 });
    const limited = await raw(session, SEARCH);
    assert.equal(limited.status, 429);
    assert.equal(limited.headers.get('retry-after'), '3');
    assert.equal(dig(await limited.json(), 'code'), 36009002);
    for (const [kind, status, code] of [
      ['system_error', 500, 36009003],
      ['timed_out', 504, 36009007],
      ['business_error', 200, 10002014],
    ] as const) {
      await fault({ kind });
      const { status: got, body } = await send(session, SEARCH);
      assert.deepEqual([got, body.code], [status, code]);
      assert.equal((await send(session, SEARCH)).body.code, 0);
    }
  });

  test('no envelope at all', async () => {
    await fault({ kind: 'http_error', httpStatus: 503 });
    assert.equal((await raw(session, SEARCH)).status, 503);
    await fault({ kind: 'html' });
    assert.match(await (await raw(session, SEARCH)).text(), /^<html>/);
    await fault({ kind: 'garbage' });
    await assert.rejects((await raw(session, SEARCH)).json());
    await fault({ kind: 'cut' });
    await assert.rejects(raw(session, SEARCH));
  });

  test('a token that is over in the middle of the pages', async () => {
    const { body } = await send(session, SEARCH);
    const token = String(dig(body.data, 'next_page_token'));
    await fault({ kind: 'token_expired', type: TYPE, match: { page_token: token } });
    const next = { ...SEARCH, query: { ...SEARCH.query, page_token: token } };
    assert.equal((await send(session, next)).body.code, 105002);
    // It lasts: only a refresh helps.
    assert.equal((await send(session, next)).body.code, 105002);
  });

  test('pages: empty, repeated', async () => {
    await fault({ kind: 'empty_page' });
    const { body } = await send(session, SEARCH);
    assert.deepEqual(dig(body.data, 'orders'), []);
    assert.ok(Number(dig(body.data, 'total_count')) > 20);
    const first = await orders();
    const token = String(dig((await send(session, SEARCH)).body.data, 'next_page_token'));
    await fault({ kind: 'repeated_pages' });
    assert.deepEqual(await orders({ page_token: token }), first);
    assert.notDeepEqual(await orders({ page_token: token }), first);
  });

  test('orders: an unknown status, no address, unreadable', async () => {
    const plain = await orders();
    const target = plain.find((order) => order.recipient_address !== undefined);
    const orderId = String(target?.id);
    const struck = async (kind: string): Promise<Row | undefined> => {
      await fault({ kind, orderId });
      const found = await orders();
      const others = (rows: readonly Row[]): Row[] => rows.filter((order) => order.id !== orderId);
      assert.deepEqual(others(found), others(plain));
      return found.find((order) => order.id === orderId);
    };
    assert.equal((await struck('unknown_status'))?.status, 'AWAITING_TELEPORT');
    const without = await struck('missing_address');
    assert.ok(without !== undefined && !('recipient_address' in without));
    assert.notDeepEqual(await struck('unreadable_order'), target);
  });

  test('a share of the orders is always the same', async () => {
    await ask('POST', '/faults', { kind: 'unknown_status', orderShare: 0.3 });
    const struck = (rows: readonly Row[]): unknown[] =>
      rows.filter(({ status }) => status === 'AWAITING_TELEPORT').map(({ id }) => id);
    const first = struck(await orders({ page_size: 100 }));
    assert.ok(first.length > 10 && first.length < 60);
    assert.deepEqual(struck(await orders({ page_size: 100 })), first);
  });

  test('an order that moves while it is listed, dated back; the truth has it', async () => {
    const made = await ask('POST', `/shops/${SPAIN}/orders`, { status: 'AWAITING_SHIPMENT' });
    const orderId = String(dig(made, 'orderIds', 0));
    await control(sandbox.url, 'POST', '/clock', { action: 'advance', byMs: 3_600_000 });
    const timestamp = String(Math.floor(Date.now() / 1000) + 3600);
    await fault({ kind: 'late_change', orderId, lateSeconds: 600 });
    await send(session, { ...SEARCH, override: { timestamp } });
    const truth = list(await ask('GET', `/shops/${SPAIN}/truth/orders?pageSize=5000`), 'items') as Row[];
    const moved = truth.find(({ id }) => id === orderId);
    assert.equal(moved?.status, 'AWAITING_COLLECTION');
    assert.ok(Math.abs(Number(moved?.update_time) - (Number(timestamp) - 600)) < 60);
  });

  test('after: the work is done and its answer lost', async () => {
    const path = '/event/202309/webhooks';
    await fault({ kind: 'cut', type: `PUT ${path}`, when: 'after' });
    const body = { event_type: 'NEW_MESSAGE', address: 'https://one.example' };
    await assert.rejects(raw(session, { method: 'PUT', path, body, shopId: SPAIN }));
    const { body: shown } = await send(session, { path, shopId: SPAIN });
    assert.equal(dig(shown.data, 'total_count'), 1);
  });

  test('faults are set by hand only where control is open; unknown kinds are refused', async () => {
    await assert.rejects(fault({ kind: 'rain' }), /kind/);
    await assert.rejects(fault({ kind: 'cut', odd: 1 }), /odd/);
    const shut = await startSandbox({ port: 0, dataDir: null, controlToken: null });
    try {
      const response = await fetch(`${shut.url}/control/tiktok/shops`);
      assert.equal(response.status, 404);
    } finally {
      await shut.close();
    }
  });

  test('a storm of them, and its end', async () => {
    const shares = Object.fromEntries(
      FAULT_KINDS.filter((kind) => kind !== 'delay').map((kind) => [kind, 1]),
    );
    await ask('POST', '/storm', { seed: 'gale', shares });
    let isStruck = false;
    for (const end = Date.now() + 20_000; !isStruck && Date.now() < end; ) {
      const answer = await send(session, SEARCH).catch(() => null);
      isStruck = answer === null || answer.body.code !== 0;
    }
    assert.ok(isStruck);
    await ask('DELETE', '/storm');
    assert.deepEqual(list(await ask('GET', '/faults'), 'faults'), []);
  });

  test('calls are logged and counted, without what is secret', async () => {
    await send(session, SEARCH);
    const calls = await ask('GET', `/calls?type=${encodeURIComponent(TYPE)}&shopId=${SPAIN}`);
    assert.equal(dig(calls, 'calls', 0, 'params', 'page_size'), '20');
    assert.equal(dig(await ask('GET', '/calls/counters'), 'types', TYPE, 'succeeded'), 1);
    const text = JSON.stringify(calls);
    for (const secret of [session.accessToken, session.secret]) assert.ok(!text.includes(secret));
  });

  test('live: things change by themselves, and stop', async () => {
    await ask('POST', '/live', { perSecond: 200, seed: 'life', shopIds: [SPAIN] });
    for (const end = Date.now() + 20_000; Number(dig(await ask('GET', '/live'), 'changes')) < 40; ) {
      assert.ok(Date.now() < end);
    }
    await ask('DELETE', '/live');
    const truth = await ask('GET', `/shops/${SPAIN}/truth`);
    assert.deepEqual(await ask('GET', `/shops/${SPAIN}/truth`), truth);
  });
});
