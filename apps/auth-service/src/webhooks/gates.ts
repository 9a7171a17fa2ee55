import type {
  GateReason,
  GateState,
  ShopStatus,
  WebhookEventState,
  WebhookGate,
  WebhookGateName,
} from '#contracts';
import type { PushEvent, PushTopic, ShopPushes } from '#marketplace';

/** Whether shops are subscribed to events of a topic. Packages are read with their order, which is pushed as well. */
const IS_WANTED: Readonly<Record<PushTopic, boolean>> = {
  order: true,
  address: true,
  after_sales: true,
  cancellation: true,
  fulfilment: false,
  authorization: true,
  test: false,
  unknown: false,
};

export interface GateFacts {
  readonly shopStatus: ShopStatus;
  readonly pushUrl: string;
  /** Undefined: the marketplace was never asked. Null: its gateway tells nothing of pushes. */
  readonly pushes: ShopPushes | null | undefined;
  readonly events: readonly PushEvent[];
  /** Without it in the token nobody can subscribe; null where none is needed. */
  readonly subscriptionScope: string | null;
  /** Empty: not known. */
  readonly scopes: readonly string[];
  /** When a message that this shop's app had signed came last. */
  readonly appDeliveredAt: Date | null;
  /** Messages with a wrong signature in the name of this app, of the last days. */
  readonly refusedCount: number;
}

export function usedEvents(events: readonly PushEvent[]): string[] {
  return events.filter(({ topic }) => IS_WANTED[topic]).map(({ eventCode }) => eventCode);
}

/** What stands between the marketplace and a message about this shop, each gate for itself. */
export function gatesOf(facts: GateFacts): WebhookGate[] {
  return [appGate(facts), urlGate(facts), grantGate(facts), subscriptionGate(facts)];
}

function gate(
  name: WebhookGateName,
  state: GateState,
  reason: GateReason,
  evidence: string,
  nextStep: string | null,
): WebhookGate {
  return { name, state, reason, evidence, nextStep };
}

function delivered(name: WebhookGateName, at: Date): WebhookGate {
  const evidence = `A message signed by this app arrived; the last on ${at.toISOString()}.`;
  return gate(name, 'open', 'signed_delivery', evidence, null);
}

/** For gates of which only the marketplace knows. */
function untold(name: WebhookGateName, pushes: null | undefined): WebhookGate {
  return pushes === null
    ? gate(
        name,
        'unknown',
        'not_told',
        'This gateway of the marketplace says nothing about pushes.',
        'Look it up in the partner portal.',
      )
    : gate(name, 'unknown', 'never_asked', 'The marketplace was not asked yet.', 'Ask it: check now.');
}

function appGate({ appDeliveredAt, pushes }: GateFacts): WebhookGate {
  if (appDeliveredAt !== null) return delivered('app_approved', appDeliveredAt);
  if (pushes === null || pushes === undefined) return untold('app_approved', pushes);
  return pushes.appEvents.length > 0
    ? gate(
        'app_approved',
        'open',
        'app_has_events',
        `The marketplace lists ${pushes.appEvents.length} events for the app.`,
        null,
      )
    : gate(
        'app_approved',
        'closed',
        'app_has_no_events',
        'The marketplace lists no event for the app.',
        'In the partner portal: have the app approved, pass the compliance review, and add the events to the app.',
      );
}

function urlGate({ appDeliveredAt, refusedCount, pushUrl }: GateFacts): WebhookGate {
  if (appDeliveredAt !== null) return delivered('url_approved', appDeliveredAt);
  if (refusedCount > 0) {
    return gate(
      'url_approved',
      'unknown',
      'deliveries_refused',
      `Messages in the name of this app arrive, but their signature is wrong: ${refusedCount} in the last days.`,
      'Compare the app secret with the one in the partner portal and enter it again under marketplace apps.',
    );
  }
  return gate(
    'url_approved',
    'unknown',
    'no_delivery_yet',
    'No signed message of this app has arrived yet; nothing else proves the address.',
    `Enter ${pushUrl} in the partner portal, wait for its approval (up to a week), then send the test event from there.`,
  );
}

function grantGate({ pushes, events }: GateFacts): WebhookGate {
  if (pushes === null || pushes === undefined) return untold('events_granted', pushes);
  const missing = usedEvents(events).filter((eventCode) => !pushes.grantedEvents.includes(eventCode));
  return missing.length === 0
    ? gate('events_granted', 'open', 'seller_granted', 'The token holds every event that we use.', null)
    : gate(
        'events_granted',
        'closed',
        'seller_granted_not_all',
        `The token lacks: ${missing.join(', ')}.`,
        'Let the seller grant these events to the app and authorise the shop again: a grant comes only with a new token.',
      );
}

function subscriptionGate(facts: GateFacts): WebhookGate {
  const { shopStatus, pushes, events, scopes, subscriptionScope: scope } = facts;
  const closed = (reason: GateReason, evidence: string, nextStep: string): WebhookGate =>
    gate('subscribed', 'closed', reason, evidence, nextStep);
  if (shopStatus !== 'connected') {
    return closed('shop_not_connected', 'The shop is not connected.', 'Authorise the shop again.');
  }
  if (pushes === null || pushes === undefined) return untold('subscribed', pushes);
  if (pushes.status === 'stopped') {
    return closed(
      'push_stopped',
      'The marketplace has stopped pushing to this app.',
      'Look in the partner portal why, and switch the push on again.',
    );
  }
  const missing = usedEvents(events).filter((eventCode) => !pushes.subscribedEvents.includes(eventCode));
  if (missing.length === 0) {
    return gate(
      'subscribed',
      'open',
      'subscribed',
      'The shop is subscribed to every event that we use.',
      null,
    );
  }
  const evidence = `The shop is not subscribed to: ${missing.join(', ')}.`;
  if (scope !== null && scopes.length > 0 && !scopes.includes(scope)) {
    return closed(
      'permission_missing',
      `${evidence} The token may not call ${scope}.`,
      `Let the seller grant ${scope} and authorise the shop again.`,
    );
  }
  return closed('not_subscribed_to_all', evidence, 'Subscribe the shop here, once its events are granted.');
}

/** Every event that anybody knows, ours first. */
export function eventStatesOf(
  known: readonly PushEvent[],
  pushes: ShopPushes | null | undefined,
): WebhookEventState[] {
  const used = new Set(usedEvents(known));
  const topics = new Map(known.map(({ eventCode, topic }) => [eventCode, topic]));
  const lists = pushes ?? { appEvents: [], grantedEvents: [], subscribedEvents: [] };
  const all = new Set([
    ...topics.keys(),
    ...lists.appEvents,
    ...lists.grantedEvents,
    ...lists.subscribedEvents,
  ]);
  const told = (list: readonly string[], eventCode: string): boolean | null =>
    pushes === null || pushes === undefined ? null : list.includes(eventCode);
  return [...all].map((eventCode) => ({
    eventCode,
    topic: topics.get(eventCode) ?? 'unknown',
    isUsed: used.has(eventCode),
    isOfApp: told(lists.appEvents, eventCode),
    isGranted: told(lists.grantedEvents, eventCode),
    isSubscribed: told(lists.subscribedEvents, eventCode),
  }));
}

const PRIVATE_HOST =
  /^(localhost|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|169\.254\..*|\[.*\]|[^.]+|.*\.(local|internal|lan|home\.arpa))$/i;

/** Whether a marketplace could reach the address: HTTPS, and a name that the internet may know. */
export function isPublicUrl(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && !PRIVATE_HOST.test(hostname);
}
