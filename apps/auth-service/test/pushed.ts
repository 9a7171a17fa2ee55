import { createCipheriv, createHmac } from 'node:crypto';
import type { ReceiveWebhook } from '#contracts';

export interface PushedApp {
  readonly appKey: string;
  readonly appSecret: string;
}

export interface Pushed {
  readonly app: PushedApp;
  /** The event, an object or already text. */
  readonly event: unknown;
  readonly sentAtMs: number;
  readonly eventCode?: string;
  readonly extParam?: string;
  /** The second of the two documented forms. */
  readonly isExtParamSigned?: boolean;
  readonly isEncrypted?: boolean;
}

/** A message as the marketplace makes it, written from the documents' rule and not from our reading of it. */
export function pushed({
  app,
  event,
  sentAtMs,
  eventCode = 'bg_order_status_change_event',
  extParam = '{}',
  isExtParamSigned = true,
  isEncrypted = true,
}: Pushed): ReceiveWebhook {
  const text = typeof event === 'string' ? event : JSON.stringify(event);
  const base = [
    `eventData${text}`,
    `x-tm-app-key${app.appKey}`,
    `x-tm-event-code${eventCode}`,
    isExtParamSigned ? `x-tm-ext-param${extParam}` : '',
    `x-tm-timestamp${sentAtMs}`,
  ].join('');
  const key = Buffer.from(app.appSecret).subarray(0, 16);
  const cipher = createCipheriv('aes-128-cbc', key, key);
  const eventData = isEncrypted
    ? Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
    : text;
  return {
    marketplace: 'temu',
    headers: {
      'x-tm-app-key': app.appKey,
      'x-tm-event-code': eventCode,
      'x-tm-timestamp': String(sentAtMs),
      'x-tm-ext-param': extParam,
      'x-tm-signature': createHmac('sha256', app.appSecret).update(base).digest('hex'),
    },
    body: JSON.stringify({ eventData }),
  };
}
