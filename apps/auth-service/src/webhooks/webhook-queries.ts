import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  type ListWebhooks,
  type MarketplaceId,
  type WebhookById,
  type WebhookDetail,
  type WebhookPage,
  type WebhookRefusal,
  type WebhookRefusalList,
} from '#contracts';
import { type List, listQuery, notAvailable } from '#lists';
import { Database, notFound } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { NO_ID } from './no-id.js';
import { CHOSEN } from './webhook-filters.js';
import { WEBHOOK_COLUMNS, type WebhookRow, webhookDetailOf, webhookViewOf } from './webhook-row.js';
import { WebhookTexts } from './webhook-texts.js';

const REFUSAL_DAYS = 30;

const WEBHOOKS: List<ListWebhooks, WebhookRow> = {
  ...CHOSEN,
  order: [
    ['desc', 'w.received_at', 'instant', (row) => row.received_at],
    ['desc', 'w.id', 'id', (row) => row.id],
  ],
};

@Injectable()
export class WebhookQueries {
  constructor(
    private readonly database: Database,
    private readonly texts: WebhookTexts,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async list(input: ListWebhooks, caller: Caller): Promise<WebhookPage> {
    const { where, orderBy, limit, params, page } = listQuery(WEBHOOKS, input, caller);
    const rows = await this.database.query<WebhookRow>(
      `SELECT ${WEBHOOK_COLUMNS} FROM webhooks w JOIN marketplace_apps a ON a.id = w.app_id
       WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    return {
      ...page(rows, webhookViewOf),
      notAvailable: await notAvailable(this.database, 'pushes', input, caller, 'id'),
    };
  }

  async get(input: WebhookById, caller: Caller): Promise<WebhookDetail> {
    const [row] = await this.database.query<WebhookRow & { text_sealed: string }>(
      `SELECT ${WEBHOOK_COLUMNS}, w.text_sealed FROM webhooks w JOIN marketplace_apps a ON a.id = w.app_id
       WHERE w.id = $1 AND ($2::uuid[] IS NULL OR w.shop_id = ANY ($2))`,
      [input.id, caller.shopIds],
    );
    if (row === undefined) throw webhookNotFound(input.id);
    return webhookDetailOf(row, await this.texts.shown(row));
  }

  /** Of the apps of the caller's shops; of strangers for those who see all shops. */
  async refusals(caller: Caller): Promise<WebhookRefusalList> {
    const since = new Date(this.now().getTime() - REFUSAL_DAYS * 86_400_000);
    const rows = await this.database.query<{
      day: string;
      marketplace: MarketplaceId;
      app_id: string;
      app_key: string | null;
      reason: WebhookRefusal;
      count: number;
      last_at: Date;
    }>(
      `SELECT r.day, r.marketplace, r.app_id, a.app_key, r.reason, r.count, r.last_at
       FROM webhook_refusals r LEFT JOIN marketplace_apps a ON a.id = r.app_id
       WHERE r.day >= $1::date AND ($2::uuid[] IS NULL
         OR EXISTS (SELECT 1 FROM shops s WHERE s.app_id = r.app_id AND s.id = ANY ($2)))
       ORDER BY r.day DESC, r.count DESC, a.app_key, r.reason LIMIT 1000`,
      [since, caller.shopIds],
    );
    return {
      rows: rows.map((row) => ({
        day: row.day,
        marketplace: row.marketplace,
        appId: row.app_id === NO_ID ? null : row.app_id,
        appKey: row.app_key,
        reason: row.reason,
        count: row.count,
        lastAt: row.last_at.toISOString(),
      })),
    };
  }
}

export function webhookNotFound(id: string): Error {
  return notFound('webhook.not_found', `There is no webhook ${id}, or it is of a shop that is not yours.`);
}
