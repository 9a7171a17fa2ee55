import { timingSafeEqual } from 'node:crypto';
import {
  isJsonObject,
  type JsonObject,
  optionalId,
  optionalSeconds,
  optionalText,
} from '../../payload/read.js';
import { numberText, readWireJson } from '../../payload/wire-json.js';
import type { PushApp, PushEvent, PushedMessage, PushedRequest, PushTopic, PushVerdict } from '../../port.js';
import { signTikTokPush } from '../wire/signing.js';

interface KnownEvent extends PushEvent {
  /** As a message names it; null where no document tells. */
  readonly type: number | null;
}

/** Names: TikTok's OpenAPI files [D]. Numbers: its event pages (reference 1.6). Those that lead to nothing here are `unknown`. */
const EVENTS: readonly KnownEvent[] = [
  event(1, 'ORDER_STATUS_CHANGE', 'order'),
  // A cancellation, refund or return that the seller must decide about.
  event(2, 'REVERSE_STATUS_UPDATE', 'after_sales'),
  event(3, 'RECIPIENT_ADDRESS_UPDATE', 'address'),
  event(4, 'PACKAGE_UPDATE', 'fulfilment'),
  event(5, 'PRODUCT_STATUS_CHANGE', 'unknown'),
  event(6, 'SELLER_DEAUTHORIZATION', 'authorization'),
  event(7, 'UPCOMING_AUTHORIZATION_EXPIRATION', 'authorization'),
  event(11, 'CANCELLATION_STATUS_CHANGE', 'cancellation'),
  event(12, 'RETURN_STATUS_CHANGE', 'after_sales'),
  event(13, 'NEW_CONVERSATION', 'unknown'),
  event(14, 'NEW_MESSAGE', 'unknown'),
  event(36, 'INVOICE_STATUS_CHANGE', 'unknown'),
  event(37, 'PRODUCT_AUDIT_STATUS_CHANGE', 'unknown'),
  event(null, 'PRODUCT_INFORMATION_CHANGE', 'unknown'),
  event(null, 'PRODUCT_CREATION', 'unknown'),
  event(null, 'PRODUCT_CATEGORY_CHANGE', 'unknown'),
  event(null, 'NEW_MESSAGE_LISTENER', 'unknown'),
];

function event(type: number | null, eventCode: string, topic: PushTopic): KnownEvent {
  return { type, eventCode, topic };
}

export const TIKTOK_PUSH_EVENTS: readonly PushEvent[] = EVENTS.map(({ eventCode, topic }) => ({
  eventCode,
  topic,
}));

/** Stands in for the app where there is none, so that such a message takes as long as any other. */
const NO_APP: PushApp = { appKey: 'none', appSecret: 'no-app-of-ours-has-this-secret-00' };
const SIGNATURE = /^[0-9a-f]{64}$/i;

/**
 * Verifies one message by the bytes that came: HMAC-SHA256 over app key and body in the header `authorization`, without any
 * prefix [C]. It names no app, so that every one of ours is tried, and every comparison made. Nothing in the signature is of a
 * time: the receiver keeps doubles apart by the text, which holds the message's own id (`tts_notification_id`).
 */
export function readTikTokPush<App extends PushApp>(
  { headers, body }: PushedRequest,
  apps: readonly App[],
): PushVerdict<App> {
  const message = messageOf(body);
  if (typeof message === 'string') return { verdict: 'malformed', problem: message };
  const given = headers.authorization?.trim() ?? '';
  if (given === '') return { verdict: 'refused', reason: 'signature_missing', app: null };
  const signature = Buffer.from(SIGNATURE.test(given) ? given : '0'.repeat(64), 'hex');
  const tried: readonly PushApp[] = apps.length > 0 ? apps : [NO_APP];
  const matches = tried.map((app) => timingSafeEqual(signTikTokPush(body, app), signature));
  const app = apps[matches.indexOf(true)];
  if (app !== undefined) return { verdict: 'genuine', app, message };
  return { verdict: 'refused', reason: apps.length > 0 ? 'signature_wrong' : 'app_unknown', app: null };
}

/** The form of a message, or what is wrong with it. A message is never refused for what its `data` holds. */
function messageOf(body: string): PushedMessage | string {
  const pushed = parsed(body);
  if (pushed === undefined) return 'the body is not a JSON object';
  const type = numberText(pushed.type) ?? optionalText(pushed.type);
  if (type === null || !/^\w{1,100}$/.test(type)) return 'type is missing or no type of event';
  const sentAt = secondsOf(pushed.timestamp);
  if (sentAt === null) return 'timestamp is missing or no time in seconds';
  const known = EVENTS.find((each) => String(each.type) === type || each.eventCode === type);
  const data = isJsonObject(pushed.data) ? pushed.data : {};
  const topic = known?.topic ?? 'unknown';
  return {
    eventCode: known?.eventCode ?? type,
    topic,
    platformShopId: storableId(pushed.shop_id),
    orderNumber: storableId(data.order_id),
    caseNumber: storableId(data.return_id) ?? storableId(data.cancel_id) ?? storableId(data.reverse_order_id),
    sentAt,
    text: body,
    wasEncrypted: false,
  };
}

function parsed(body: string): JsonObject | undefined {
  try {
    const value = readWireJson(body);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function secondsOf(value: unknown): Date | null {
  try {
    return optionalSeconds(value, 'timestamp');
  } catch {
    return null;
  }
}

/** Control characters and half characters: no number of anything, and a database may refuse them. */
const UNSTORABLE = /[\p{Cc}\p{Surrogate}]/u;

function storableId(value: unknown): string | null {
  try {
    const id = optionalId(value, 'id');
    return id !== null && UNSTORABLE.test(id) ? null : id;
  } catch {
    return null;
  }
}
