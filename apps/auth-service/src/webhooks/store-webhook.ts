import { createHash, randomUUID } from 'node:crypto';
import { type WebhookHint, webhookReceived } from '#contracts';
import type { PushedMessage } from '#marketplace';
import { storableJson } from '#runtime';
import type { InboxPool } from './inbox-pool.js';
import { NO_ID } from './no-id.js';
import type { WebhookApp } from './webhook-apps.js';
import type { WebhookTexts } from './webhook-texts.js';

export interface StoredWebhook {
  readonly id: string;
  readonly isDouble: boolean;
  readonly isHandedOn: boolean;
}

/** Message and event in one statement, so one round trip and one transaction; a double raises its count only. */
const STORE = {
  name: 'store-webhook',
  text: `
    WITH shop AS (
      SELECT id, status FROM shops
      WHERE marketplace = $3 AND region = $4 AND platform_shop_id = $8 AND app_id = $2
    ), stored AS (
      INSERT INTO webhooks AS known (id, app_id, marketplace, hash, event_code, topic, platform_shop_id, order_number,
        case_number, sent_at, received_at, last_delivered_at, text_sealed, was_encrypted, shop_id,
        state, text_key_id)
      VALUES ($1, $2, $3, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14,
        coalesce((SELECT id FROM shop), '${NO_ID}'),
        coalesce((SELECT CASE status WHEN 'connected' THEN 'handed_on' ELSE 'shop_not_connected' END FROM shop),
          'shop_unknown'), $17)
      ON CONFLICT (shop_id, hash) DO UPDATE
        SET deliveries = known.deliveries + 1, last_delivered_at = excluded.last_delivered_at
      RETURNING known.id, known.shop_id, known.state, known.deliveries
    ), handed_on AS (
      INSERT INTO outbox (subject, message_id, payload)
      SELECT '${webhookReceived.subject}', $15, ($16::jsonb || jsonb_build_object('shopId', shop_id))::text
      FROM stored WHERE deliveries = 1 AND state = 'handed_on'
    )
    SELECT id, deliveries, state FROM stored`,
};

export async function storeWebhook(
  pool: InboxPool,
  texts: WebhookTexts,
  app: WebhookApp,
  message: PushedMessage,
  receivedAt: Date,
): Promise<StoredWebhook> {
  const id = randomUUID();
  const { sealed, keyId } = await texts.seal(id, message.text);
  const { rows } = await pool.query<{ id: string; deliveries: number; state: string }>({
    ...STORE,
    values: [
      id,
      app.id,
      app.marketplace,
      app.region,
      hashOf(app.id, message),
      message.eventCode,
      message.topic,
      message.platformShopId,
      message.orderNumber,
      message.caseNumber,
      message.sentAt,
      receivedAt,
      sealed,
      message.wasEncrypted,
      randomUUID(),
      storableJson(hintOf(id, message, receivedAt)),
      keyId,
    ],
  });
  const [stored] = rows;
  if (stored === undefined) throw new Error('the webhook was not stored');
  return {
    id: stored.id,
    isDouble: stored.deliveries > 1,
    isHandedOn: stored.deliveries === 1 && stored.state === 'handed_on',
  };
}

/** With the platform's timestamp: the same event that happens twice is two messages. */
function hashOf(appId: string, { eventCode, sentAt, text }: PushedMessage): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([appId, eventCode, sentAt.getTime(), text]))
    .digest();
}

/** All but the shop, which the statement finds. */
function hintOf(id: string, message: PushedMessage, receivedAt: Date): Omit<WebhookHint, 'shopId'> {
  return {
    webhookId: id,
    topic: message.topic,
    orderNumber: message.orderNumber,
    caseNumber: message.caseNumber,
    sentAt: message.sentAt.toISOString(),
    receivedAt: receivedAt.toISOString(),
    isReplay: false,
  };
}
