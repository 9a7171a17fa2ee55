import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { EXAMPLES } from '../kernel/examples.js';
import { Amount, Personal } from '../kernel/field-rights.js';
import { IsId, IsText } from '../kernel/fields.js';
import { InstantFilter, ShopFilter } from '../kernel/list-filters.js';
import { PageQuery } from '../kernel/page.js';
import { Sentence } from '../kernel/sentence.js';

/**
 * What kind of record is kept aside; each kind has ids of its own. Promotion goods: promotion id `/` product id, the
 * promotion id alone for all of its goods. SKUs: also product id, or product id `/` SKU id, for their supply prices.
 */
export const QUARANTINED_KINDS = [
  'orders',
  'amounts',
  'addresses',
  'after_sales',
  'products',
  'skus',
  'promotions',
  'promotion_products',
] as const;
export type QuarantinedKind = (typeof QUARANTINED_KINDS)[number];

/** A record that could not be understood or stored: kept, counted, tried again; its neighbours went on. */
export class QuarantinedRecord {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ enum: QUARANTINED_KINDS, enumName: 'QuarantinedKind' })
  kind!: QuarantinedKind;
  @ApiProperty({
    example: EXAMPLES.orderNumber,
    description: "The marketplace's id of the record, or `without id …` when that could not be read either",
  })
  platformId!: string;
  @ApiProperty({ type: Sentence, description: 'What is wrong with it' })
  reason!: Sentence;
  @ApiProperty({ format: 'date-time' })
  firstSeenAt!: string;
  @ApiProperty({ format: 'date-time' })
  lastSeenAt!: string;
  @ApiProperty({ example: 3, description: 'How often it was met and could not be read' })
  sightings!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when it is readable and stored; null while it is kept aside',
  })
  resolvedAt!: string | null;
  @ApiProperty({ example: 2, description: 'How often it was asked for again by its id' })
  attempts!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it is asked for again by itself; null when it is resolved, or has no id to ask for',
  })
  nextRetryAt!: string | null;
  @ApiProperty({
    type: Sentence,
    nullable: true,
    description: 'What became of the last retry; null when there was none',
  })
  lastOutcome!: Sentence | null;
}

export class QuarantinedRecordDetail extends QuarantinedRecord {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The record as JSON text as it came, credentials blanked; null for people without both `amounts.read` and `addresses.read`',
  })
  @Amount()
  @Personal()
  raw!: string | null;
}

export class QuarantinedRecordPage {
  @ApiProperty({ type: [QuarantinedRecord] })
  rows!: QuarantinedRecord[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class ListQuarantined extends PageQuery {
  @ShopFilter()
  shopId?: string[];

  @ApiProperty({ required: false, enum: QUARANTINED_KINDS, enumName: 'QuarantinedKind' })
  @IsOptional()
  @IsIn(QUARANTINED_KINDS)
  kind?: QuarantinedKind;

  @ApiProperty({
    required: false,
    description: 'true: those that are readable by now; false: those kept aside; left out: both',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  resolved?: boolean;

  @InstantFilter('Met again, or readable, at or after this instant')
  updatedSince?: string;
}

export class QuarantinedKey {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ enum: QUARANTINED_KINDS, enumName: 'QuarantinedKind' })
  @IsIn(QUARANTINED_KINDS)
  kind!: QuarantinedKind;

  @ApiProperty({ example: EXAMPLES.orderNumber })
  @IsText(1, 200)
  platformId!: string;
}

export class CountQuarantined {
  @ShopFilter()
  shopId?: string[];
}

export class QuarantineCount {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ enum: QUARANTINED_KINDS, enumName: 'QuarantinedKind' })
  kind!: QuarantinedKind;
  @ApiProperty({ example: 2, description: 'Records kept aside' })
  open!: number;
  @ApiProperty({ example: 41, description: 'Records that were kept aside once and are readable by now' })
  resolved!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when the oldest of the open ones is kept; null when none is open',
  })
  oldestOpenAt!: string | null;
}

export class QuarantineCounts {
  @ApiProperty({ type: [QuarantineCount] })
  rows!: QuarantineCount[];
}

/** All open records of a shop, or of one of its kinds. */
export class RetryQuarantined {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ required: false, enum: QUARANTINED_KINDS, enumName: 'QuarantinedKind' })
  @IsOptional()
  @IsIn(QUARANTINED_KINDS)
  kind?: QuarantinedKind;
}

export class QuarantineRetryStarted {
  @ApiProperty({ example: 2, description: 'Records that are asked for again within the next minute' })
  records!: number;
}
