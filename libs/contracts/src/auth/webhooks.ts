import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional } from 'class-validator';
import { defineBroadcast } from '../kernel/define-broadcast.js';
import { defineRpc } from '../kernel/define-rpc.js';
import { EXAMPLES } from '../kernel/examples.js';
import { IsId, IsInstant, IsText } from '../kernel/fields.js';
import { LocalDay } from '../kernel/local-day.js';
import { type NotAvailable, NotAvailableShops } from '../kernel/not-available.js';
import { PageQuery } from '../kernel/page.js';
import { MARKETPLACES, type MarketplaceId } from './marketplaces.js';
import { WEBHOOK_TOPICS, type WebhookTopic } from './webhook.events.js';

/** The largest body of a webhook that is read; real ones are a few KiB at most. */
export const WEBHOOK_BODY_LIMIT_BYTES = 64 * 1024;

/** The marketplaces wait 500 ms for an answer; whatever has not answered by then is given up. */
const RECEIVE_TIMEOUT_MS = 470;

/** Webhooks that one replay may hold. */
export const MAX_REPLAY = 5_000;

/** A webhook as it came in: nothing of it is proven yet. */
export class ReceiveWebhook {
  @IsIn(MARKETPLACES)
  marketplace!: MarketplaceId;

  /** Names in lower case; those beginning with `x-` only, so that no cookie travels. */
  @IsObject()
  headers!: Record<string, string>;

  @IsText(0, WEBHOOK_BODY_LIMIT_BYTES)
  body!: string;
}

export interface ReceivedWebhook {
  webhookId: string;
  /** The same message again: counted, and nothing else. */
  isDouble: boolean;
}

/**
 * Stored when this answers. Errors: `webhook.malformed`, `webhook.refused` (signature or app, not told apart),
 * `webhook.too_old`, `webhook.from_future`, `webhook.storage_unavailable`.
 */
export const receiveWebhookRpc = defineRpc('auth', 'webhook', 'receive', 1, {
  input: ReceiveWebhook,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: RECEIVE_TIMEOUT_MS,
}).answers<ReceivedWebhook>();

/** What the marketplace is answered. */
export class WebhookReceipt {
  @ApiProperty({ type: 'object', additionalProperties: false, example: {}, description: 'Always empty' })
  result!: Record<string, never>;
}

export const WEBHOOK_STATES = ['handed_on', 'shop_not_connected', 'shop_unknown'] as const;
/** What became of a webhook when it came: told to the services, or kept only, because no shop of it could be read. */
export type WebhookState = (typeof WEBHOOK_STATES)[number];

export class WebhookView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: no shop of the app that signed it',
  })
  shopId!: string | null;

  @ApiProperty({ enum: MARKETPLACES })
  marketplace!: MarketplaceId;

  @ApiProperty({ example: '5d1b…', description: 'Public key of the app whose secret signed it' })
  appKey!: string;

  @ApiProperty({
    example: EXAMPLES.eventCode,
    description: 'The marketplace’s name of the event',
  })
  eventCode!: string;

  @ApiProperty({ enum: WEBHOOK_TOPICS, enumName: 'WebhookTopic', description: 'What it is about' })
  topic!: WebhookTopic;

  @ApiProperty({
    enum: WEBHOOK_STATES,
    enumName: 'WebhookState',
    description:
      '`handed_on`: the services were told; `shop_not_connected`, `shop_unknown`: kept, nobody was told',
  })
  state!: WebhookState;

  @ApiProperty({
    type: String,
    nullable: true,
    example: EXAMPLES.platformShopId,
    description: 'The marketplace’s id of the shop',
  })
  platformShopId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: EXAMPLES.orderNumber })
  orderNumber!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Number of the parent after-sales' })
  caseNumber!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When the marketplace made the message, by its header' })
  sentAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was stored, the first time' })
  receivedAt!: string;

  @ApiProperty({ example: 1, description: 'How often it came; more than 1: the marketplace repeated it' })
  deliveries!: number;

  @ApiProperty({ format: 'date-time', description: 'When it came last' })
  lastDeliveredAt!: string;

  @ApiProperty({ description: 'False for the test message of the partner portal, which may come in clear' })
  wasEncrypted!: boolean;

  @ApiProperty({ example: 0, description: 'How often a person had it handed on again' })
  replays!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastReplayedAt!: string | null;
}

export class WebhookDetail extends WebhookView {
  @ApiProperty({
    example: EXAMPLES.pushedText,
    description: 'The event, decrypted: its form and its known numbers; every other value is masked',
  })
  text!: string;
}

