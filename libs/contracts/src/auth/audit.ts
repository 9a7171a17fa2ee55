import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsUUID } from 'class-validator';
import { defineRpc } from '../kernel/define-rpc.js';
import { type Page, PageQuery } from '../kernel/page.js';

/** Every act that is recorded. */
export const AUDIT_ACTIONS = [
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.locked',
  'session.signed_out',
  'session.refresh_reused',
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
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export class AuditView {
  @ApiProperty({ example: '42' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;

  @ApiProperty({ enum: AUDIT_ACTIONS })
  action!: AuditAction;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: the software itself' })
  userId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Li Wei' })
  userName!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  shopId!: string | null;

  @ApiProperty({ example: 'li.wei@example.com', description: 'What the act was done to' })
  subject!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Facts of the act; never a secret',
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
  @ApiProperty({ required: false, enum: AUDIT_ACTIONS })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @ApiProperty({ required: false, format: 'uuid', description: 'Acts of this user' })
  @IsOptional()
  @IsUUID()
  userId?: string;

  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  shopId?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'From this instant on' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'Before this instant' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

/** Newest first; a caller with single shops sees the acts on these shops only. */
export const listAuditRpc = defineRpc('auth', 'audit', 'list', 1, {
  input: ListAudit,
  kind: 'query',
  callers: ['gateway'],
}).answers<Page<AuditView>>();
