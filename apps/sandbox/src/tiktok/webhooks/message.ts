import { createHmac } from 'node:crypto';
import type { PushMessage } from '../../pushing/delivery.js';

/** HMAC-SHA256 with the secret over app key and raw body, in the header without any word before it. */
export function signBody(body: string, app: { appKey: string; appSecret: string }): string {
  return createHmac('sha256', app.appSecret).update(app.appKey).update(body, 'utf8').digest('hex');
}

export function buildMessage(body: string, app: { appKey: string; appSecret: string }): PushMessage {
  return { headers: { 'content-type': 'application/json', authorization: signBody(body, app) }, body };
}
