import { createCipheriv, createHmac } from 'node:crypto';

export interface PushFields {
  readonly appKey: string;
  readonly appSecret: string;
  readonly eventCode: string;
  readonly sentAt: Date;
  /** The event's own fields, or its text. */
  readonly event: object | string;
  /** Sent with the message; signed too when `signsExtParam`. */
  readonly extParam?: string;
  readonly signsExtParam?: boolean;
  readonly isEncrypted?: boolean;
}

export interface Push {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A message as the marketplace makes it: the rule written a second time, from the reference and not from the connector. */
export function signedPush(fields: PushFields): Push {
  const text = typeof fields.event === 'string' ? fields.event : JSON.stringify(fields.event);
  const extParam = fields.extParam ?? '{}';
  const timestamp = String(fields.sentAt.getTime());
  const base = [
    `eventData${text}`,
    `x-tm-app-key${fields.appKey}`,
    `x-tm-event-code${fields.eventCode}`,
    ...(fields.signsExtParam === false ? [] : [`x-tm-ext-param${extParam}`]),
    `x-tm-timestamp${timestamp}`,
  ].join('');
  return {
    headers: {
      'x-tm-app-key': fields.appKey,
      'x-tm-event-code': fields.eventCode,
      'x-tm-ext-param': extParam,
      'x-tm-timestamp': timestamp,
      'x-tm-signature': createHmac('sha256', fields.appSecret).update(base).digest('hex'),
    },
    body: JSON.stringify({
      eventData: fields.isEncrypted === false ? text : encrypt(text, fields.appSecret),
    }),
  };
}

function encrypt(text: string, secret: string): string {
  const key = Buffer.from(secret).subarray(0, 16);
  const cipher = createCipheriv('aes-128-cbc', key, key);
  return Buffer.concat([cipher.update(text), cipher.final()]).toString('base64');
}
