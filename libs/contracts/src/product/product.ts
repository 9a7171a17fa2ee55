import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { Amount, OpenAmount } from '../kernel/field-rights.js';
import { IsId, IsMarketplaceId } from '../kernel/fields.js';
import { SearchFilter, ShopFilter, UpdatedSinceFilter } from '../kernel/list-filters.js';
import { Money } from '../kernel/money.js';
import { type NotAvailable, NotAvailableShops } from '../kernel/not-available.js';
import { PageQuery } from '../kernel/page.js';
import { asFlag } from '../kernel/query-flag.js';

export const LISTING_STATES = ['listed', 'unpublished', 'draft', 'delisted'] as const;
/** `delisted`: gone from every list and confirmed gone by its number; nothing is ever deleted here. */
export type ListingState = (typeof LISTING_STATES)[number];

export const STOCK_LEVELS = ['out', 'low', 'available'] as const;
/** Every known stock is one of them: `out` none, `low` fewer than `LOW_STOCK_BELOW`, `available` that many or more. */
export type StockLevel = (typeof STOCK_LEVELS)[number];

/** Pieces of a product, all its SKUs together. */
export const LOW_STOCK_BELOW = 10;

export class ProductSku {
  @ApiProperty({ example: '17000000000001' })
  skuId!: string;
  @ApiProperty({ type: String, nullable: true, example: 'MUG-RED-L' })
  sellerSku!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Red, L' })
  spec!: string | null;
  @ApiProperty({ type: String, nullable: true })
  imageUrl!: string | null;
  @ApiProperty({ type: Number, nullable: true, example: 0, description: 'Zero is zero; null is unknown' })
  stock!: number | null;
  @ApiProperty({ type: Money, nullable: true, description: 'Price as listed' })
  @OpenAmount('the price that every buyer sees')
  price!: Money | null;
  @ApiProperty({
    type: Money,
    nullable: true,
    description:
      'What the marketplace pays the seller; null while unknown, and for people without `amounts.read`',
  })
  @Amount()
  supplyPrice!: Money | null;
  @ApiProperty({ type: Boolean, nullable: true })
  isOnSale!: boolean | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when the product no longer has it; such a SKU counts in no sum. Null for all others',
  })
  removedAt!: string | null;
  @ApiProperty({
    type: [String],
    example: ['stock'],
    description: 'Fields that the latest answer left empty; they keep what was known before',
  })
  emptiedFields!: string[];
}

export class Product {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: '600000000000001' })
  productId!: string;
  @ApiProperty({ example: 'Steel travel mug' })
  productName!: string;
  @ApiProperty({ type: String, nullable: true, example: 'MUG' })
  sellerProductCode!: string | null;
  @ApiProperty({ type: String, nullable: true })
  imageUrl!: string | null;
  @ApiProperty({ type: String, nullable: true })
  categoryId!: string | null;
  @ApiProperty({ enum: LISTING_STATES, enumName: 'ListingState' })
  listing!: ListingState;
  @ApiProperty({ type: Number, nullable: true, description: "The marketplace's own number" })
  platformStatus!: string | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 120,
    description: 'Sum over its SKUs; null when none is known',
  })
  stock!: number | null;
  @ApiProperty({ type: Money, nullable: true })
  @OpenAmount('the price that every buyer sees')
  price!: Money | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  createdAt!: string | null;
  @ApiProperty({ format: 'date-time', description: 'When the marketplace last showed it to us' })
  lastSeenAt!: string;
  @ApiProperty({ example: 2, description: 'Rises with every stored change' })
  version!: number;
  @ApiProperty({ format: 'date-time', description: 'When its last change was stored here' })
  changedAt!: string;
  @ApiProperty({
    type: [String],
    example: ['productName', 'imageUrl'],
    description:
      'Fields that the latest answer of the marketplace left empty; they keep what was known before, and the answer lies in quarantine. Empty when it told all of them',
  })
  emptiedFields!: string[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when answers have left fields empty; null when the latest one told all of them',
  })
  emptiedSince!: string | null;
  @ApiProperty({ type: [ProductSku] })
  skus!: ProductSku[];
}

export class ProductFilters extends PageQuery {
  @ShopFilter()
  shopId?: string[];

  @ApiProperty({ required: false, enum: LISTING_STATES, enumName: 'ListingState' })
  @IsOptional()
  @IsIn(LISTING_STATES)
  listing?: ListingState;

  @ApiProperty({
    required: false,
    enum: STOCK_LEVELS,
    enumName: 'StockLevel',
    description: `out: none; low: 1 to ${LOW_STOCK_BELOW - 1} pieces; available: ${LOW_STOCK_BELOW} or more`,
  })
  @IsOptional()
  @IsIn(STOCK_LEVELS)
  stock?: StockLevel;

  @ApiProperty({
    required: false,
    type: Boolean,
    description:
      'true: only those of which, or of one of whose SKUs, the latest answer left known fields empty; false: only the others',
  })
  @IsOptional()
  @Transform(asFlag)
  @IsBoolean()
  emptied?: boolean;

  @SearchFilter(
    'Goods id or SKU id from its start, or a part of the name, the variant or a number of the seller',
    'mug',
  )
  search?: string;

  @UpdatedSinceFilter()
  updatedSince?: string;
}

export class ProductKey {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ example: '600000000000001' })
  @IsMarketplaceId()
  productId!: string;
}

export class ProductCounts {
  @ApiProperty({ example: 1234 })
  products!: number;
  @ApiProperty({ example: 3120 })
  skus!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { listed: 1100, draft: 34 },
  })
  byListing!: Partial<Record<ListingState, number>>;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

export class ProductPage {
  @ApiProperty({ type: [Product] })
  rows!: Product[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}
