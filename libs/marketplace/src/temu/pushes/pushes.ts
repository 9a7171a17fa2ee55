import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { isLosslessNumber } from 'lossless-json';
import { isJsonObject, optionalId, requireObject } from '../../payload/read.js';
import { readWireJson, type WireValue, writeWireJson } from '../../payload/wire-json.js';
import type { PushApp, PushEvent, PushedMessage, PushedRequest, PushTopic, PushVerdict } from '../../port.js';

/** Source: the webhook guide's event pages. The guide's signature examples call the test event `bg_test_event`. */
const TOPICS: Readonly<Record<string, PushTopic>> = {
  bg_order_status_change_event: 'order',
  bg_trade_logistics_address_changed: 'address',
  bg_aftersales_status_change: 'after_sales',
  bg_cancel_order_status_change: 'cancellation',
  bg_cooperative_warehouse_erp_fulfill_change_push: 'fulfilment',
  bg_open_event_test: 'test',
  bg_test_event: 'test',
};

/** What can be subscribed to; the spelling of the test event that token lists hold. */
export const TEMU_PUSH_EVENTS: readonly PushEvent[] = Object.entries(TOPICS)
  .filter(([eventCode]) => eventCode !== 'bg_test_event')
  .map(([eventCode, topic]) => ({ eventCode, topic }));

/** Stands in for the secret of an app that we do not know, so that such a message takes as long as any other. */
const NO_SECRET = 'no-app-of-ours-has-this-secret-00';
const SIGNATURE = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const AES_BLOCK_BYTES = 16;
/** Control characters and half characters: no number of anything, and a database may refuse them. */
const UNSTORABLE = /[\p{Cc}\p{Surrogate}]/u;

interface Push {
  readonly appKey: string;
  readonly eventCode: string;
  readonly timestamp: string;
  readonly extParam: string;
  readonly signature: string;
  /** As it stands in the body: base64 of the ciphertext, or the event itself in the portal's test message. */
  readonly eventData: string;
}

interface EventText {
  readonly bytes: Buffer;
  readonly wasEncrypted: boolean;
}

/**
 * Verifies and decrypts one message. Pure; every secret of the named app key is tried, and every comparison is made,
 * whatever the ones before have said.
 *
 * The signature is HMAC-SHA256 (key: the app secret) over name and value of the fields sorted by name, without
 * separators. Temu's own two worked examples disagree on whether `x-tm-ext-param` belongs in: both forms are accepted.
 */
export function readTemuPush<App extends PushApp>(
  request: PushedRequest,
  apps: readonly App[],
): PushVerdict<App> {
  const push = pushOf(request);
  if (typeof push === 'string') return { verdict: 'malformed', problem: push };
  const named = apps.filter((app) => app.appKey === push.appKey);
  if (push.signature === '')
    return { verdict: 'refused', reason: 'signature_missing', app: named[0] ?? null };
  const tried = named.length > 0 ? named.map(({ appSecret }) => appSecret) : [NO_SECRET];
  const results = tried.map((secret) => openWith(push, secret));
  const index = results.findIndex(({ isSigned }) => isSigned);
  const [app, text] = [named[index], results[index]?.text];
  if (app !== undefined && text !== undefined)
    return { verdict: 'genuine', app, message: messageOf(push, text) };
  return {
    verdict: 'refused',
    reason: named.length > 0 ? 'signature_wrong' : 'app_unknown',
    app: named[0] ?? null,
  };
}