export class WebhookPage {
  @ApiProperty({ type: [WebhookView] })
  rows!: WebhookView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

class WebhookKind {
  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({ required: false, enum: WEBHOOK_TOPICS, enumName: 'WebhookTopic' })
  @IsOptional()
  @IsIn(WEBHOOK_TOPICS)
  topic?: WebhookTopic;

  @ApiProperty({ required: false, enum: WEBHOOK_STATES, enumName: 'WebhookState' })
  @IsOptional()
  @IsIn(WEBHOOK_STATES)
  state?: WebhookState;
}

class WebhookSpan extends WebhookKind {
  @ApiProperty({ required: false, format: 'date-time', description: 'Received at or after this instant' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'Received before this instant' })
  @IsOptional()
  @IsInstant()
  to?: string;

  @LocalDay('Received on this day or later (UTC where the shop is not known)')
  fromDay?: string;

  @LocalDay('Received on this day or earlier (UTC where the shop is not known)')
  toDay?: string;
}

export class ListWebhooks extends IntersectionType(PageQuery, WebhookSpan) {}

export class WebhookById {
  @IsId('webhook')
  id!: string;
}

/** HTTP body of POST /webhooks/replays. Both ends are needed, each an instant or a day. */
export class ReplayWebhooks extends WebhookSpan {
  @ApiProperty({ required: false, default: false, description: 'Count only, hand nothing on' })
  @IsOptional()
  @IsBoolean()
  isTrial?: boolean;
}

export class WebhookReplay {
  @ApiProperty({ example: 120, description: 'Webhooks that were handed on again (or would be, for a trial)' })
  replayed!: number;

  @ApiProperty({ example: 3, description: 'Webhooks left out, because their shop is not connected now' })
  leftOut!: number;
}

export const WEBHOOK_REFUSALS = [
  'malformed',
  'app_unknown',
  'signature_missing',
  'signature_wrong',
  'too_old',
  'from_future',
] as const;
export type WebhookRefusal = (typeof WEBHOOK_REFUSALS)[number];

/** How often messages were refused, for one app, reason and day. */
export class WebhookRefusalCount {
  @ApiProperty({ example: '2026-11-21', description: 'UTC day' })
  day!: string;

  @ApiProperty({ enum: MARKETPLACES })
  marketplace!: MarketplaceId;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: the message named no app of ours',
  })
  appId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '5d1b…' })
  appKey!: string | null;

  @ApiProperty({
    enum: WEBHOOK_REFUSALS,
    enumName: 'WebhookRefusal',
    description:
      '`signature_wrong` again and again for one app: its secret differs from the one in the partner portal',
  })
  reason!: WebhookRefusal;

  @ApiProperty({ example: 12 })
  count!: number;

  @ApiProperty({ format: 'date-time' })
  lastAt!: string;
}

export class WebhookRefusalList {
  @ApiProperty({ type: [WebhookRefusalCount], description: 'Newest day first; of the last 30 days' })
  rows!: WebhookRefusalCount[];
}

export class ListWebhookRefusals {}

/** Newest first. Webhooks of no shop are for those who may see all shops. */
export const listWebhooksRpc = defineRpc('auth', 'webhook', 'list', 1, {
  input: ListWebhooks,
  kind: 'query',
  callers: ['gateway'],
}).answers<WebhookPage>();

/** Errors: `webhook.not_found`. */
export const getWebhookRpc = defineRpc('auth', 'webhook', 'get', 1, {
  input: WebhookById,
  kind: 'query',
  callers: ['gateway'],
}).answers<WebhookDetail>();

/** Errors: `webhook.not_found`, `webhook.shop_not_connected`. */
export const replayWebhookRpc = defineRpc('auth', 'webhook', 'replay', 1, {
  input: WebhookById,
  kind: 'command',
  callers: ['gateway'],
}).answers<WebhookDetail>();

/** Errors: `webhook.range_too_large`. */
export const replayWebhooksRpc = defineRpc('auth', 'webhook', 'replay-range', 1, {
  input: ReplayWebhooks,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 20_000,
}).answers<WebhookReplay>();

export const listWebhookRefusalsRpc = defineRpc('auth', 'webhook', 'list-refusals', 1, {
  input: ListWebhookRefusals,
  kind: 'query',
  callers: ['gateway'],
}).answers<WebhookRefusalList>();

export const marketplaceAppsChanged = defineBroadcast<Record<never, never>>(
  'auth',
  'marketplace-app',
  'changed',
  1,
  'An app was entered or its secret replaced: read the apps anew.',
  ['auth'],
);
