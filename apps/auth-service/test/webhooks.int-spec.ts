import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  type Caller,
  changeMarketplaceAppRpc,
  changeShopRpc,
  disconnectShopRpc,
  getWebhookRpc,
  listAuditRpc,
  listWebhookRefusalsRpc,
  listWebhooksRpc,
  pasteTokenRpc,
  type ReceivedWebhook,
  type ReceiveWebhook,
  receiveWebhookRpc,
  replayWebhookRpc,
  replayWebhooksRpc,
  type ShopView,
  type WebhookHint,
  webhookReceived,
} from '#contracts';
import { OutboxRelay } from '#messaging';
import { AppError, createLogger } from '#runtime';
import { registerLacking, waitFor } from '#testing';
import { MarketplaceApps } from '../src/apps/marketplace-apps.js';
import { rotateKeys } from '../src/secrets/rotate-keys.js';
import { Sealer } from '../src/secrets/sealer.js';
import { RefusalCounts } from '../src/webhooks/refusal-counts.js';
import { WebhookPruning } from '../src/webhooks/webhook-pruning.js';
import { APP_SECRET, type AuthHarness, PATIENCE_MS, startAuth } from './auth-harness.js';
import { pushed } from './pushed.js';

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

/** The reference's vectors; invented, computed from the documents' rule. */
const VECTOR_APP = { appKey: 'sbxAppKey0001', appSecret: 'sbxSecret0123456789abcdef' };
const VECTOR_MALL = '600000000000009';
const VECTOR_SENT_AT_MS = 1_700_000_000_000;
const VECTOR_BODY = JSON.stringify({
  eventData:
    'jUQr1pniRbiZhcPP46eGVhgVp7MsnAGQNG/dL1zX2F8qzmArKG1oJxHjdQr5/lMucB7TdMfKP4JJ8ZOdA+UrSSy3bpP6I4HRyJEy/aZp7z0QJ4gOqxjeWi54dCGL4S/vIu+eLaz1qs8FDs3ZMMswtNL9njpemG9MhTUxuuZKdQCVITfwtOcZUmxWIL7Am9WG',
});
const WITH_EXT_PARAM = '5eebee8cc2678b444ba8027fa8a075bea842fdaac7997ba85e6ac181f8226278';
const WITHOUT_EXT_PARAM = 'd0a1cde4a20ade35bbcb3a39fc313f2a57eaff519967bbc876c38b9269132a00';
const OTHER_APP = { appKey: 'us-app-key', appSecret: APP_SECRET };
const HOUR_MS = 3_600_000;
const PATIENT_RECEIVE = { ...receiveWebhookRpc, timeoutMs: PATIENCE_MS };

function vector(signature: string, headers: Record<string, string> = {}): ReceiveWebhook {
  return {
    marketplace: 'temu',
    headers: {
      'x-tm-app-key': VECTOR_APP.appKey,
      'x-tm-event-code': 'bg_order_status_change_event',
      'x-tm-timestamp': String(VECTOR_SENT_AT_MS),
      'x-tm-ext-param': '{}',
      'x-tm-signature': signature,
      ...headers,
    },
    body: VECTOR_BODY,
  };
}

