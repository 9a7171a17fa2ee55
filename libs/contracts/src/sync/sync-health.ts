import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsId } from '../kernel/fields.js';
import { PageQuery } from '../kernel/page.js';
import { Sentence } from '../kernel/sentence.js';
import { SYNC_KINDS, SYNC_STATUSES, type SyncKind, type SyncStatus } from './sync-run.js';

/**
 * `partly`: read in time, but records of it lie in quarantine or have waited long for their answer. `stale`: connected,
 * and a kind that the timer reads was not read successfully for too long. `loading`: the first reading is under way.
 * `stopped`: the shop is not connected; its data stays. `not_available`: its marketplace does not give it.
 */
export const SYNC_HEALTH_STATES = [
  'fresh',
  'partly',
  'loading',
  'stale',
  'stopped',
  'not_available',
] as const;
export type SyncHealthState = (typeof SYNC_HEALTH_STATES)[number];

export class SyncKindHealth {
  @ApiProperty({ enum: SYNC_KINDS, enumName: 'SyncKind' })
  kind!: SyncKind;
  @ApiProperty({ description: 'Whether the timer reads it; only such a kind can become stale' })
  isScheduled!: boolean;
  @ApiProperty({ enum: SYNC_HEALTH_STATES, enumName: 'SyncHealthState' })
  state!: SyncHealthState;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: never' })
  lastSucceededAt!: string | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 540,
    description: 'Seconds since then; null: never',
  })
  ageSeconds!: number | null;
  @ApiProperty({
    enum: SYNC_STATUSES,
    enumName: 'SyncStatus',
    nullable: true,
    description: 'Of the newest run; null when there was none',
  })
  lastStatus!: SyncStatus | null;
  @ApiProperty({ type: String, nullable: true, example: 'marketplace.unavailable' })
  errorCode!: string | null;
  @ApiProperty({ type: Sentence, nullable: true, description: 'What went wrong and what to do about it' })
  reason!: Sentence | null;
}

export class ShopSyncHealth {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({
    enum: SYNC_HEALTH_STATES,
    enumName: 'SyncHealthState',
    description:
      'The worst of its kinds: stopped, stale, partly, loading, fresh; of those that the timer does not read, partly only. Those that are not available do not count',
  })
  state!: SyncHealthState;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when the alarm stands; null when there is none',
  })
  staleSince!: string | null;
  @ApiProperty({ type: [SyncKindHealth] })
  kinds!: SyncKindHealth[];
}

export class ShopSyncHealthPage {
  @ApiProperty({ type: [ShopSyncHealth] })
  rows!: ShopSyncHealth[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class ListSyncHealth extends PageQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'Left out: every shop that you may see' })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({ required: false, enum: SYNC_HEALTH_STATES, enumName: 'SyncHealthState' })
  @IsOptional()
  @IsIn(SYNC_HEALTH_STATES)
  state?: SyncHealthState;
}
