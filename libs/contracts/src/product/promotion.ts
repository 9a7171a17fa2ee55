import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { Amount } from '../kernel/field-rights.js';
import { IsId, IsMarketplaceId } from '../kernel/fields.js';
import { SearchFilter, ShopFilter, UpdatedSinceFilter } from '../kernel/list-filters.js';
import { Money } from '../kernel/money.js';
import { type NotAvailable, NotAvailableShops } from '../kernel/not-available.js';
import { PageQuery } from '../kernel/page.js';
import { asFlag } from '../kernel/query-flag.js';

export const PROMOTION_STATUSES = ['upcoming', 'running', 'over', 'unknown'] as const;
/**
 * Told by the marketplace's times at the moment of the answer; by its own number where it gave no times.
 * `unknown`: neither is known.
 */
export type PromotionStatus = (typeof PROMOTION_STATUSES)[number];

/** A campaign of the marketplace that sellers can join with goods at a lower price. */
export class Promotion {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: '1100000022644', description: "The marketplace's number" })
  promotionId!: string;
  @ApiProperty({ example: 'Summer sale' })
  name!: string;
  @ApiProperty({ type: Number, nullable: true, example: 13, description: "The marketplace's own number" })
  platformType!: string | null;
  @ApiProperty({
    enum: PROMOTION_STATUSES,
    enumName: 'PromotionStatus',
    description: 'As of now, by `startsAt` and `endsAt`',
  })
  status!: PromotionStatus;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 2,
    description: "The marketplace's own number when it was last read (1 not begun, 2 running, 3 over)",
  })
  platformStatus!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startsAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endsAt!: string | null;
  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Whether the shop takes part with at least one product; null when not told',
  })
  isJoined!: boolean | null;
  @ApiProperty({ example: 12, description: 'Products enrolled now' })
  productCount!: number;
  @ApiProperty({ example: 30, description: 'SKUs enrolled now' })
  skuCount!: number;
  @ApiProperty({ format: 'date-time', description: 'When the marketplace last showed it to us' })
  lastSeenAt!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Since when the marketplace no longer lists it; what was known stays. Null while it is listed',
  })
  goneAt!: string | null;
  @ApiProperty({ example: 2, description: 'Rises with every stored change' })
  version!: number;
  @ApiProperty({ format: 'date-time', description: 'When its last change was stored here' })
  changedAt!: string;
  @ApiProperty({
    type: [String],
    example: ['name'],
    description: 'Fields that the latest answer left empty; they keep what was known before',
  })
  emptiedFields!: string[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when answers have left fields empty; null when the latest one told all of them',
  })
  emptiedSince!: string | null;
}

export class PromotionSku {
  @ApiProperty({ example: '17000000000001' })
  skuId!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'MUG-RED-L',
    description: 'Null while the product is not known',
  })
  sellerSku!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Red, L' })
  spec!: string | null;
  @ApiProperty({
    type: Money,
    nullable: true,
    description:
      'What the marketplace pays the seller in the promotion, in the currency of the SKU’s supply price; null while that is not known, and for people without `amounts.read`',
  })
  @Amount()
  supplyPrice!: Money | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when it is no longer enrolled; null while it is',
  })
  goneAt!: string | null;
}

export class PromotionProduct {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: '1100000022644' })
  promotionId!: string;
  @ApiProperty({ example: '600000000000001' })
  productId!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Null while the product is not known' })
  productName!: string | null;
  @ApiProperty({ type: String, nullable: true })
  imageUrl!: string | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 200,
    description: 'Pieces set aside for the promotion; zero is zero, null is unknown',
  })
  quantity!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 180, description: 'Pieces left of them' })
  remainingQuantity!: number | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when the product no longer takes part; null while it does',
  })
  goneAt!: string | null;
  @ApiProperty({ example: 1, description: 'Rises with every stored change' })
  version!: number;
  @ApiProperty({
    type: [String],
    example: ['quantity'],
    description: 'Fields that the latest answer left empty; they keep what was known before',
  })
  emptiedFields!: string[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when answers have left fields empty; null when the latest one told all of them',
  })
  emptiedSince!: string | null;
  @ApiProperty({ type: [PromotionSku] })
  skus!: PromotionSku[];
}

export class PromotionFilters extends PageQuery {
  @ShopFilter()
  shopId?: string[];

  @ApiProperty({ required: false, enum: PROMOTION_STATUSES, enumName: 'PromotionStatus' })
  @IsOptional()
  @IsIn(PROMOTION_STATUSES)
  status?: PromotionStatus;

  @ApiProperty({
    required: false,
    type: Boolean,
    description: 'true: with products of the shop; false: without',
  })
  @IsOptional()
  @Transform(asFlag)
  @IsBoolean()
  joined?: boolean;

  @ApiProperty({
    required: false,
    type: Boolean,
    default: false,
    description: 'Whether those that the marketplace no longer lists are shown too',
  })
  @IsOptional()
  @Transform(asFlag)
  @IsBoolean()
  withGone?: boolean;

  @ApiProperty({
    required: false,
    type: Boolean,
    description:
      'true: only those of which, or of one of whose products, the latest answer left known fields empty; false: only the others',
  })
  @IsOptional()
  @Transform(asFlag)
  @IsBoolean()
  emptied?: boolean;

  @SearchFilter('Promotion id, product id or SKU id in full, or a part of the name', 'sale')
  search?: string;

  @UpdatedSinceFilter()
  updatedSince?: string;
}

export class PromotionKey {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ example: '1100000022644' })
  @IsMarketplaceId()
  promotionId!: string;
}

export class PromotionProductsFilters extends PageQuery {
  @IsId('shop')
  shopId!: string;

  @IsMarketplaceId()
  promotionId!: string;
}

export class PromotionCounts {
  @ApiProperty({ example: 14 })
  promotions!: number;
  @ApiProperty({ example: 9, description: 'Of them, with products of the shop' })
  joined!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { upcoming: 4, running: 2, over: 8 },
  })
  byStatus!: Partial<Record<PromotionStatus, number>>;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

export class PromotionPage {
  @ApiProperty({ type: [Promotion] })
  rows!: Promotion[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

export class PromotionProductsPage {
  @ApiProperty({ type: [PromotionProduct] })
  rows!: PromotionProduct[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}
