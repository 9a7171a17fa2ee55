import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsOptional } from 'class-validator';
import { descriptorOf, MARKETPLACES } from '#marketplaces';
import { defineRpc } from '../kernel/define-rpc.js';
import { EXAMPLES } from '../kernel/examples.js';
import { IsCode, IsId } from '../kernel/fields.js';
import { inputFault } from '../said/index.js';
import { ShopById } from './shops.js';
import { WEBHOOK_TOPICS, type WebhookTopic } from './webhook.events.js';

/** What must be open, in this order, before a marketplace pushes anything about a shop. */
export const WEBHOOK_GATES = ['app_approved', 'url_approved', 'events_granted', 'subscribed'] as const;
export type WebhookGateName = (typeof WEBHOOK_GATES)[number];

export const GATE_STATES = ['open', 'closed', 'unknown'] as const;
export type GateState = (typeof GATE_STATES)[number];

/** How the state is known, and so what the next step is; the page words both in the reader's language. */
export const GATE_REASONS = [
  'signed_delivery',
  'no_delivery_yet',
  'deliveries_refused',
  'app_has_events',
  'app_has_no_events',
  'seller_granted',
  'seller_granted_not_all',
  'subscribed',
  'not_subscribed_to_all',
  'push_stopped',
  'permission_missing',
  'never_asked',
  'not_told',
  'shop_not_connected',
] as const;
export type GateReason = (typeof GATE_REASONS)[number];

export class WebhookGate {
  @ApiProperty({
    enum: WEBHOOK_GATES,
    enumName: 'WebhookGateName',
    description:
      '`app_approved`: the marketplace approved app and events; `url_approved`: it approved the push address; `events_granted`: the seller granted the events with the token; `subscribed`: the shop is subscribed',
  })
  name!: WebhookGateName;

  @ApiProperty({ enum: GATE_STATES, enumName: 'GateState' })
  state!: GateState;

  @ApiProperty({ enum: GATE_REASONS, enumName: 'GateReason', description: 'Stable; decide by it' })
  reason!: GateReason;

  @ApiProperty({
    example: 'A signed message of this app arrived on 2026-11-21.',
    description: 'How the state is known, in English',
  })
  evidence!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Subscribe here.',
    description: 'What to do next and who, in English; null where nothing is to be done',
  })
  nextStep!: string | null;
}

export class WebhookEventState {
  @ApiProperty({ example: EXAMPLES.eventCode })
  eventCode!: string;

  @ApiProperty({ enum: WEBHOOK_TOPICS, enumName: 'WebhookTopic' })
  topic!: WebhookTopic;

  @ApiProperty({ description: 'We make use of it' })
  isUsed!: boolean;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'The app has it; null: the marketplace did not say',
  })
  isOfApp!: boolean | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'The seller granted it with the present token' })
  isGranted!: boolean | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'The shop is subscribed to it' })
  isSubscribed!: boolean | null;
}

export class WebhookSubscription {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;

  @ApiProperty({
    example: `https://omni.example.com/api/v1/webhooks/${MARKETPLACES[0]}`,
    description: 'The address to enter in the partner portal',
  })
  pushUrl!: string;

  @ApiProperty({ description: 'False: not HTTPS, or an address that only this machine or network knows' })
  isPushUrlPublic!: boolean;

  @ApiProperty({
    description: 'False: the marketplace pushes nothing; there are no gates and no events then',
  })
  isAvailable!: boolean;

  @ApiProperty({ type: [WebhookGate], description: 'The four gates, in order; none where nothing is pushed' })
  gates!: WebhookGate[];

  @ApiProperty({ type: [WebhookEventState], description: 'Every event that we, the app or the token know' })
  events!: WebhookEventState[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the marketplace was asked',
  })
  checkedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a message of this shop came last',
  })
  lastReceivedAt!: string | null;
}

/** Events in one call: what the marketplaces take at most. */
export const MAX_SUBSCRIPTION_EVENTS = Math.max(
  ...MARKETPLACES.map((marketplace) => descriptorOf(marketplace).pushes?.maxEventsACall ?? 0),
);

const EVENT_CODES = { each: true, says: inputFault('input.event_code') };
/** HTTP body of POST /shops/{id}/webhook-subscription. */
export class ChangeWebhookSubscription {
  @ApiProperty({
    required: false,
    type: [String],
    maxItems: MAX_SUBSCRIPTION_EVENTS,
    example: [EXAMPLES.eventCode],
    description: 'Events to subscribe the shop to. Both lists left out: every granted event that we use',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_SUBSCRIPTION_EVENTS)
  @IsCode(1, 100, EVENT_CODES)
  subscribe?: string[];

  @ApiProperty({
    required: false,
    type: [String],
    maxItems: MAX_SUBSCRIPTION_EVENTS,
    description: 'Events to end',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_SUBSCRIPTION_EVENTS)
  @IsCode(1, 100, EVENT_CODES)
  unsubscribe?: string[];
}

export class ChangeWebhookSubscriptionInput extends ChangeWebhookSubscription {
  @IsId('shop')
  shopId!: string;
}

/** As it was known when the marketplace was asked last. Errors: `shop.not_found`. */
export const getWebhookSubscriptionRpc = defineRpc('auth', 'webhook-subscription', 'get', 1, {
  input: ShopById,
  kind: 'query',
  callers: ['gateway'],
}).answers<WebhookSubscription>();

/**
 * Asks the marketplace. Errors: `shop.not_found`, `shop.disconnected`, `shop.needs_reauthorization`, `token.refused`,
 * `marketplace.unavailable`, `marketplace.not_available`.
 */
export const checkWebhookSubscriptionRpc = defineRpc('auth', 'webhook-subscription', 'check', 1, {
  input: ShopById,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 30_000,
}).answers<WebhookSubscription>();

/** The same errors, and `webhook.subscription_refused`. */
export const changeWebhookSubscriptionRpc = defineRpc('auth', 'webhook-subscription', 'change', 1, {
  input: ChangeWebhookSubscriptionInput,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 30_000,
}).answers<WebhookSubscription>();
