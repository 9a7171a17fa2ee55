import { Type } from 'typebox';
import { defineEvent } from '../kernel/define-event.js';

/** What a webhook is about, in words that belong to no marketplace. */
export const WEBHOOK_TOPICS = [
  'order',
  'address',
  'after_sales',
  'cancellation',
  'fulfilment',
  'authorization',
  'test',
  'unknown',
] as const;
export type WebhookTopic = (typeof WEBHOOK_TOPICS)[number];

const Text = Type.Union([Type.String(), Type.Null()]);

/** A hint that something changed: the receiver reads it again by its number and believes only what it reads. */
export const WebhookHint = Type.Object({
  /** Of the stored webhook; the same again for a replay. */
  webhookId: Type.String(),
  shopId: Type.String(),
  topic: Type.Enum([
    'order',
    'address',
    'after_sales',
    'cancellation',
    'fulfilment',
    'authorization',
    'test',
    'unknown',
  ]),
  orderNumber: Text,
  caseNumber: Text,
  /** When the marketplace made the message, by its header; ISO 8601. */
  sentAt: Type.String({ maxLength: 30 }),
  receivedAt: Type.String({ maxLength: 30 }),
  /** Asked for by a person, long after. */
  isReplay: Type.Boolean(),
});
export type WebhookHint = Type.Static<typeof WebhookHint>;

export const webhookReceived = defineEvent(
  'auth',
  'webhook',
  'received',
  1,
  WebhookHint,
  'A webhook of a connected shop was verified and stored: read what it names again.',
  { order: ['webhook-received'] },
);
