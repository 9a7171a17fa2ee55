import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  MAX_REPLAY,
  type ReplayWebhooks,
  type WebhookById,
  type WebhookDetail,
  type WebhookHint,
  type WebhookReplay,
  webhookReceived,
} from '#contracts';
import { whereOf } from '#lists';
import { appendToOutbox, OutboxRelay } from '#messaging';
import {
  batchOf,
  conflict,
  Database,
  type FieldError,
  invalid,
  refusedField,
  type Transaction,
} from '#runtime';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { NO_ID } from './no-id.js';
import { CHOSEN } from './webhook-filters.js';
import { webhookNotFound } from './webhook-queries.js';
import { WEBHOOK_COLUMNS, type WebhookRow, webhookDetailOf } from './webhook-row.js';
import { WebhookTexts } from './webhook-texts.js';

interface ReplayRow extends WebhookRow {
  hash: Buffer;
  text_sealed: string;
  /** Null: no shop of the message is connected now. */
  now_shop_id: string | null;
}

/** A message that was kept for want of its shop finds it here, if it has been connected since, through whatever app. */
const REPLAYABLE = `SELECT ${WEBHOOK_COLUMNS}, w.hash, w.text_sealed, s.id AS now_shop_id
  FROM webhooks w JOIN marketplace_apps a ON a.id = w.app_id
  LEFT JOIN shops s ON s.status = 'connected' AND s.marketplace = w.marketplace AND s.region = a.region
    AND s.platform_shop_id = w.platform_shop_id AND w.shop_id IN (s.id, '${NO_ID}')`;

const HANDED_ON = batchOf<ReplayRow>(
  { shop_id: ['uuid', (row) => row.shop_id], hash: ['bytea', ({ hash }) => hash] },
  2,
  'chosen',
);

/** Hands stored messages on again, for consumers that were away or wrong. They read afresh, so no message is too old. */
@Injectable()
export class WebhookReplays {
  constructor(
    private readonly database: Database,
    private readonly texts: WebhookTexts,
    private readonly relay: OutboxRelay,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async one(input: WebhookById, caller: Caller): Promise<WebhookDetail> {
    const detail = await this.database.transaction(async (tx) => {
      const [row] = await tx.query<ReplayRow>(
        `${REPLAYABLE} WHERE w.id = $1 AND ($2::uuid[] IS NULL OR w.shop_id = ANY ($2)) FOR UPDATE OF w`,
        [input.id, caller.shopIds],
      );
      if (row === undefined) throw webhookNotFound(input.id);
      if (row.now_shop_id === null) {
        throw conflict(
          'webhook.shop_not_connected',
          `The shop ${row.platform_shop_id ?? 'of this message'} is not connected, so nobody could read what the message names. Connect it first.`,
        );
      }
      const at = this.now();
      await this.handOn(tx, [row], at);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'webhook.replayed',
        subject: row.order_number ?? row.event_code,
        shopId: row.now_shop_id,
        details: { webhookId: row.id, eventCode: row.event_code },
        at,
      });
      const replayed = { ...row, replays: row.replays + 1, last_replayed_at: at };
      return webhookDetailOf(replayed, await this.texts.shown(row));
    });
    this.relay.wake();
    return detail;
  }

  async range(input: ReplayWebhooks, caller: Caller): Promise<WebhookReplay> {
    assertSpan(input);
    const outcome = await this.database.transaction(async (tx) => {
      await this.assertBounded(tx, input, caller);
      const { sql, params } = whereOf(CHOSEN, input, caller);
      const rows = await tx.query<ReplayRow>(
        `${REPLAYABLE} WHERE ${sql} ORDER BY w.received_at, w.id ${input.isTrial === true ? '' : 'FOR UPDATE OF w'}`,
        params,
      );
      const ready = rows.filter((row) => row.now_shop_id !== null);
      const result = { replayed: ready.length, leftOut: rows.length - ready.length };
      if (input.isTrial === true || ready.length === 0) return result;
      const at = this.now();
      await this.handOn(tx, ready, at);
      const { topic, state } = input;
      const [from, to] = [input.fromDay ?? input.from, input.toDay ?? input.to];
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'webhook.replayed',
        subject: `${from} – ${to}`,
        shopId: input.shopId ?? null,
        details: { from, to, ...(topic && { topic }), ...(state && { state }), ...result },
        at,
      });
      return result;
    });
    this.relay.wake();
    return outcome;
  }

  private async assertBounded(tx: Transaction, input: ReplayWebhooks, caller: Caller): Promise<void> {
    const { sql, params } = whereOf(CHOSEN, input, caller);
    const [found] = await tx.query<{ count: number }>(
      `SELECT count(*) AS count FROM webhooks w WHERE ${sql}`,
      params,
    );
    const count = found?.count ?? 0;
    if (count <= MAX_REPLAY) return;
    throw invalid(
      'webhook.range_too_large',
      `The span holds ${count} webhooks; at most ${MAX_REPLAY} are handed on at once. Choose a shorter span or one shop.`,
      [refusedField('to', 'input.too_many_webhooks', { count, most: MAX_REPLAY })],
    );
  }

  private async handOn(tx: Transaction, rows: readonly ReplayRow[], at: Date): Promise<void> {
    await appendToOutbox(tx, webhookReceived, rows.flatMap(hintOf));
    await tx.query(
      `UPDATE webhooks w SET replays = w.replays + 1, last_replayed_at = $1
       FROM ${HANDED_ON.rows}
       WHERE w.shop_id = chosen.shop_id AND w.hash = chosen.hash`,
      [at, ...HANDED_ON.values(rows)],
    );
  }
}

/** @throws AppError `request.invalid` for a span that is open at an end, or ends before it begins */
function assertSpan({ from, to, fromDay, toDay }: ReplayWebhooks): void {
  const end = toDay === undefined ? 'to' : 'toDay';
  const refuse = (field: FieldError) => invalid('request.invalid', 'The span is not whole.', [field]);
  if (from === undefined && fromDay === undefined)
    throw refuse(refusedField('fromDay', 'input.either', { other: 'from' }));
  if (to === undefined && toDay === undefined)
    throw refuse(refusedField('toDay', 'input.either', { other: 'to' }));
  const endsFirst =
    (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) ||
    (fromDay !== undefined && toDay !== undefined && fromDay > toDay);
  if (!endsFirst) return;
  throw invalid('request.invalid', 'The span ends before it begins.', [
    refusedField(end, 'input.not_later', { other: toDay === undefined ? 'from' : 'fromDay' }),
  ]);
}

function hintOf(row: ReplayRow): WebhookHint[] {
  if (row.now_shop_id === null) return [];
  return [
    {
      webhookId: row.id,
      shopId: row.now_shop_id,
      topic: row.topic,
      orderNumber: row.order_number,
      caseNumber: row.case_number,
      sentAt: row.sent_at.toISOString(),
      receivedAt: row.received_at.toISOString(),
      isReplay: true,
    },
  ];
}
