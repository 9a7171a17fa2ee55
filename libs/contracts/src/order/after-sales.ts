import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional } from 'class-validator';
import { defineRpc } from '../kernel/define-rpc.js';
import { EXAMPLES } from '../kernel/examples.js';
import { IsId, IsInstant, IsMarketplaceId } from '../kernel/fields.js';
import { SearchFilter, ShopFilter, UpdatedSinceFilter } from '../kernel/list-filters.js';
import { LocalDay } from '../kernel/local-day.js';
import { type NotAvailable, NotAvailableShops, type PageWithLacks } from '../kernel/not-available.js';
import { PageQuery } from '../kernel/page.js';
import { asList } from '../kernel/query-list.js';

export const AFTER_SALES_STATUSES = [
  'refund_requested',
  'return_requested',
  'label_wanted',
  'return_shipped',
  'return_received',
  'refund_in_progress',
  'platform_review',
  'refunded',
  'rejected',
  'cancelled_by_buyer',
  'unknown',
] as const;
/** Our words for the marketplace's numbers; `unknown` keeps the number beside it. */
export type AfterSalesStatus = (typeof AFTER_SALES_STATUSES)[number];

/** Whether nothing more happens to a case. */
export const IS_CASE_ENDED: Readonly<Record<AfterSalesStatus, boolean>> = {
  refund_requested: false,
  return_requested: false,
  label_wanted: false,
  return_shipped: false,
  return_received: false,
  refund_in_progress: false,
  platform_review: false,
  refunded: true,
  rejected: true,
  cancelled_by_buyer: true,
  unknown: false,
};

export const AFTER_SALES_TYPES = ['refund_only', 'return_and_refund', 'unknown'] as const;
export type AfterSalesType = (typeof AFTER_SALES_TYPES)[number];

/** One thing that is sent back or refunded. */
export class AfterSalesLine {
  @ApiProperty({ example: '211-00000000000000001-D01' })
  caseLineId!: string;
  @ApiProperty({ enum: AFTER_SALES_STATUSES, enumName: 'AfterSalesStatus' })
  status!: AfterSalesStatus;
  @ApiProperty({ example: 1, description: "The marketplace's own number" })
  platformStatus!: string;
  @ApiProperty({ enum: AFTER_SALES_TYPES, enumName: 'AfterSalesType' })
  type!: AfterSalesType;
  @ApiProperty({ type: String, nullable: true, example: '600000000000001' })
  productId!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '17000000000001' })
  skuId!: string | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'Units the buyer asks for; null unknown',
  })
  quantity!: number | null;
}

/** A buyer's wish for money or goods back, with one or more lines. */
export class AfterSalesCase {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: EXAMPLES.caseNumber })
  caseNumber!: string;
  @ApiProperty({ example: EXAMPLES.orderNumber })
  orderNumber!: string;
  @ApiProperty({ enum: AFTER_SALES_STATUSES, enumName: 'AfterSalesStatus' })
  status!: AfterSalesStatus;
  @ApiProperty({ example: 1, description: "The marketplace's own number" })
  platformStatus!: string;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: "The marketplace's group of statuses",
  })
  platformStatusGroup!: string | null;
  @ApiProperty({ enum: AFTER_SALES_TYPES, enumName: 'AfterSalesType' })
  type!: AfterSalesType;
  @ApiProperty({ type: Number, nullable: true, example: 1, description: "The marketplace's own number" })
  platformType!: string | null;
  @ApiProperty({ description: 'Something may still happen to it' })
  isOpen!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Latest moment to act' })
  actBy!: string | null;
  @ApiProperty({
    type: [String],
    description: "What the seller may do now, in the marketplace's own words or numbers; empty: nothing",
  })
  availableOperations!: string[];
  @ApiProperty({ format: 'date-time', description: 'When the buyer opened it' })
  openedAt!: string;
  @ApiProperty({ format: 'date-time', description: "The marketplace's time of its last change" })
  platformUpdatedAt!: string;
  @ApiProperty({ example: 2, description: 'Rises with every stored change' })
  version!: number;
  @ApiProperty({ format: 'date-time', description: 'When its last change was stored here' })
  changedAt!: string;
  @ApiProperty({ type: [AfterSalesLine] })
  lines!: AfterSalesLine[];
}

export const AFTER_SALES_SOURCES = ['first_load', 'poll', 'webhook', 'hand'] as const;

