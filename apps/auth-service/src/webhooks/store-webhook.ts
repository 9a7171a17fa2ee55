import { createHash, randomUUID } from 'node:crypto';
import { type WebhookHint, webhookReceived } from '#contracts';
import type { PushedMessage } from '#marketplace';
import { type Columns, namesOf, rowOf, type Sealed, storableJson } from '#runtime';
import type { InboxPool } from './inbox-pool.js';
import { NO_ID } from './no-id.js';
import type { WebhookApp } from './webhook-apps.js';
import type { WebhookTexts } from './webhook-texts.js';

export interface StoredWebhook {
  readonly id: string;
  readonly isDouble: boolean;
  readonly isHandedOn: boolean;
}

interface Arrived {
  readonly id: string;
  readonly app: WebhookApp;
  readonly message: PushedMessage;
  readonly receivedAt: Date;
  readonly text: Sealed;
}

const ARRIVED = {
  id: ['uuid', ({ id }) => id],
  app_id: ['uuid', ({ app }) => app.id],
  marketplace: ['text', ({ app }) => app.marketplace],
  hash: ['bytea', ({ app, message }) => hashOf(app.id, message)],
  event_code: ['text', ({ message }) => message.eventCode],
  topic: ['text', ({ message }) => message.topic],
  platform_shop_id: ['text', ({ message }) => message.platformShopId],
  order_number: ['text', ({ message }) => message.orderNumber],
  case_number: ['text', ({ message }) => message.caseNumber],
  sent_at: ['timestamptz', ({ message }) => message.sentAt],
  received_at: ['timestamptz', ({ receivedAt }) => receivedAt],
  last_delivered_at: ['timestamptz', ({ receivedAt }) => receivedAt],
  text_sealed: ['text', ({ text }) => text.sealed],
  text_key_id: ['text', ({ text }) => text.keyId],
  was_encrypted: ['boolean', ({ message }) => message.wasEncrypted],
} satisfies Columns<Arrived>;
/** For the shop and the event. */
const BESIDES = {
  region: ['text', ({ app }) => app.region],
  message_id: ['uuid', () => randomUUID()],
  payload: ['jsonb', (arrived) => storableJson(hintOf(arrived))],
} satisfies Columns<Arrived>;
const COLUMNS = namesOf(ARRIVED);
const GIVEN = rowOf<Arrived>({ ...ARRIVED, ...BESIDES }, 1);

/** Message and event in one statement, so one round trip and one transaction; a double raises its count only. */
const STORE = {
  name: 'store-webhook',
  text: `
    WITH given AS (SELECT ${GIVEN.selected}), shop AS (
      SELECT shops.id, shops.status FROM shops JOIN given USING (marketplace, region, platform_shop_id, app_id)
    ), stored AS (
      INSERT INTO webhooks AS known (${COLUMNS}, shop_id, state)
      SELECT ${COLUMNS}, coalesce((SELECT id FROM shop), '${NO_ID}'),
        coalesce((SELECT CASE status WHEN 'connected' THEN 'handed_on' ELSE 'shop_not_connected' END FROM shop),
          'shop_unknown') FROM given
      ON CONFLICT (shop_id, hash) DO UPDATE
        SET deliveries = known.deliveries + 1, last_delivered_at = excluded.last_delivered_at
      RETURNING known.id, known.shop_id, known.state, known.deliveries
    ), handed_on AS (
      INSERT INTO outbox (subject, message_id, payload)
      SELECT '${webhookReceived.subject}', message_id, (payload || jsonb_build_object('shopId', stored.shop_id))::text
      FROM stored CROSS JOIN given WHERE deliveries = 1 AND state = 'handed_on'
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
  const text = await texts.seal(id, message.text);
  const { rows } = await pool.query<{ id: string; deliveries: number; state: string }>({
    ...STORE,
    values: GIVEN.values({ id, app, message, receivedAt, text }),
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
function hintOf({ id, message, receivedAt }: Arrived): Omit<WebhookHint, 'shopId'> {
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
