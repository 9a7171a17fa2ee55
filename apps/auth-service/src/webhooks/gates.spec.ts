import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ShopPushes } from '#marketplace';
import { eventStatesOf, type GateFacts, gatesOf, isPublicUrl } from './gates.js';

const EVENTS = [
  { eventCode: 'order_event', topic: 'order' },
  { eventCode: 'address_event', topic: 'address' },
  { eventCode: 'test_event', topic: 'test' },
] as const;
const USED = ['order_event', 'address_event'];
const ALL_OPEN: ShopPushes = {
  status: 'normal',
  appEvents: USED,
  grantedEvents: USED,
  subscribedEvents: USED,
};

function statesOf(change: Partial<GateFacts>): string[] {
  const gates = gatesOf({
    shopStatus: 'connected',
    pushUrl: 'https://omni.example/api/v1/webhooks/temu',
    pushes: ALL_OPEN,
    events: EVENTS,
    subscriptionScope: 'bg.tmc.message.update',
    scopes: ['bg.tmc.message.update'],
    appDeliveredAt: new Date('2026-11-21T10:00:00Z'),
    refusedCount: 0,
    ...change,
  });
  assert.deepEqual(
    gates.map(({ name }) => name),
    ['app_approved', 'url_approved', 'events_granted', 'subscribed'],
  );
  for (const { state, nextStep, evidence } of gates) {
    assert.equal(nextStep === null, state === 'open', `${evidence} ${nextStep}`);
  }
  return gates.map(({ state, reason }) => `${state} ${reason}`);
}

describe('the four gates', () => {
  const arrived = 'open signed_delivery';
  const silent = 'unknown no_delivery_yet';

  test('all open: nothing is to be done', () => {
    assert.deepEqual(statesOf({}), [arrived, arrived, 'open seller_granted', 'open subscribed']);
  });

  test('each is a state of its own: one closed leaves the others as they are', () => {
    assert.deepEqual(statesOf({ appDeliveredAt: null }), [
      'open app_has_events',
      silent,
      'open seller_granted',
      'open subscribed',
    ]);
    assert.deepEqual(statesOf({ appDeliveredAt: null, pushes: { ...ALL_OPEN, appEvents: [] } }).slice(0, 2), [
      'closed app_has_no_events',
      silent,
    ]);
    assert.deepEqual(statesOf({ appDeliveredAt: null, refusedCount: 4 })[1], 'unknown deliveries_refused');
    assert.deepEqual(statesOf({ pushes: { ...ALL_OPEN, grantedEvents: ['order_event'] } }), [
      arrived,
      arrived,
      'closed seller_granted_not_all',
      'open subscribed',
    ]);
    assert.deepEqual(statesOf({ pushes: { ...ALL_OPEN, subscribedEvents: ['order_event'] } }), [
      arrived,
      arrived,
      'open seller_granted',
      'closed not_subscribed_to_all',
    ]);
  });

  test('a subscription: stopped by the marketplace, without its permission, of a shop that is not connected', () => {
    const of = (change: Partial<GateFacts>): string | undefined => statesOf(change)[3];
    assert.equal(of({ pushes: { ...ALL_OPEN, status: 'stopped' } }), 'closed push_stopped');
    const none = { ...ALL_OPEN, subscribedEvents: [] };
    assert.equal(of({ pushes: none, scopes: ['bg.order.list.v2.get'] }), 'closed permission_missing');
    assert.equal(of({ pushes: none, scopes: [] }), 'closed not_subscribed_to_all');
    assert.equal(of({ scopes: ['bg.order.list.v2.get'] }), 'open subscribed');
    assert.equal(of({ shopStatus: 'needs_reauthorization' }), 'closed shop_not_connected');
  });

  test('never asked and not told are unknown, not closed', () => {
    assert.deepEqual(statesOf({ pushes: undefined, appDeliveredAt: null }), [
      'unknown never_asked',
      silent,
      'unknown never_asked',
      'unknown never_asked',
    ]);
    assert.deepEqual(statesOf({ pushes: null, appDeliveredAt: null }), [
      'unknown not_told',
      silent,
      'unknown not_told',
      'unknown not_told',
    ]);
  });

  test('events: ours, and those that only the marketplace knows', () => {
    const pushes = { ...ALL_OPEN, appEvents: [...USED, 'new_event'], subscribedEvents: ['order_event'] };
    assert.deepEqual(
      eventStatesOf(EVENTS, pushes).map((event) => Object.values(event)),
      [
        ['order_event', 'order', true, true, true, true],
        ['address_event', 'address', true, true, true, false],
        ['test_event', 'test', false, false, false, false],
        ['new_event', 'unknown', false, true, false, false],
      ],
    );
    assert.deepEqual(
      eventStatesOf(EVENTS, undefined).map(({ isSubscribed }) => isSubscribed),
      [null, null, null],
    );
  });

  test('an address that a marketplace cannot reach is said to be one', () => {
    for (const url of [
      'http://omni.example.com',
      'https://localhost:8080',
      'https://192.168.1.4',
      'https://172.20.0.2',
      'https://omni',
      'https://omni.local',
      'https://[::1]',
    ])
      assert.equal(isPublicUrl(url), false, url);
    for (const url of ['https://omni.example.com', 'https://172.64.0.2', 'https://10things.example.com'])
      assert.equal(isPublicUrl(url), true, url);
  });
});
