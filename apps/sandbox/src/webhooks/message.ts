import { createCipheriv, createHmac } from 'node:crypto';

export const EXT_PARAM = '{}';

export interface WebhookEvent {
  eventCode: string;
  /** Compact JSON; numbers stand in it as they are to be sent, so that 19 digits survive. */
  eventData: string;
}

export interface WebhookMessage {
  headers: Record<string, string>;
  body: string;
}

/** AES-128-CBC with PKCS7 padding; key and IV are both the first 16 bytes of the app secret. */
export function encryptEventData(eventData: string, appSecret: string): string {
  const key = Buffer.alloc(16);
  Buffer.from(appSecret, 'utf8').copy(key);
  const cipher = createCipheriv('aes-128-cbc', key, key);
  return Buffer.concat([cipher.update(eventData, 'utf8'), cipher.final()]).toString('base64');
}

/**
 * HMAC-SHA256 over name and value of each field, sorted by name, nothing between them, blank values left out. The
 * documents' own examples disagree whether `x-tm-ext-param` belongs to them.
 */
export function signEvent(
  event: WebhookEvent,
  app: { appKey: string; appSecret: string },
  timestampMs: number,
  withExtParam: boolean,
): string {
  const fields: Record<string, string> = {
    eventData: event.eventData,
    'x-tm-app-key': app.appKey,
    'x-tm-event-code': event.eventCode,
    'x-tm-timestamp': String(timestampMs),
    ...(withExtParam ? { 'x-tm-ext-param': EXT_PARAM } : {}),
  };
  const base = Object.keys(fields)
    .sort()
    .filter((name) => fields[name]?.trim() !== '')
    .map((name) => name + fields[name])
    .join('');
  return createHmac('sha256', app.appSecret).update(base, 'utf8').digest('hex');
}

export function buildMessage(
  event: WebhookEvent,
  app: { appKey: string; appSecret: string },
  timestampMs: number,
  form: { withExtParam: boolean; isEncrypted: boolean },
): WebhookMessage {
  return {
    headers: {
      'content-type': 'application/json',
      'x-tm-app-key': app.appKey,
      'x-tm-event-code': event.eventCode,
      'x-tm-timestamp': String(timestampMs),
      'x-tm-signature': signEvent(event, app, timestampMs, form.withExtParam),
      'x-tm-ext-param': EXT_PARAM,
    },
    body: JSON.stringify({
      eventData: form.isEncrypted ? encryptEventData(event.eventData, app.appSecret) : event.eventData,
    }),
  };
}
