import type { MarketplaceId, WebhookDetail, WebhookState, WebhookTopic, WebhookView } from '#contracts';
import { NO_ID } from './no-id.js';

export interface WebhookRow {
  id: string;
  shop_id: string;
  marketplace: MarketplaceId;
  app_key: string;
  event_code: string;
  topic: WebhookTopic;
  state: WebhookState;
  platform_shop_id: string | null;
  order_number: string | null;
  case_number: string | null;
  sent_at: Date;
  received_at: Date;
  was_encrypted: boolean;
  deliveries: number;
  last_delivered_at: Date;
  replays: number;
  last_replayed_at: Date | null;
}

/** Of `webhooks w JOIN marketplace_apps a`. */
export const WEBHOOK_COLUMNS = `w.id, w.shop_id, w.marketplace, a.app_key, w.event_code, w.topic, w.state,
  w.platform_shop_id, w.order_number, w.case_number, w.sent_at, w.received_at, w.was_encrypted,
  w.deliveries, w.last_delivered_at, w.replays, w.last_replayed_at`;

export function webhookViewOf(row: WebhookRow): WebhookView {
  return {
    id: row.id,
    shopId: row.shop_id === NO_ID ? null : row.shop_id,
    marketplace: row.marketplace,
    appKey: row.app_key,
    eventCode: row.event_code,
    topic: row.topic,
    state: row.state,
    platformShopId: row.platform_shop_id,
    orderNumber: row.order_number,
    caseNumber: row.case_number,
    sentAt: row.sent_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
    deliveries: row.deliveries,
    lastDeliveredAt: row.last_delivered_at.toISOString(),
    wasEncrypted: row.was_encrypted,
    replays: row.replays,
    lastReplayedAt: row.last_replayed_at?.toISOString() ?? null,
  };
}

/** @param text as it may be shown */
export function webhookDetailOf(row: WebhookRow, text: string): WebhookDetail {
  return { ...webhookViewOf(row), text };
}
