import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { IsId, IsWhole } from '../kernel/fields.js';
import { PageQuery } from '../kernel/page.js';
import { Sentence } from '../kernel/sentence.js';

/** What order-service reads, in the order in which a shop needs it. `audit` counts and refills the completeness ledger. */
export const ORDER_SYNC_KINDS = ['orders', 'amounts', 'addresses', 'after_sales', 'audit'] as const;
export const PRODUCT_SYNC_KINDS = ['products', 'promotions'] as const;
export type OrderSyncKind = (typeof ORDER_SYNC_KINDS)[number];
export type ProductSyncKind = (typeof PRODUCT_SYNC_KINDS)[number];
export const SYNC_KINDS = [...ORDER_SYNC_KINDS, ...PRODUCT_SYNC_KINDS] as const;
export type SyncKind = (typeof SYNC_KINDS)[number];

/** Whether it reads whole days back and takes a depth in days. */
const IS_READ_BY_DAYS: Readonly<Record<SyncKind, boolean>> = {
  orders: true,
  amounts: false,
  addresses: false,
  after_sales: false,
  audit: true,
  products: false,
  promotions: false,
};
export const KINDS_BY_DAYS = SYNC_KINDS.filter((kind) => IS_READ_BY_DAYS[kind]);

export const SYNC_STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;
/** `waiting`: paused by itself (open breaker, rate, retry) and goes on by itself. */
export type SyncStatus = (typeof SYNC_STATUSES)[number];

const HOW_IT_STANDS: Readonly<Record<SyncStatus, 'open' | 'done' | 'undone'>> = {
  queued: 'open',
  running: 'open',
  waiting: 'open',
  succeeded: 'done',
  failed: 'undone',
  cancelled: 'undone',
};
/** Not over yet: of a shop and kind there is at most one. */
export const OPEN_SYNC_STATUSES = SYNC_STATUSES.filter((status) => HOW_IT_STANDS[status] === 'open');
/** Over without having read what it was to read: it can be tried again. */
export const UNDONE_SYNC_STATUSES = SYNC_STATUSES.filter((status) => HOW_IT_STANDS[status] === 'undone');

export const SYNC_TRIGGERS = ['connected', 'manual', 'timer', 'followup', 'retry'] as const;
export type SyncTrigger = (typeof SYNC_TRIGGERS)[number];

/** How a run reads: the windows of a first load, what has changed since, all of it, what is due, or whole days once more. */
export const SYNC_MODES = ['first_load', 'update', 'scan', 'queue', 'audit'] as const;
export type SyncMode = (typeof SYNC_MODES)[number];

/** One run of one kind for one shop. */
export class SyncRun {
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ enum: SYNC_KINDS, enumName: 'SyncKind' })
  kind!: SyncKind;
  @ApiProperty({ enum: SYNC_TRIGGERS, enumName: 'SyncTrigger' })
  trigger!: SyncTrigger;
  @ApiProperty({ enum: SYNC_STATUSES, enumName: 'SyncStatus' })
  status!: SyncStatus;
  @ApiProperty({ enum: SYNC_MODES, description: 'How this run reads' })
  mode!: SyncMode;
  @ApiProperty({
    example: 3120,
    description: 'Records read so far (orders, products; days of an audit)',
  })
  done!: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 4645,
    description: 'Null until the marketplace has told it',
  })
  total!: number | null;
  @ApiProperty({
    example: 3101,
    description: 'Records that were new or had changed; an audit: orders that were missing',
  })
  changed!: number;
  @ApiProperty({ example: 0, description: 'Records that could not be understood and are kept aside' })
  quarantined!: number;
  @ApiProperty({ example: 47, description: 'Marketplace calls spent' })
  apiCalls!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Start of the span that is read',
  })
  spanFrom!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'End of the span that is read',
  })
  spanTo!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      "As of when the run shows the shop, by the marketplace's clock: its lists lag, so that what changed later is read later. Null for kinds that are not read by time",
  })
  asOf!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a run that a person asked for is followed by one that reads the rest',
  })
  readsAgainAt!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'shop.needs_reauthorization' })
  errorCode!: string | null;
  @ApiProperty({ type: Sentence, nullable: true, description: 'What went wrong and what to do about it' })
  error!: Sentence | null;
  @ApiProperty({ type: String, nullable: true, description: 'Who asked for it; null for a timer' })
  requestedBy!: string | null;
  @ApiProperty({
    example: 'b1946ac9-2492-4d23-8a2b-6b4f0b9a1d77',
    description:
      'Of the request that asked for it last, or of its tick: its lines in the logs of the services carry it',
  })
  correlationId!: string;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a waiting run goes on, or a queued one begins that waits for a moment',
  })
  resumesAt!: string | null;
  @ApiProperty({ type: Number, nullable: true, example: 310.5 })
  recordsPerSecond!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 5 })
  remainingSeconds!: number | null;
}

export class SyncLogLine extends Sentence {
  @ApiProperty({ example: 17 })
  id!: number;
  @ApiProperty({ format: 'date-time' })
  at!: string;
  @ApiProperty({ enum: ['info', 'warn', 'error'], enumName: 'SyncLogLevel' })
  level!: 'info' | 'warn' | 'error';
}

export class StartSync {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ enum: SYNC_KINDS, enumName: 'SyncKind' })
  @IsIn(SYNC_KINDS)
  kind!: SyncKind;

  @ApiProperty({
    required: false,
    minimum: 1,
    maximum: 730,
    description:
      'Orders and audit: read or count the creation days anew, this many days back. Left out: what changed since the last run; what is due tonight.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsWhole(1, 730)
  depthDays?: number;
}

export class ListSyncRuns extends PageQuery {
  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({ required: false, enum: SYNC_KINDS, enumName: 'SyncKind' })
  @IsOptional()
  @IsIn(SYNC_KINDS)
  kind?: SyncKind;

  @ApiProperty({ required: false, enum: SYNC_STATUSES, enumName: 'SyncStatus' })
  @IsOptional()
  @IsIn(SYNC_STATUSES)
  status?: SyncStatus;
}

export class SyncRunId {
  @ApiProperty({ format: 'uuid' })
  @IsId('sync_run')
  id!: string;
}

export class ListSyncLog extends PageQuery {
  @ApiProperty({ format: 'uuid' })
  @IsId('sync_run')
  id!: string;
}

export class SyncRunPage {
  @ApiProperty({ type: [SyncRun] })
  rows!: SyncRun[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class SyncLogPage {
  @ApiProperty({ type: [SyncLogLine] })
  rows!: SyncLogLine[];
  @ApiProperty({ type: String, nullable: true, description: 'Null when there are no further lines yet' })
  nextCursor!: string | null;
}
