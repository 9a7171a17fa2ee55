import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import {
  receiveWebhookRpc,
  type WebhookDetail,
  type WebhookHint,
  type WebhookPage,
  type WebhookRefusalList,
  type WebhookReplay,
  webhookReceived,
} from '#contracts';
import { waitFor } from '#testing';
import type { Problem } from '../src/http/problem.js';
import { type Answer, type GatewayHarness, startGateway } from './gateway-harness.js';
import { type PushFields, signedPush } from './signed-push.js';

const PATH = '/api/v1/webhooks/temu';
const ORDER_EVENT = 'bg_order_status_change_event';
const MALL = '600000000000009';
const HOUR_MS = 3_600_000;

describe('webhooks', () => {
  let gateway: GatewayHarness;
  let token: string;
  let shopId: string;
  let orderCount = 0;

  before(async () => {
    gateway = await startGateway({ rateLimitPerMinute: 2_000 });
    token = (await gateway.signIn()).accessToken;
    shopId = await gateway.shop(MALL);
    await connect(shopId);
  });
  after(() => gateway.close());

  /** With an authorisation that nobody uses: its token is never opened here. */
  const connect = (id: string): Promise<unknown> =>
    gateway.sql.query(
      `WITH granted AS (
         INSERT INTO authorizations (id, marketplace, region, app_id, scopes, access_sealed, access_key_id, issued_at)
         SELECT gen_random_uuid(), marketplace, region, app_id, '{}', 'sealed', 'k1', now() FROM shops WHERE id = $1
         RETURNING id
       ) UPDATE shops SET status = 'connected', authorization_id = granted.id FROM granted WHERE shops.id = $1`,
      [id],
    );
  const newOrder = (): string => {
    orderCount += 1;
    return `PO-211-${String(orderCount).padStart(17, '0')}`;
  };
  const fieldsOf = (change: Partial<PushFields> = {}): PushFields => ({
    appKey: 'us-app-key',
    appSecret: 'marked-app-secret',
    eventCode: ORDER_EVENT,
    sentAt: new Date(),
    event: `{"mallId":${MALL},"parentOrderSn":"${newOrder()}","orderStatus":2}`,
    ...change,
  });
  const send = (fields: PushFields, headers: Record<string, string> = {}): Promise<Answer> => {
    const push = signedPush(fields);
    return gateway.call('POST', PATH, { body: push.body, headers: { ...push.headers, ...headers } });
  };
  const orderOf = ({ event }: PushFields): string =>
    /PO-211-\d+/.exec(typeof event === 'string' ? event : JSON.stringify(event))?.[0] ?? '';
  const stored = async (fields: PushFields): Promise<{ state: string; deliveries: number; id: string }[]> =>
    (
      await gateway.sql.query<{ state: string; deliveries: number; id: string }>(
        'SELECT id, state, deliveries FROM webhooks WHERE order_number = $1 ORDER BY sent_at',
        [orderOf(fields)],
      )
    ).rows;
  const handedOn = async (fields: PushFields): Promise<WebhookHint[]> => {
    const { rows } = await gateway.sql.query<{ payload: string }>(
      `SELECT payload FROM outbox WHERE subject = $1 AND payload::jsonb ->> 'orderNumber' = $2 ORDER BY id`,
      [webhookReceived.subject, orderOf(fields)],
    );
    return rows.map(({ payload }) => JSON.parse(payload) as WebhookHint);
  };
  const problemOf = (answer: Answer, status: number, code: string): Problem => {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal((answer.body as Problem).code, code);
    return answer.body as Problem;
  };
  const refusals = async (): Promise<Record<string, number>> => {
    const answer = await gateway.call('GET', '/api/v1/webhooks/refusals', { token });
    const { rows } = answer.body as WebhookRefusalList;
    return Object.fromEntries(rows.map((row) => [`${row.appKey ?? 'no app'} ${row.reason}`, row.count]));
  };

  test('peer failure 42: both accepted forms are stored, handed on and answered as documented', async () => {
    for (const change of [{}, { signsExtParam: false }]) {
      const fields = fieldsOf(change);
      const answer = await send(fields);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.text, '{"result":{}}');
      const [row] = await stored(fields);
      assert.equal(row?.state, 'handed_on');
      const [hint, ...others] = await handedOn(fields);
      assert.ok(hint);
      assert.deepEqual(others, []);
      assert.ok(webhookReceived.validator.Check(hint), JSON.stringify(hint));
      const { receivedAt, ...rest } = hint;
      assert.ok(Date.parse(receivedAt) > 0);
      assert.deepEqual(rest, {
        webhookId: row?.id,
        shopId,
        topic: 'order',
        orderNumber: orderOf(fields),
        caseNumber: null,
        sentAt: fields.sentAt.toISOString(),
        isReplay: false,
      });
    }
    await waitFor('the events to be published', async () => {
      const { rows } = await gateway.sql.query('SELECT 1 FROM outbox WHERE published_at IS NULL');
      return rows.length === 0;
    });
  });

  test('peer failure 42: replayed: the same message is counted, the same event at another time is another', async () => {
    const fields = fieldsOf();
    for (let count = 0; count < 3; count += 1) assert.equal((await send(fields)).status, 200);
    assert.equal((await send(fields, { 'x-tm-ext-param': '{}' })).status, 200);
    assert.deepEqual(
      (await stored(fields)).map(({ deliveries }) => deliveries),
      [4],
    );
    assert.equal((await handedOn(fields)).length, 1);
    const later = { ...fields, sentAt: new Date(fields.sentAt.getTime() + 1) };
    assert.equal((await send(later)).status, 200);
    assert.equal((await handedOn(fields)).length, 2);
    const atOnce = fieldsOf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(atOnce)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.deepEqual(
      (await stored(atOnce)).map(({ deliveries }) => deliveries),
      [20],
    );
    assert.equal((await handedOn(atOnce)).length, 1);
  });

  test('peer failure 42: missing, bad, foreign: refused alike, nothing stored, counted', async () => {
    const before = await refusals();
    const missing = fieldsOf();
    const { headers, body } = signedPush(missing);
    const { 'x-tm-signature': signature = '', ...unsigned } = headers;
    const changed = `${signature.startsWith('0') ? '1' : '0'}${signature.slice(1)}`;
    const answers = [
      await gateway.call('POST', PATH, { body, headers: unsigned }),
      await gateway.call('POST', PATH, { body, headers: { ...headers, 'x-tm-signature': changed } }),
      await gateway.call('POST', PATH, { body, headers: { ...headers, 'x-tm-signature': 'x' } }),
      await gateway.call('POST', PATH, { body, headers: { ...headers, 'x-tm-app-key': 'other-app' } }),
      await send(fieldsOf({ appKey: 'other-app', appSecret: 'another-app-secret' })),
      await send(fieldsOf({ appSecret: 'another-app-secret' })),
    ];
    const texts = answers.map((answer) => {
      const { correlationId, ...rest } = problemOf(answer, 401, 'webhook.refused');
      assert.ok(correlationId);
      return JSON.stringify(rest);
    });
    assert.equal(new Set(texts).size, 1, 'a stranger can tell an app of ours from another');
    for (const bad of ['', '[]', '{"eventData":null}', 'not JSON'])
      assert.equal((await gateway.call('POST', PATH, { body: bad, headers })).status, 400);
    problemOf(await gateway.call('POST', PATH, { body: '{}', headers: unsigned }), 400, 'webhook.malformed');
    for (const name of ['x-tm-app-key', 'x-tm-event-code', 'x-tm-timestamp']) {
      const { [name]: _left, ...others } = headers;
      const answer = await gateway.call('POST', PATH, { body, headers: others });
      assert.match(problemOf(answer, 400, 'webhook.malformed').detail, new RegExp(name));
    }
    problemOf(
      await gateway.call('POST', '/api/v1/webhooks/amazon', { body, headers }),
      404,
      'route.not_found',
    );
    const large = JSON.stringify({ eventData: 'A'.repeat(70_000) });
    problemOf(await gateway.call('POST', PATH, { body: large, headers }), 413, 'request.too_large');
    assert.deepEqual(await stored(missing), []);
    const counted = await waitFor('the refusals to be counted', async () => {
      const now = await refusals();
      return (now['us-app-key signature_wrong'] ?? 0) >= 3 ? now : false;
    });
    const risen = (name: string): number => (counted[name] ?? 0) - (before[name] ?? 0);
    assert.deepEqual(
      ['us-app-key signature_missing', 'us-app-key signature_wrong', 'no app app_unknown'].map(risen),
      [1, 3, 2],
    );
    assert.ok(risen('no app malformed') >= 4, JSON.stringify(counted));
  });

  test('peer failure 42: old: the last documented retry is accepted, later ones and the future are not', async () => {
    const ago = (ms: number): Date => new Date(Date.now() - ms);
    const lastRetry = fieldsOf({ sentAt: ago(28 * HOUR_MS) });
    assert.equal((await send(lastRetry)).status, 200);
    assert.equal((await handedOn(lastRetry)).length, 1);
    const old = fieldsOf({ sentAt: ago(37 * HOUR_MS) });
    problemOf(await send(old), 400, 'webhook.too_old');
    const ahead = fieldsOf({ sentAt: ago(-HOUR_MS) });
    problemOf(await send(ahead), 400, 'webhook.from_future');
    assert.deepEqual([...(await stored(old)), ...(await stored(ahead))], []);
    // Not for a stranger, who could otherwise learn whose apps are entered.
    problemOf(await send({ ...old, appSecret: 'another-app-secret' }), 401, 'webhook.refused');
  });

  test('what is of no connected shop is kept and not handed on; the test event of the portal may come in clear', async () => {
    const foreignMall = fieldsOf({ event: `{"mallId":77,"parentOrderSn":"${newOrder()}"}` });
    const clear = fieldsOf({ eventCode: 'bg_open_event_test', event: 'hello', isEncrypted: false });
    assert.equal((await send(foreignMall)).status, 200);
    assert.equal((await send(clear)).status, 200);
    const waiting = await gateway.shop('600000000000010');
    const ofWaiting = fieldsOf({ event: `{"mallId":600000000000010,"parentOrderSn":"${newOrder()}"}` });
    assert.equal((await send(ofWaiting)).status, 200);
    assert.deepEqual(
      [(await stored(foreignMall))[0]?.state, (await stored(ofWaiting))[0]?.state],
      ['shop_unknown', 'shop_not_connected'],
    );
    assert.deepEqual([...(await handedOn(foreignMall)), ...(await handedOn(ofWaiting))], []);
    const list = await gateway.call('GET', '/api/v1/webhooks?topic=test', { token });
    const [shown] = (list.body as WebhookPage).rows;
    assert.deepEqual(
      [shown?.eventCode, shown?.wasEncrypted, shown?.shopId, shown?.state],
      ['bg_open_event_test', false, null, 'shop_unknown'],
    );

    // The shop comes: what it missed is replayed, the marketplace's own retry of a message of no shop is handed on.
    const replayOf = async (fields: PushFields): Promise<Answer> =>
      gateway.call('POST', `/api/v1/webhooks/${(await stored(fields))[0]?.id}/replay`, { token });
    problemOf(await replayOf(ofWaiting), 409, 'webhook.shop_not_connected');
    await connect(waiting);
    assert.equal((await replayOf(ofWaiting)).status, 200);
    const [hint] = await handedOn(ofWaiting);
    assert.deepEqual([hint?.shopId, hint?.isReplay], [waiting, true]);
    const [{ id: added }] = (
      await gateway.sql.query<{ id: string }>(
        `UPDATE shops SET platform_shop_id = '77' WHERE id = $1 RETURNING id`,
        [waiting],
      )
    ).rows as [{ id: string }];
    assert.equal((await send(foreignMall)).status, 200);
    assert.deepEqual(
      (await handedOn(foreignMall)).map((each) => each.shopId),
      [added],
    );
  });

  test('list, text, filters and pages; a right for one shop shows that shop only', async () => {
    const fields = fieldsOf();
    await send(fields);
    const other = await gateway.shop('600000000000011');
    const { token: narrow } = await gateway.person('hooks-one', [{ role: 'viewer', shopId: other }]);
    const list = async (query: string, as = token): Promise<WebhookPage> => {
      const answer = await gateway.call('GET', `/api/v1/webhooks?${query}`, { token: as });
      assert.equal(answer.status, 200, answer.text);
      return answer.body as WebhookPage;
    };
    const first = await list('limit=2');
    assert.equal(first.rows[0]?.orderNumber, orderOf(fields));
    assert.ok(first.nextCursor);
    const seen = new Set(first.rows.map(({ id }) => id));
    let cursor: string | null = first.nextCursor;
    while (cursor !== null) {
      const page: WebhookPage = await list(`limit=2&cursor=${encodeURIComponent(cursor)}`);
      for (const { id } of page.rows) {
        assert.ok(!seen.has(id), 'a row twice');
        seen.add(id);
      }
      cursor = page.nextCursor;
    }
    const { rows: all } = await gateway.sql.query('SELECT id FROM webhooks');
    assert.equal(seen.size, all.length);
    assert.ok(
      (await list(`shopId=${shopId}&state=handed_on&limit=200`)).rows.every((row) => row.shopId === shopId),
    );
    assert.deepEqual((await list('from=2030-01-01T00:00:00Z')).rows, []);
    assert.deepEqual((await list('limit=200', narrow)).rows, []);
    const id = (await stored(fields))[0]?.id ?? '';
    const detail = await gateway.call('GET', `/api/v1/webhooks/${id}`, { token });
    assert.equal((detail.body as WebhookDetail).text, fields.event);
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/replay'],
    ] as const) {
      const { token: operator } = await gateway.person(`hooks-${method}`, [
        { role: 'operator', shopId: other },
      ]);
      const answer = await gateway.call(method, `/api/v1/webhooks/${id}${path}`, { token: operator });
      problemOf(answer, 404, 'webhook.not_found');
    }
    problemOf(await gateway.call('GET', '/api/v1/webhooks?cursor=x', { token }), 400, 'request.invalid');
    problemOf(await gateway.call('GET', '/api/v1/webhooks?state=lost', { token }), 400, 'request.invalid');
  });

  test('replay of one and of a range: handed on as a replay, counted, on record; the trial hands nothing on', async () => {
    const from = new Date();
    const messages = [fieldsOf(), fieldsOf(), fieldsOf()];
    for (const fields of messages) await send(fields);
    const [first] = messages;
    assert.ok(first);
    const id = (await stored(first))[0]?.id;
    const one = await gateway.call('POST', `/api/v1/webhooks/${id}/replay`, { token });
    assert.equal(one.status, 200, one.text);
    assert.equal((one.body as WebhookDetail).replays, 1);
    assert.deepEqual(
      (await handedOn(first)).map(({ isReplay, webhookId }) => [isReplay, webhookId]),
      [
        [false, id],
        [true, id],
      ],
    );
    const span = { from: from.toISOString(), to: new Date(Date.now() + 1_000).toISOString(), shopId };
    const range = async (body: object): Promise<WebhookReplay> => {
      const answer = await gateway.call('POST', '/api/v1/webhooks/replays', { token, body });
      assert.equal(answer.status, 200, answer.text);
      return answer.body as WebhookReplay;
    };
    assert.deepEqual(await range({ ...span, isTrial: true }), { replayed: 3, leftOut: 0 });
    assert.equal((await handedOn(first)).length, 2);
    assert.deepEqual(await range(span), { replayed: 3, leftOut: 0 });
    for (const fields of messages) assert.equal((await handedOn(fields)).at(-1)?.isReplay, true);
    const audit = await gateway.call('GET', '/api/v1/audit?action=webhook.replayed', { token });
    const [ofRange, ofOne] = (audit.body as { rows: { details: Record<string, unknown> }[] }).rows;
    assert.equal(ofRange?.details.replayed, 3);
    assert.equal(ofOne?.details.webhookId, id);

    await gateway.sql.query(
      `INSERT INTO webhooks (shop_id, hash, id, app_id, marketplace, event_code, topic, state, sent_at, received_at, text_sealed, text_key_id,
         was_encrypted, last_delivered_at)
       SELECT $1, sha256(n::text::bytea), gen_random_uuid(), a.id, 'temu', 'bg_x', 'unknown', 'handed_on', at, at, 'x', (SELECT text_key_id FROM webhooks LIMIT 1),
         true, at
       FROM generate_series(1, 5001) AS n, (VALUES (timestamptz '2020-01-01')) AS day (at), marketplace_apps a`,
      [shopId],
    );
    const tooMany = await gateway.call('POST', '/api/v1/webhooks/replays', {
      token,
      body: { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' },
    });
    assert.match(problemOf(tooMany, 400, 'webhook.range_too_large').detail, /5001/);
    await gateway.sql.query(`DELETE FROM webhooks WHERE event_code = 'bg_x'`);
    const backwards = { from: span.to, to: span.from };
    problemOf(
      await gateway.call('POST', '/api/v1/webhooks/replays', { token, body: backwards }),
      400,
      'request.invalid',
    );
  });

  test('a replaced secret counts at once', async () => {
    const apps = await gateway.call('GET', '/api/v1/marketplace-apps', { token });
    const [app] = (apps.body as { rows: { id: string }[] }).rows;
    const replace = (appSecret: string): Promise<Answer> =>
      gateway.call('PATCH', `/api/v1/marketplace-apps/${app?.id}`, { token, body: { appSecret } });
    assert.equal((await replace('replaced-app-secret')).status, 200);
    await waitFor('the new secret to be known', async () => {
      return (await send(fieldsOf({ appSecret: 'replaced-app-secret' }))).status === 200;
    });
    problemOf(await send(fieldsOf()), 401, 'webhook.refused');
    await replace('marked-app-secret');
    await waitFor('the old secret to be back', async () => (await send(fieldsOf())).status === 200);
  });

  test('peer failure 42: answered in time with the database stalled for 300 ms; stalled longer it is a quick 503', async (t) => {
    // The chain of deadlines is what keeps the promise of 500 ms; each is below the next.
    assert.ok(receiveWebhookRpc.timeoutMs < 500);
    const other = new pg.Client({ connectionString: databaseUrl(), options: '-c search_path=auth' });
    await other.connect();
    try {
      const stall = async (): Promise<void> => {
        await other.query('BEGIN');
        await other.query('LOCK TABLE webhooks IN ACCESS EXCLUSIVE MODE');
      };
      // A stall that this machine stretched is no stall of 300 ms: another is tried.
      await waitFor('a stall of 300 ms that was not stretched', async () => {
        await stall();
        const fields = fieldsOf();
        const startedAt = performance.now();
        const answering = send(fields);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await other.query('COMMIT');
        const stalledMs = performance.now() - startedAt;
        const answer = await answering;
        t.diagnostic(
          `stalled ${Math.round(stalledMs)} ms, answered after ${Math.round(performance.now() - startedAt)} ms`,
        );
        if (stalledMs > 340) return false;
        assert.equal(answer.status, 200, answer.text);
        assert.equal((await stored(fields)).length, 1);
        return true;
      });

      await stall();
      const waiting = Array.from({ length: 30 }, () => fieldsOf());
      const refused = await Promise.all(waiting.map((fields) => send(fields)));
      // The lock is still held: each gave up by itself, and people are served meanwhile.
      for (const answer of refused) problemOf(answer, 503, 'webhook.storage_unavailable');
      assert.equal(
        (await gateway.call('GET', '/api/v1/shops', { token: (await gateway.signIn()).accessToken })).status,
        200,
      );
      await other.query('COMMIT');
      for (const fields of waiting) {
        assert.equal((await send(fields)).status, 200);
        assert.equal((await stored(fields)).length, 1);
        assert.equal((await handedOn(fields)).length, 1);
      }
    } finally {
      await other.end();
    }
  });

  test('peer failure 42: storage down is a 503, and the retry is stored', async () => {
    const admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
    await admin.connect();
    const name = gateway.sql.database ?? '';
    const fields = fieldsOf();
    try {
      await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE 'auth-service%'`,
        [name],
      );
      problemOf(await send(fields), 503, 'webhook.storage_unavailable');
    } finally {
      await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
      await admin.end();
    }
    await waitFor('the storage to be back', async () => (await send(fields)).status === 200);
    assert.equal((await handedOn(fields)).length, 1);
  });

  test('no limit for an address that pushes; the rest of the API keeps its own', async () => {
    const fields = fieldsOf();
    const answer = await send(fields);
    assert.equal(answer.headers.get('x-ratelimit-limit'), null);
    const list = await gateway.call('GET', '/api/v1/webhooks', { token });
    assert.equal(list.headers.get('x-ratelimit-limit'), '2000');
  });

  test('no signature and no secret is kept or logged', async () => {
    const fields = fieldsOf();
    const { headers } = signedPush(fields);
    assert.equal((await send(fields)).status, 200);
    const { rows } = await gateway.sql.query('SELECT * FROM webhooks');
    const kept = JSON.stringify(rows);
    assert.ok(kept.includes(orderOf(fields)));
    for (const secret of [headers['x-tm-signature'] ?? '', 'marked-app-secret']) {
      assert.ok(secret.length > 10);
      assert.ok(!kept.includes(secret) && !gateway.output().includes(secret));
    }
  });

  /** Of the database that the harness has made. */
  function databaseUrl(): string {
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    url.pathname = `/${gateway.sql.database}`;
    return url.href;
  }
});