describe('webhooks', () => {
  let auth: AuthHarness;
  let owner: Caller;
  let shop: ShopView;
  const hints: WebhookHint[] = [];

  const receive = (message: ReceiveWebhook): Promise<ReceivedWebhook> =>
    auth.rpc.call(PATIENT_RECEIVE, message, auth.stranger);
  const messageOf = (parentOrderSn: string, change: object = {}): ReceiveWebhook =>
    pushed({
      app: VECTOR_APP,
      event: { mallId: Number(VECTOR_MALL), parentOrderSn },
      sentAtMs: auth.clock.now.getTime(),
      ...change,
    });
  const connect = async (mallId: string, appKey: string): Promise<ShopView> => {
    const accessToken = `token-of-${mallId}`;
    auth.marketplace.tokens.set(accessToken, auth.marketplace.identity(mallId));
    const [app] = await auth.database.query<{ id: string }>(
      'SELECT id FROM marketplace_apps WHERE app_key = $1',
      [appKey],
    );
    assert.ok(app);
    const input = { marketplace: 'temu', region: 'us', accessToken, appId: app.id } as const;
    const { shops } = await auth.rpc.call(pasteTokenRpc, input, owner);
    assert.ok(shops[0]);
    return shops[0];
  };
  const hintsOf = (webhookId: string): WebhookHint[] => hints.filter((hint) => hint.webhookId === webhookId);
  const outboxed = async (webhookId: string): Promise<number> => {
    const [row] = await auth.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM outbox WHERE subject = $1 AND payload::jsonb ->> 'webhookId' = $2`,
      [webhookReceived.subject, webhookId],
    );
    return row?.count ?? 0;
  };

  const clearText = async (
    id: string,
    sealer = new Sealer([{ id: 'k1', key: auth.masterKey }]),
  ): Promise<string> => {
    const [row] = await auth.database.query<{ sealed: string }>(
      'SELECT text_sealed AS sealed FROM webhooks WHERE id = $1',
      [id],
    );
    return sealer.open(row?.sealed ?? '', `webhook-text:${id}`);
  };

  before(async () => {
    auth = await startAuth();
    auth.clock.now = new Date(VECTOR_SENT_AT_MS + 1_000);
    owner = auth.callerOf(await auth.owner());
    await auth.service
      .get(MarketplaceApps)
      .bootstrap('temu', `us:${VECTOR_APP.appKey}:${VECTOR_APP.appSecret}`);
    auth.service.connection.subscribe(webhookReceived.subject, {
      callback: (_error, message) => void hints.push(message.json<{ data: WebhookHint }>().data),
    });
    shop = await connect(VECTOR_MALL, VECTOR_APP.appKey);
  });
  after(() => auth.close());

  test('peer failure 42: both documented forms of the vector are accepted, as one message, told once', async () => {
    const first = await receive(vector(WITH_EXT_PARAM));
    assert.equal(first.isDouble, false);
    const again = await receive(vector(WITHOUT_EXT_PARAM));
    assert.deepEqual(again, { webhookId: first.webhookId, isDouble: true });
    const stored = await auth.rpc.call(getWebhookRpc, { id: first.webhookId }, owner);
    assert.deepEqual(
      [stored.shopId, stored.state, stored.topic, stored.orderNumber, stored.deliveries, stored.wasEncrypted],
      [shop.id, 'handed_on', 'order', 'PO-211-00000000000000001', 2, true],
    );
    assert.equal(stored.sentAt, new Date(VECTOR_SENT_AT_MS).toISOString());
    await waitFor('the hint on the bus', () => hintsOf(first.webhookId).length > 0);
    assert.deepEqual(hintsOf(first.webhookId), [
      {
        webhookId: first.webhookId,
        shopId: shop.id,
        topic: 'order',
        orderNumber: 'PO-211-00000000000000001',
        caseNumber: null,
        sentAt: stored.sentAt,
        receivedAt: stored.receivedAt,
        isReplay: false,
      },
    ]);
    assert.equal(await outboxed(first.webhookId), 1);
  });

  test('peer failure 42: the same text with another x-tm-timestamp is another message', async () => {
    const sentAtMs = auth.clock.now.getTime();
    const one = await receive(messageOf('PO-211-TWICE', { sentAtMs }));
    const other = await receive(messageOf('PO-211-TWICE', { sentAtMs: sentAtMs + 1 }));
    assert.deepEqual([one.isDouble, other.isDouble], [false, false]);
    assert.notEqual(one.webhookId, other.webhookId);
  });

  test('peer failure 42: the same message many times at once is stored and told once', async () => {
    const message = messageOf('PO-211-MANY');
    const answers = await Promise.all(Array.from({ length: 12 }, () => receive(message)));
    assert.equal(new Set(answers.map(({ webhookId }) => webhookId)).size, 1);
    assert.equal(answers.filter(({ isDouble }) => !isDouble).length, 1);
    const [{ webhookId } = { webhookId: '' }] = answers;
    assert.equal(await outboxed(webhookId), 1);
    const { deliveries } = await auth.rpc.call(getWebhookRpc, { id: webhookId }, owner);
    assert.equal(deliveries, 12);
  });

  test('peer failure 42: missing, bad, foreign, malformed, old and early messages are refused and counted', async () => {
    const before = await stored();
    const nowMs = auth.clock.now.getTime();
    const missing = vector(WITH_EXT_PARAM);
    delete missing.headers['x-tm-signature'];
    const refusals: readonly [message: ReceiveWebhook, code: string, reason: string][] = [
      [missing, 'webhook.refused', 'signature_missing'],
      [vector(WITH_EXT_PARAM.replace(/^./, '6')), 'webhook.refused', 'signature_wrong'],
      [
        vector(WITH_EXT_PARAM, { 'x-tm-timestamp': `${VECTOR_SENT_AT_MS + 1}` }),
        'webhook.refused',
        'signature_wrong',
      ],
      // Signed, but by another app of ours than the one it names.
      [
        {
          ...pushed({ app: { ...VECTOR_APP, appSecret: OTHER_APP.appSecret }, event: {}, sentAtMs: nowMs }),
        },
        'webhook.refused',
        'signature_wrong',
      ],
      [
        pushed({
          app: { appKey: 'nobodys-key', appSecret: VECTOR_APP.appSecret },
          event: {},
          sentAtMs: nowMs,
        }),
        'webhook.refused',
        'app_unknown',
      ],
      [{ ...vector(WITH_EXT_PARAM), body: 'no JSON' }, 'webhook.malformed', 'malformed'],
      [{ ...vector(WITH_EXT_PARAM), headers: {} }, 'webhook.malformed', 'malformed'],
      [messageOf('PO-211-OLD', { sentAtMs: nowMs - 37 * HOUR_MS }), 'webhook.too_old', 'too_old'],
      [messageOf('PO-211-EARLY', { sentAtMs: nowMs + 300_001 }), 'webhook.from_future', 'from_future'],
    ];
    const texts = new Set<string>();
    for (const [message, code, reason] of refusals) {
      await assert.rejects(receive(message), (error: unknown) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.code, code, reason);
        if (code === 'webhook.refused') texts.add(error.message);
        return true;
      });
    }
    assert.equal(texts.size, 1, 'a stranger does not learn which apps are ours');
    assert.equal(await stored(), before);

    const counted = await waitFor('the counts to be written', async () => {
      const { rows } = await auth.rpc.call(listWebhookRefusalsRpc, {}, owner);
      return rows.reduce((sum, { count }) => sum + count, 0) === refusals.length && rows;
    });
    const counts = Object.fromEntries(counted.map(({ reason, count }) => [reason, count]));
    assert.deepEqual(counts, {
      signature_missing: 1,
      signature_wrong: 3,
      app_unknown: 1,
      malformed: 2,
      too_old: 1,
      from_future: 1,
    });
    const keyOf = (reason: string) => counted.find((row) => row.reason === reason)?.appKey;
    assert.deepEqual([keyOf('signature_wrong'), keyOf('app_unknown')], [VECTOR_APP.appKey, null]);
    const today = auth.clock.now.toISOString().slice(0, 10);
    assert.ok(counted.every(({ day }) => day === today));
  });

  test('a marketplace that pushes nothing has no inbox', async () => {
    const message = { ...messageOf('PO-211-77'), marketplace: registerLacking('pushes') };
    await assert.rejects(receive(message), { kind: 'conflict', code: 'marketplace.not_available' });
  });

  test('what is just old enough, or as early as clocks may differ, is accepted', async () => {
    const nowMs = auth.clock.now.getTime();
    for (const ageMs of [36 * HOUR_MS, -300_000])
      assert.equal((await receive(messageOf('PO-211-BORDER', { sentAtMs: nowMs - ageMs }))).isDouble, false);
    await assert.rejects(
      receive(messageOf('PO-211-BORDER', { sentAtMs: nowMs - 36 * HOUR_MS - 1 })),
      withCode('webhook.too_old'),
    );
  });

  test('the last refusal of a day is the latest, whichever replica writes first', async () => {
    auth.clock.advance(HOUR_MS);
    const counts = () =>
      new RefusalCounts(auth.database, () => auth.clock.now, createLogger('refusals', 'silent'));
    const latest = auth.clock.now;
    const [behind, ahead] = [counts(), counts()];
    ahead.note('temu', null, 'app_unknown');
    auth.clock.advance(-60_000);
    behind.note('temu', null, 'app_unknown');
    behind.note('temu', null, 'app_unknown');
    for (const each of [ahead, behind]) await each.onApplicationShutdown();
    const { rows } = await auth.rpc.call(listWebhookRefusalsRpc, {}, owner);
    const row = rows.find(
      ({ reason, lastAt }) => reason === 'app_unknown' && lastAt === latest.toISOString(),
    );
    assert.ok(row, JSON.stringify(rows));
    auth.clock.advance(60_000);
  });

  test('peer failure 42: a retry that comes 30 hours late is accepted', async () => {
    const sentAtMs = auth.clock.now.getTime() - 30 * HOUR_MS;
    const { webhookId } = await receive(messageOf('PO-211-LATE', { sentAtMs }));
    const { sentAt, state } = await auth.rpc.call(getWebhookRpc, { id: webhookId }, owner);
    assert.deepEqual([sentAt, state], [new Date(sentAtMs).toISOString(), 'handed_on']);
  });

  test('peer failure 42: the portal’s test event comes in clear, and is kept', async () => {
    const message = messageOf('', {
      event: `{"mallId":${VECTOR_MALL},"msg":"hello"}`,
      eventCode: 'bg_open_event_test',
      isEncrypted: false,
      isExtParamSigned: false,
    });
    const { webhookId } = await receive(message);
    const { topic, wasEncrypted, text, shopId } = await auth.rpc.call(
      getWebhookRpc,
      { id: webhookId },
      owner,
    );
    assert.deepEqual(
      [topic, wasEncrypted, text, shopId],
      ['test', false, `{"mallId":${VECTOR_MALL},"msg":"•••"}`, shop.id],
    );
  });

  test('a signed message with NUL or half a character anywhere is stored, as it came', async () => {
    const sn = 'PO-211-\\u0000NUL';
    const events = [
      `{"mallId":${VECTOR_MALL},"parentOrderSn":"${sn}"}`,
      `{"mallId":${VECTOR_MALL},"parentOrderSn":"PO-211-\\ud800"}`,
      `{"mallId":${VECTOR_MALL},"parentAfterSalesSn":"\\udc00","x\\u0000":"\\u0000"}`,
      `{"mallId":"6000\\u00000","parentOrderSn":"PO-211-1"}`,
      'a\u0000b',
      `{"mallId":${VECTOR_MALL},"parentOrderSn":"PO-211-\u0000RAW"}`,
    ];
    for (const [index, event] of events.entries()) {
      for (const isEncrypted of [true, false]) {
        const message = messageOf('', {
          event,
          isEncrypted,
          sentAtMs: auth.clock.now.getTime() + 2 * index + Number(isEncrypted),
        });
        const { webhookId, isDouble } = await receive(message);
        assert.equal(isDouble, false);
        assert.equal((await receive(message)).isDouble, true);
        const stored = await auth.rpc.call(getWebhookRpc, { id: webhookId }, owner);
        assert.equal(stored.caseNumber, null);
        assert.equal(stored.orderNumber, index === 3 ? 'PO-211-1' : null);
        assert.equal(await clearText(webhookId), event);
      }
    }
  });

  test('the text of a webhook stands nowhere in clear, is bound to its row, and is masked where it is shown', async () => {
    const event = `{"mallId":${VECTOR_MALL},"parentOrderSn":"PO-211-SEALED-1","buyerName":"marked-buyer-name"}`;
    const { webhookId } = await receive(messageOf('', { event }));
    const rows = await auth.database.query('SELECT * FROM webhooks');
    assert.ok(!JSON.stringify(rows).includes('marked-buyer-name'));
    assert.equal(await clearText(webhookId), event);
    const shown = event.replace('marked-buyer-name', '•••');
    assert.equal((await auth.rpc.call(getWebhookRpc, { id: webhookId }, owner)).text, shown);
    assert.equal((await auth.rpc.call(replayWebhookRpc, { id: webhookId }, owner)).text, shown);
    await auth.database.query(
      `UPDATE webhooks SET text_sealed = (SELECT text_sealed FROM webhooks WHERE id <> $1 LIMIT 1) WHERE id = $1`,
      [webhookId],
    );
    await assert.rejects(auth.rpc.call(getWebhookRpc, { id: webhookId }, owner), withCode('internal'));
    await auth.database.query('DELETE FROM webhooks WHERE id = $1', [webhookId]);
  });

  test('a new key takes over every text, many at a time', async () => {
    const oldKey = { id: 'k1', key: auth.masterKey };
    const newKey = { id: 'k2', key: new Uint8Array(randomBytes(32)) };
    const { webhookId } = await receive(messageOf('PO-211-ROTATED'));
    const sealer = new Sealer([oldKey]);
    const ids = Array.from({ length: 450 }, () => randomUUID());
    const texts = await Promise.all(
      ids.map(async (id) => (await sealer.seal('{}', `webhook-text:${id}`)).sealed),
    );
    await auth.database.query(
      `INSERT INTO webhooks (shop_id, hash, id, app_id, marketplace, event_code, topic, state, sent_at, received_at,
         text_sealed, text_key_id, was_encrypted, last_delivered_at)
       SELECT w.shop_id, sha256(copy.id::text::bytea), copy.id, w.app_id, 'temu', 'bg_copy', 'unknown', w.state, w.sent_at,
         w.received_at, copy.sealed, 'k1', true, w.received_at
       FROM webhooks w, unnest($2::uuid[], $3::text[]) AS copy (id, sealed) WHERE w.id = $1`,
      [webhookId, ids, texts],
    );
    const clearBefore = await clearText(webhookId);
    const { resealed, uses } = await rotateKeys(auth.database, new Sealer([newKey, oldKey]), auth.clock.now);
    const [{ count } = { count: 0 }] = await auth.database.query<{ count: number }>(
      'SELECT count(*) AS count FROM webhooks',
    );
    assert.ok(count > 450);
    assert.deepEqual(
      uses.map(({ keyId, webhooks }) => [keyId, webhooks]),
      [['k2', count]],
    );
    assert.ok(resealed > count);
    assert.equal(await clearText(webhookId, new Sealer([newKey])), clearBefore);
    await assert.rejects(
      rotateKeys(auth.database, new Sealer([oldKey]), auth.clock.now),
      new RegExp(`k2 .*${count} webhooks`),
    );
    // Back, for the service, which knows the old key only.
    await rotateKeys(auth.database, new Sealer([oldKey, newKey]), auth.clock.now);
    assert.equal(await clearText(webhookId), clearBefore);
    await auth.database.query(`DELETE FROM webhooks WHERE event_code = 'bg_copy'`);
  });

  test('peer failure 42: another app cannot speak of a shop that is not its own', async () => {
    const { webhookId } = await receive(messageOf('PO-211-FOREIGN', { app: OTHER_APP }));
    const { state, shopId } = await auth.rpc.call(getWebhookRpc, { id: webhookId }, owner);
    assert.deepEqual([state, shopId], ['shop_unknown', null]);
    assert.equal(await outboxed(webhookId), 0);
  });

  test('a replaced secret holds from the next message on', async () => {
    const [app] = await auth.database.query<{ id: string }>(
      'SELECT id FROM marketplace_apps WHERE app_key = $1',
      [VECTOR_APP.appKey],
    );
    assert.ok(app);
    const next = { ...VECTOR_APP, appSecret: 'sbxNextSecret0123456789' };
    const change = (appSecret: string) =>
      auth.rpc.call(changeMarketplaceAppRpc, { appId: app.id, appSecret }, owner);
    const isAccepted = (message: ReceiveWebhook): Promise<boolean> =>
      receive(message).then(
        () => true,
        (error: unknown) => {
          if (withCode('webhook.refused')(error)) return false;
          throw error;
        },
      );
    await change(next.appSecret);
    await waitFor('the new secret', () => isAccepted(messageOf('PO-211-NEXT', { app: next })));
    assert.equal(await isAccepted(messageOf('PO-211-BEFORE')), false);
    await change(VECTOR_APP.appSecret);
    await waitFor('the old secret', () => isAccepted(messageOf('PO-211-BACK')));
  });

  test('pages, filters, and only the caller’s shops', async () => {
    const list = (caller: Caller, query: object = {}) => auth.rpc.call(listWebhooksRpc, query, caller);
    const all = await list(owner, { limit: 100 });
    assert.ok(all.rows.some(({ shopId }) => shopId === null));
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list(owner, { limit: 2, ...(cursor === null ? {} : { cursor }) });
      paged.push(...page.rows.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(
      paged,
      all.rows.map(({ id }) => id),
    );

    const test = await list(owner, { topic: 'test' });
    assert.deepEqual(
      test.rows.map(({ eventCode }) => eventCode),
      ['bg_open_event_test'],
    );
    const unknown = await list(owner, { state: 'shop_unknown' });
    assert.ok(unknown.rows.length > 0 && unknown.rows.every(({ shopId }) => shopId === null));

    const ofShop: Caller = { ...owner, shopIds: [shop.id] };
    const seen = await list(ofShop, { limit: 100 });
    assert.ok(seen.rows.length > 0 && seen.rows.every(({ shopId }) => shopId === shop.id));
    const nobody: Caller = { ...owner, shopIds: [] };
    assert.deepEqual((await list(nobody)).rows, []);
    const [first] = seen.rows;
    assert.ok(first);
    await assert.rejects(
      auth.rpc.call(getWebhookRpc, { id: first.id }, nobody),
      withCode('webhook.not_found'),
    );
    await assert.rejects(
      auth.rpc.call(replayWebhookRpc, { id: first.id }, nobody),
      withCode('webhook.not_found'),
    );
    await assert.rejects(list(owner, { cursor: 'made-up' }), withCode('request.invalid'));
  });

  test('one is handed on again, marked as a replay, and the audit log says who', async () => {
    const { webhookId } = await receive(messageOf('PO-211-REPLAY'));
    const replayed = await auth.rpc.call(replayWebhookRpc, { id: webhookId }, owner);
    assert.deepEqual([replayed.replays, replayed.lastReplayedAt], [1, auth.clock.now.toISOString()]);
    await waitFor('both hints', () => hintsOf(webhookId).length === 2);
    assert.deepEqual(
      hintsOf(webhookId).map(({ isReplay }) => isReplay),
      [false, true],
    );
    const audit = await auth.rpc.call(listAuditRpc, {}, owner);
    const [entry] = audit.rows.filter(({ action }) => action === 'webhook.replayed');
    assert.deepEqual([entry?.subject, entry?.shopId], ['PO-211-REPLAY', shop.id]);
  });

  test('what is handed on again leaves at once, not with the next look into the outbox', async (t) => {
    const { webhookId } = await receive(messageOf('PO-211-WOKEN'));
    const wake = t.mock.method(auth.service.get(OutboxRelay), 'wake');
    await auth.rpc.call(replayWebhookRpc, { id: webhookId }, owner);
    assert.equal(wake.mock.callCount(), 1);
    const from = auth.clock.now.toISOString();
    const to = new Date(auth.clock.now.getTime() + 1).toISOString();
    await auth.rpc.call(replayWebhooksRpc, { from, to }, owner);
    assert.equal(wake.mock.callCount(), 2);
  });

  test('a span is handed on again, only of the caller’s shops; a trial hands on nothing', async () => {
    auth.clock.advance(HOUR_MS);
    const from = auth.clock.now.toISOString();
    const own = await receive(messageOf('PO-211-SPAN-1'));
    const second = await receive(messageOf('PO-211-SPAN-2'));
    const stray = await receive(messageOf('', { event: { mallId: 1, parentOrderSn: 'PO-211-STRAY' } }));
    auth.clock.advance(1_000);
    const to = auth.clock.now.toISOString();
    await receive(messageOf('PO-211-AFTER-SPAN'));

    const replay = (input: object, caller = owner) =>
      auth.rpc.call(replayWebhooksRpc, { from, to, ...input }, caller);
    assert.deepEqual(await replay({ isTrial: true }), { replayed: 2, leftOut: 1 });
    assert.equal(await outboxed(own.webhookId), 1);
    assert.deepEqual(await replay({}, { ...owner, shopIds: [] }), { replayed: 0, leftOut: 0 });
    assert.deepEqual(await replay({}), { replayed: 2, leftOut: 1 });
    await waitFor('the replayed hints', () =>
      [own, second].every(({ webhookId }) => hintsOf(webhookId).some(({ isReplay }) => isReplay)),
    );
    assert.equal(await outboxed(stray.webhookId), 0);
    await assert.rejects(replay({ from: to, to: from }), withCode('request.invalid'));
    await assert.rejects(replay({ to: undefined }), withCode('request.invalid'));

    // By days: those of the shop of each message, and of UTC for the stray.
    const dayIn = (timeZone: string) =>
      new Intl.DateTimeFormat('en-CA', { timeZone }).format(Date.parse(from));
    const onDay = (day: string, shopId?: string) =>
      replay({ from, to, fromDay: day, toDay: day, shopId, isTrial: true });
    for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      await auth.rpc.call(changeShopRpc, { shopId: shop.id, timeZone }, owner);
      assert.deepEqual(await onDay(dayIn(timeZone), shop.id), { replayed: 2, leftOut: 0 });
    }
    // These two are 25 hours apart: no day of the one is, at any moment, the day of the other.
    assert.deepEqual(await onDay(dayIn('Pacific/Kiritimati'), shop.id), { replayed: 0, leftOut: 0 });
    assert.deepEqual((await onDay(dayIn('UTC'))).leftOut, 1);
    await assert.rejects(replay({ fromDay: '2026-11-21', toDay: '2026-11-20' }), withCode('request.invalid'));
  });

  test('what came for a shop before it was connected, or after it was disconnected, is handed on by a replay', async () => {
    const mallId = '600000000000010';
    const event = { mallId: Number(mallId), parentOrderSn: 'PO-211-TOO-SOON' };
    const early = messageOf('', { event, app: OTHER_APP });
    const { webhookId } = await receive(early);
    await assert.rejects(
      auth.rpc.call(replayWebhookRpc, { id: webhookId }, owner),
      withCode('webhook.shop_not_connected'),
    );
    const late = await connect(mallId, OTHER_APP.appKey);
    await auth.rpc.call(replayWebhookRpc, { id: webhookId }, owner);
    await waitFor('the hint of the shop', () => hintsOf(webhookId).length > 0);
    assert.equal(hintsOf(webhookId)[0]?.shopId, late.id);
    // Its retry finds the shop by itself.
    assert.equal((await receive(early)).isDouble, false);

    await auth.rpc.call(disconnectShopRpc, { shopId: late.id }, owner);
    const after = await receive(messageOf('', { event: { ...event, orderStatus: 4 }, app: OTHER_APP }));
    const { state, shopId } = await auth.rpc.call(getWebhookRpc, { id: after.webhookId }, owner);
    assert.deepEqual([state, shopId], ['shop_not_connected', late.id]);
    assert.equal(await outboxed(after.webhookId), 0);
  });

  test('old webhooks and counts are pruned, the others kept', async () => {
    const { webhookId } = await receive(messageOf('PO-211-BEFORE-PRUNING'));
    const [{ id: newest } = { id: '' }] = (await auth.rpc.call(listWebhooksRpc, { limit: 1 }, owner)).rows;
    auth.clock.advance(59 * 24 * HOUR_MS);
    const kept = await receive(messageOf('PO-211-KEPT'));
    auth.clock.advance(2 * 24 * HOUR_MS);
    await auth.service.get(WebhookPruning).prune(3);
    const { rows } = await auth.rpc.call(listWebhooksRpc, { limit: 100 }, owner);
    assert.deepEqual(
      rows.map(({ id }) => id),
      [kept.webhookId],
    );
    assert.ok(![webhookId, newest].includes(kept.webhookId));
    assert.deepEqual((await auth.rpc.call(listWebhookRefusalsRpc, {}, owner)).rows, []);
  });

  async function stored(): Promise<number> {
    const [row] = await auth.database.query<{ count: number }>('SELECT count(*) AS count FROM webhooks');
    return row?.count ?? 0;
  }
});