/** The form of a message, or what is wrong with it. */
function pushOf({ headers, body }: PushedRequest): Push | string {
  const header = (name: string): string => headers[name]?.trim() ?? '';
  const push = {
    appKey: header('x-tm-app-key'),
    eventCode: header('x-tm-event-code'),
    timestamp: header('x-tm-timestamp'),
    extParam: header('x-tm-ext-param'),
    signature: header('x-tm-signature'),
  };
  if (push.appKey === '') return 'the header x-tm-app-key is missing';
  if (!/^[\w.-]{1,100}$/.test(push.eventCode))
    return 'the header x-tm-event-code is missing or no event code';
  if (!/^\d{13}$/.test(push.timestamp))
    return 'the header x-tm-timestamp is missing or no time in milliseconds';
  try {
    const { eventData } = requireObject(readWireJson(body), 'body');
    if (eventData === undefined || eventData === null || eventData === '') return 'eventData is missing';
    return { ...push, eventData: typeof eventData === 'string' ? eventData : jsonOf(eventData) };
  } catch {
    return 'the body is not a JSON object with eventData';
  }
}

function jsonOf(value: unknown): string {
  if (!isJsonObject(value) && !Array.isArray(value) && !isLosslessNumber(value)) return String(value);
  return writeWireJson(value as WireValue);
}

function openWith(push: Push, secret: string): { isSigned: boolean; text: EventText } {
  const text = textOf(push.eventData, secret);
  const given = Buffer.from(SIGNATURE.test(push.signature) ? push.signature : '0'.repeat(64), 'hex');
  const matches = [push.extParam, ''].map((extParam) =>
    timingSafeEqual(signatureOf({ ...push, extParam }, text.bytes, secret), given),
  );
  return { isSigned: matches.includes(true), text };
}

function signatureOf(push: Push, text: Buffer, secret: string): Buffer {
  const hmac = createHmac('sha256', secret);
  // In the order of their names; blank ones are left out.
  const fields: readonly [name: string, value: string | Buffer][] = [
    ['eventData', text],
    ['x-tm-app-key', push.appKey],
    ['x-tm-event-code', push.eventCode],
    ['x-tm-ext-param', push.extParam],
    ['x-tm-timestamp', push.timestamp],
  ];
  for (const [name, value] of fields) {
    if (value.length > 0) hmac.update(name).update(value);
  }
  return hmac.digest();
}

/** AES-128-CBC, key and IV the first 16 bytes of the secret. What cannot be decrypted stands for itself. */
function textOf(eventData: string, secret: string): EventText {
  const cipherText = BASE64.test(eventData) ? Buffer.from(eventData, 'base64') : null;
  const key = Buffer.from(secret).subarray(0, AES_BLOCK_BYTES);
  if (cipherText !== null && cipherText.length % AES_BLOCK_BYTES === 0 && key.length === AES_BLOCK_BYTES) {
    try {
      const decipher = createDecipheriv('aes-128-cbc', key, key);
      return { bytes: Buffer.concat([decipher.update(cipherText), decipher.final()]), wasEncrypted: true };
    } catch {
      // Wrong padding: another secret, or no ciphertext at all. The signature decides.
    }
  }
  return { bytes: Buffer.from(eventData), wasEncrypted: false };
}

/** A signed message is never refused for its content: what cannot be read is null. */
function messageOf(push: Push, { bytes, wasEncrypted }: EventText): PushedMessage {
  const text = bytes.toString('utf8');
  const event = eventOf(text);
  const id = (field: string): string | null => {
    try {
      const value = optionalId(event[field], field);
      return value !== null && UNSTORABLE.test(value) ? null : value;
    } catch {
      return null;
    }
  };
  return {
    eventCode: push.eventCode,
    topic: topicOf(push.eventCode),
    platformShopId: id('mallId'),
    orderNumber: id('parentOrderSn'),
    caseNumber: id('parentAfterSalesSn'),
    sentAt: new Date(Number(push.timestamp)),
    text,
    wasEncrypted,
  };
}

export function topicOf(eventCode: string): PushTopic {
  return Object.hasOwn(TOPICS, eventCode) ? (TOPICS[eventCode] ?? 'unknown') : 'unknown';
}

function eventOf(text: string): { readonly [field: string]: unknown } {
  try {
    const event = readWireJson(text);
    return isJsonObject(event) ? event : {};
  } catch {
    return {};
  }
}
