import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { defineRpc } from '../kernel/define-rpc.js';
import { IsId, IsInstant } from '../kernel/fields.js';
import { type Page, PageQuery } from '../kernel/page.js';
import { CONTEXTS, type Context } from '../kernel/services.js';

/** Every act that is recorded. */
export const AUDIT_ACTIONS = [
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.locked',
  'session.signed_out',
  'session.ended',
  'session.refresh_reused',
  'organisation.changed',
  'user.created',
  'user.changed',
  'user.grants_changed',
  'password.changed',
  'password.reset',
  'app.created',
  'app.changed',
  'authorization.opened',
  'authorization.refused',
  'shop.connected',
  'shop.reauthorized',
  'shop.changed',
  'shop.disconnected',
  'shop.needs_reauthorization',
  'token.pasted',
  'lease.refused',
  'keys.rotated',
  'webhook.replayed',
  'webhook_subscription.changed',
  'address.revealed',
  'api_key.made',
  'api_key.ended',
  'api_key.use_refused',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_ACTORS = ['person', 'software', 'unknown'] as const;
/** Who did it: `unknown` is whoever tried to sign in with an address of nobody. */
export type AuditActor = (typeof AUDIT_ACTORS)[number];

/** Names of all that the details of an act may hold; the page has words for each. */
export const AUDIT_FACTS = [
  'after',
  'appKey',
  'authorizationWasForAnotherShop',
  'before',
  'browser',
  'byOperator',
  'correlationId',
  'credentialVersion',
  'email',
  'eventCode',
  'everywhere',
  'expiredAt',
  'expiresAt',
  'firstStart',
  'from',
  'grantedOwner',
  'grants',
  'isActive',
  'leftOut',
  'maker',
  'marketplace',
  'name',
  'platformCode',
  'platformShopId',
  'publicId',
  'reason',
  'region',
  'replayed',
  'resealed',
  'rights',
  'secretReplaced',
  'sessionId',
  'shopIds',
  'state',
  'subscribed',
  'system',
  'timeZone',
  'to',
  'topic',
  'unsubscribed',
  'version',
  'webhookId',
] as const;
export type AuditFact = (typeof AUDIT_FACTS)[number];

export class AuditView {
  @ApiProperty({ example: '42' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;

  @ApiProperty({ enum: AUDIT_ACTIONS, enumName: 'AuditAction' })
  action!: AuditAction;

  @ApiProperty({ enum: AUDIT_ACTORS, enumName: 'AuditActor' })
  actor!: AuditActor;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'A failed sign-in is booked to the person who was tried; null: no person, or nobody known',
  })
  userId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Li Wei' })
  userName!: string | null;

  @ApiProperty({
    enum: CONTEXTS,
    enumName: 'ServiceName',
    nullable: true,
    description:
      'The service that acted by itself; null for people, and for what the installation did as a whole',
  })
  service!: Context | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Warehouse system',
    description: 'The API key of the user that was used; null for a person',
  })
  apiKeyName!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  shopId!: string | null;

  @ApiProperty({ example: 'li.wei@example.com', description: 'What the act was done to' })
  subject!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: `Facts of the act, never a secret; one of ${AUDIT_FACTS.map((fact) => `\`${fact}\``).join(', ')}`,
  })
  details!: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address!: string | null;
}

export class AuditPage {
  @ApiProperty({ type: [AuditView] })
  rows!: AuditView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class ListAudit extends PageQuery {
  @ApiProperty({ required: false, enum: AUDIT_ACTIONS, enumName: 'AuditAction' })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @ApiProperty({ required: false, format: 'uuid', description: 'Acts of this user' })
  @IsOptional()
  @IsId('user')
  userId?: string;

  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'From this instant on' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'Before this instant' })
  @IsOptional()
  @IsInstant()
  to?: string;
}

/** Newest first; a caller with single shops sees the acts on these shops only. */
export const listAuditRpc = defineRpc('auth', 'audit', 'list', 1, {
  input: ListAudit,
  kind: 'query',
  callers: ['gateway'],
}).answers<Page<AuditView>>();