export class AfterSalesChange {
  @ApiProperty({ example: 2 })
  version!: number;
  @ApiProperty({ format: 'date-time', description: 'When we stored it' })
  at!: string;
  @ApiProperty({ enum: AFTER_SALES_SOURCES, enumName: 'AfterSalesSource', description: 'How it was found' })
  source!: (typeof AFTER_SALES_SOURCES)[number];
  @ApiProperty({ format: 'date-time', description: "The marketplace's time of the change" })
  platformUpdatedAt!: string;
  @ApiProperty({ enum: AFTER_SALES_STATUSES, enumName: 'AfterSalesStatus' })
  status!: AfterSalesStatus;
  @ApiProperty({ enum: AFTER_SALES_STATUSES, enumName: 'AfterSalesStatus', nullable: true })
  previousStatus!: AfterSalesStatus | null;
}

export class AfterSalesDetail extends AfterSalesCase {
  @ApiProperty({ type: [AfterSalesChange], description: 'Newest first, at most 100' })
  history!: AfterSalesChange[];
}

/** The filters of the list of cases. A new filter goes here and into `after-sales-queries.ts` of order-service. */
export class AfterSalesFilters extends PageQuery {
  @ShopFilter()
  shopId?: string[];

  @SearchFilter(
    'Number of a case, of one of its lines, of its order or of a line of that order: from its start, with or without what stands before its digits',
    EXAMPLES.orderNumber,
  )
  search?: string;

  @ApiProperty({
    required: false,
    enum: AFTER_SALES_STATUSES,
    enumName: 'AfterSalesStatus',
    isArray: true,
  })
  @IsOptional()
  @Transform(asList)
  @IsArray()
  @ArrayMaxSize(AFTER_SALES_STATUSES.length)
  @IsIn(AFTER_SALES_STATUSES, { each: true })
  status?: AfterSalesStatus[];

  @ApiProperty({ required: false, enum: AFTER_SALES_TYPES, enumName: 'AfterSalesType' })
  @IsOptional()
  @IsIn(AFTER_SALES_TYPES)
  type?: AfterSalesType;

  @ApiProperty({ required: false, description: 'Open cases only (true) or ended ones only (false)' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  open?: boolean;

  @ApiProperty({ required: false, example: EXAMPLES.orderNumber, description: 'Cases of this order' })
  @IsOptional()
  @IsMarketplaceId()
  orderNumber?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'Opened at or after this instant' })
  @IsOptional()
  @IsInstant()
  openedFrom?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'Opened before this instant' })
  @IsOptional()
  @IsInstant()
  openedTo?: string;

  @LocalDay('Opened on this day or later')
  openedFromDay?: string;

  @LocalDay('Opened on this day or earlier')
  openedToDay?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    description: 'Open cases whose latest moment to act is before this instant',
  })
  @IsOptional()
  @IsInstant()
  actBefore?: string;

  @UpdatedSinceFilter()
  updatedSince?: string;
}

export class AfterSalesKey {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ example: EXAMPLES.caseNumber })
  @IsMarketplaceId()
  caseNumber!: string;
}

export class AfterSalesPage {
  @ApiProperty({ type: [AfterSalesCase] })
  rows!: AfterSalesCase[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

export class AfterSalesCounts {
  @ApiProperty({ example: 310 })
  total!: number;
  @ApiProperty({ example: 12, description: 'Cases that something may still happen to' })
  open!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { refund_requested: 5, refunded: 280 },
  })
  byStatus!: Partial<Record<AfterSalesStatus, number>>;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

/** Cases are kept by order-service, beside the orders that they belong to. */
export const AfterSales = {
  /** Open cases first, the earliest latest moment to act at the top; then the ended ones, newest change first. */
  list: defineRpc('order', 'after-sales', 'list', 1, {
    input: AfterSalesFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<PageWithLacks<AfterSalesCase>>(),
  count: defineRpc('order', 'after-sales', 'count', 1, {
    input: AfterSalesFilters,
    kind: 'query',
    callers: ['gateway'],
  }).answers<AfterSalesCounts>(),
  /** Errors: `after_sales.not_found`. */
  get: defineRpc('order', 'after-sales', 'get', 1, {
    input: AfterSalesKey,
    kind: 'query',
    callers: ['gateway'],
  }).answers<AfterSalesDetail>(),
} as const;
