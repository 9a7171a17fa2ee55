import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type Caller,
  changeWebhookSubscriptionRpc,
  checkWebhookSubscriptionRpc,
  disconnectShopRpc,
  getShopRpc,
  getWebhookSubscriptionRpc,
  listAuditRpc,
  listWebhooksRpc,
  pasteTokenRpc,
  receiveWebhookRpc,
  type ShopView,
  type WebhookSubscription,
} from '#contracts';
import type { ShopIdentity, ShopPushes, TokenDescription } from '#marketplace';
import { AppError } from '#runtime';
import { registerLacking, waitFor } from '#testing';
import { APP_SECRET, type AuthHarness, startAuth } from './auth-harness.js';
import { pushed } from './pushed.js';

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

const APP = { appKey: 'us-app-key', appSecret: APP_SECRET };
const USED = [
  'bg_order_status_change_event',
  'bg_trade_logistics_address_changed',
  'bg_aftersales_status_change',
  'bg_cancel_order_status_change',
];
const [ORDERS = '', ADDRESSES = ''] = USED;

const PUSHES_NOTHING = registerLacking('pushes');

describe('the four gates of a shop’s webhooks', () => {
  let auth: AuthHarness;
  let owner: Caller;
  let nextMall = 600000000000100;

  const connect = async (
    pushes: ShopPushes | null,
    overrides: Partial<Pick<TokenDescription, 'scopes'>> = {},
  ): Promise<{ shop: ShopView; identity: ShopIdentity }> => {
    nextMall += 1;
    const accessToken = `token-of-${nextMall}`;
    const description = auth.marketplace.identity(String(nextMall), { pushes, ...overrides });
    auth.marketplace.tokens.set(accessToken, description);
    const { shops } = await auth.rpc.call(
      pasteTokenRpc,
      { marketplace: 'temu', region: 'us', accessToken },
      owner,
    );
    assert.ok(shops[0]);
    return { shop: shops[0], identity: description.shops[0] };
  };
  const get = (shopId: string, caller = owner) =>
    auth.rpc.call(getWebhookSubscriptionRpc, { shopId }, caller);
  const check = (shopId: string, caller = owner) =>
    auth.rpc.call(checkWebhookSubscriptionRpc, { shopId }, caller);
  const change = (shopId: string, input: object = {}, caller = owner) =>
    auth.rpc.call(changeWebhookSubscriptionRpc, { shopId, ...input }, caller);
  const gatesOf = ({ gates }: WebhookSubscription): string[] =>
    gates.map(({ name, state, reason }) => `${name} ${state} ${reason}`);
  const pushesOf = (change: Partial<ShopPushes> = {}): ShopPushes => ({
    status: 'normal',
    appEvents: [...USED],
    grantedEvents: [...USED],
    subscribedEvents: [],
    ...change,
  });

  before(async () => {
    auth = await startAuth();
    owner = auth.callerOf(await auth.owner());
  });
  after(() => auth.close());

  test('what the token told at the connection is known without asking, each gate for itself', async () => {
    const { shop } = await connect(pushesOf({ grantedEvents: [ORDERS] }));
    const known = await get(shop.id);
    assert.deepEqual(gatesOf(known), [
      'app_approved open app_has_events',
      'url_approved unknown no_delivery_yet',
      'events_granted closed seller_granted_not_all',
      'subscribed closed permission_missing',
    ]);
    assert.deepEqual(
      [known.pushUrl, known.isPushUrlPublic, known.checkedAt, known.lastReceivedAt],
      ['https://omni.example/api/v1/webhooks/temu', true, auth.clock.now.toISOString(), null],
    );
    assert.match(known.gates[2]?.evidence ?? '', new RegExp(ADDRESSES));
    const orders = known.events.find(({ eventCode }) => eventCode === ORDERS);
    assert.deepEqual(orders, {
      eventCode: ORDERS,
      topic: 'order',
      isUsed: true,
      isOfApp: true,
      isGranted: true,
      isSubscribed: false,
    });
  });

  test('a marketplace that pushes nothing has no gates, and is not asked for a subscription', async () => {
    const { shop } = await connect(pushesOf());
    await auth.database.query('UPDATE shops SET marketplace = $2 WHERE id = $1', [shop.id, PUSHES_NOTHING]);
    const known = await get(shop.id);
    assert.deepEqual([known.isAvailable, known.gates, known.events], [false, [], []]);
    const before = auth.marketplace.subscriptions.length;
    const refused = { kind: 'conflict', code: 'marketplace.not_available' };
    await assert.rejects(check(shop.id), refused);
    await assert.rejects(change(shop.id, { subscribe: [ORDERS] }), refused);
    assert.equal(auth.marketplace.subscriptions.length, before);
    const { notAvailable } = await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner);
    assert.deepEqual(notAvailable, ['pushes']);
    const inbox = await auth.rpc.call(listWebhooksRpc, {}, owner);
    assert.deepEqual(inbox.notAvailable, [
      { marketplace: PUSHES_NOTHING, ability: 'pushes', shopIds: [shop.id] },
    ]);
    assert.deepEqual((await auth.rpc.call(listWebhooksRpc, {}, { ...owner, shopIds: [] })).notAvailable, []);
  });

  test('a gateway that tells nothing of pushes leaves the gates unknown, not closed', async () => {
    const { shop } = await connect(null);
    assert.deepEqual(gatesOf(await get(shop.id)), [
      'app_approved unknown not_told',
      'url_approved unknown no_delivery_yet',
      'events_granted unknown not_told',
      'subscribed unknown not_told',
    ]);
  });

  test('subscribing takes what is granted and used, records who, and opens its gate only', async () => {
    const { shop } = await connect(pushesOf({ appEvents: [...USED, 'bg_open_event_test'] }), { scopes: [] });
    assert.equal(gatesOf(await get(shop.id)).at(-1), 'subscribed closed not_subscribed_to_all');
    const subscribed = await change(shop.id);
    assert.deepEqual(auth.marketplace.subscriptions.at(-1), {
      permit: USED,
      cancel: [],
      address: 'https://omni.example/api/v1/webhooks/temu',
    });
    assert.deepEqual(gatesOf(subscribed), [
      'app_approved open app_has_events',
      'url_approved unknown no_delivery_yet',
      'events_granted open seller_granted',
      'subscribed open subscribed',
    ]);
    const { rows } = await auth.rpc.call(listAuditRpc, {}, owner);
    const entry = rows.find(({ action }) => action === 'webhook_subscription.changed');
    assert.deepEqual([entry?.shopId, entry?.details], [shop.id, { subscribed: USED, unsubscribed: [] }]);

    const changes = auth.marketplace.subscriptions.length;
    await change(shop.id);
    assert.equal(auth.marketplace.subscriptions.length, changes, 'nothing is left to subscribe to');
    const ended = await change(shop.id, { unsubscribe: [ORDERS] });
    assert.equal(gatesOf(ended).at(-1), 'subscribed closed not_subscribed_to_all');
  });

  test('an event in both lists, and one that the seller has not granted, are refused', async () => {
    const { shop } = await connect(pushesOf({ grantedEvents: [ORDERS] }), { scopes: [] });
    await assert.rejects(
      change(shop.id, { subscribe: [ORDERS], unsubscribe: [ORDERS] }),
      withCode('request.invalid'),
    );
    await assert.rejects(change(shop.id, { subscribe: [ADDRESSES] }), (error: unknown) => {
      assert.ok(withCode('webhook.subscription_refused')(error));
      assert.match((error as Error).message, /lacks the grant.*Authorise again/);
      return true;
    });
    assert.equal(
      (await get(shop.id)).events.some(({ isSubscribed }) => isSubscribed === true),
      false,
    );
  });

  test('asking sees what has changed at the marketplace: granted, stopped, gone', async () => {
    const { shop, identity } = await connect(pushesOf({ appEvents: [], grantedEvents: [] }), { scopes: [] });
    assert.deepEqual(gatesOf(await get(shop.id)).slice(0, 1), ['app_approved closed app_has_no_events']);
    identity.pushes = pushesOf({ subscribedEvents: [...USED] });
    auth.clock.advance(60_000);
    const asked = await check(shop.id);
    assert.equal(asked.checkedAt, auth.clock.now.toISOString());
    assert.equal(gatesOf(asked).at(-1), 'subscribed open subscribed');
    identity.pushes.status = 'stopped';
    assert.equal(gatesOf(await check(shop.id)).at(-1), 'subscribed closed push_stopped');

    auth.marketplace.isDown = true;
    try {
      await assert.rejects(check(shop.id), withCode('marketplace.unavailable'));
    } finally {
      auth.marketplace.isDown = false;
    }
    auth.marketplace.tokens.delete(`token-of-${identity.platformShopId}`);
    await assert.rejects(check(shop.id), withCode('token.refused'));
    const { status } = await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner);
    assert.equal(status, 'needs_reauthorization');
    await assert.rejects(check(shop.id), withCode('shop.needs_reauthorization'));
    assert.equal(gatesOf(await get(shop.id)).at(-1), 'subscribed closed shop_not_connected');
    await auth.rpc.call(disconnectShopRpc, { shopId: shop.id }, owner);
    await assert.rejects(check(shop.id), withCode('shop.disconnected'));
  });

  test('who cannot reach the shop sees and changes nothing', async () => {
    const { shop } = await connect(pushesOf());
    const stranger: Caller = { ...owner, shopIds: [] };
    for (const ask of [get, check, change]) {
      const refused = ask === change ? change(shop.id, {}, stranger) : (ask as typeof get)(shop.id, stranger);
      await assert.rejects(refused, withCode('shop.not_found'));
    }
  });

  test('a wrongly signed message points to the secret; a rightly signed one opens app and address', async () => {
    const { shop, identity } = await connect(pushesOf());
    const event = { mallId: Number(identity.platformShopId), parentOrderSn: 'PO-211-1' };
    const sentAtMs = auth.clock.now.getTime();
    const wrong = pushed({ app: { ...APP, appSecret: 'another-secret-of-16' }, event, sentAtMs });
    await assert.rejects(auth.rpc.call(receiveWebhookRpc, wrong, auth.stranger), withCode('webhook.refused'));
    await waitFor('the refusal to be counted', async () =>
      gatesOf(await get(shop.id)).includes('url_approved unknown deliveries_refused'),
    );
    await auth.rpc.call(receiveWebhookRpc, pushed({ app: APP, event, sentAtMs }), auth.stranger);
    const opened = await get(shop.id);
    assert.deepEqual(gatesOf(opened).slice(0, 2), [
      'app_approved open signed_delivery',
      'url_approved open signed_delivery',
    ]);
    assert.equal(opened.lastReceivedAt, auth.clock.now.toISOString());
  });
});
