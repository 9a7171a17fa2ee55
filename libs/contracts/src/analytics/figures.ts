import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';

export const SPANS = ['7d', '30d', '90d', '180d', '365d'] as const;
/** That many last whole local days. */
export type Span = (typeof SPANS)[number];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Which orders a figure looks at. Days are local days of each shop; spans are half-open. */
export class FigureQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'One shop; left out: every shop you may see' })
  @IsOptional()
  @IsUUID(undefined, { message: 'shopId must be the id of a shop (a UUID)' })
  shopId?: string;

  @ApiProperty({
    required: false,
    enum: SPANS,
    enumName: 'Span',
    default: '30d',
    description: 'Last whole local days',
  })
  @IsOptional()
  @IsIn(SPANS, { message: `span must be one of ${SPANS.join(', ')}` })
  span?: Span;

  @ApiProperty({
    required: false,
    default: false,
    description: 'With `span`: let it end with today, unfinished',
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)))
  @IsBoolean({ message: 'includeToday must be true or false' })
  includeToday?: boolean;

  @ApiProperty({
    required: false,
    example: '2026-11-01',
    description: 'First day; together with `to`, instead of `span`',
  })
  @IsOptional()
  @Matches(DAY, { message: 'from must be a day such as 2026-11-01' })
  from?: string;

  @ApiProperty({ required: false, example: '2026-12-01', description: 'The day after the last day' })
  @IsOptional()
  @Matches(DAY, { message: 'to must be a day such as 2026-12-01' })
  to?: string;
}

const RANKS = { message: 'limit must be a whole number from 1 to 100' };

export class SalesRankQuery extends FigureQuery {
  @ApiProperty({ required: false, minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt(RANKS)
  @Min(1, RANKS)
  @Max(100, RANKS)
  limit?: number;
}

/** What was really applied: the page shows it beside the figures. */
export class AppliedSpan {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: 'America/New_York' })
  timeZone!: string;
  @ApiProperty({ example: '2026-10-22', description: 'First local day' })
  from!: string;
  @ApiProperty({ example: '2026-11-21', description: 'The local day after the last' })
  to!: string;
}

/** How much of what the figure speaks of is known. */
export class Coverage {
  @ApiProperty({ example: 3120, description: 'Valid orders whose amounts are known' })
  known!: number;
  @ApiProperty({ example: 4645, description: 'Valid orders' })
  of!: number;
}

export class Freshness {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last change arrived here',
  })
  lastChangeAt!: string | null;
  @ApiProperty({ example: 0, description: 'Days whose sums are being computed anew' })
  staleDays!: number;
}

export class OrderFigures {
  @ApiProperty({ example: 812, description: 'Placed orders: any status' })
  placedOrders!: number;
  @ApiProperty({ example: 770, description: 'Valid orders: placed, less fully cancelled, less pending' })
  validOrders!: number;
  @ApiProperty({ example: 31 })
  cancelledOrders!: number;
  @ApiProperty({ example: 11 })
  pendingOrders!: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.038,
    description: 'Cancelled before shipment / placed',
  })
  cancelRate!: number | null;
  @ApiProperty({
    example: 1210,
    description: 'Quantity less what was cancelled before shipment, of valid orders',
  })
  units!: number;
  @ApiProperty({ example: 1290, description: 'Units times pieces a unit' })
  pieces!: number;
}

/** Amounts of one currency; two currencies are never added. All in minor units. */
export class CurrencyFigures {
  @ApiProperty({ example: 'USD' })
  currency!: string;
  @ApiProperty({ type: Coverage })
  coverage!: Coverage;
  @ApiProperty({ example: 1_250_000, description: 'GMV: retail amount of the items of valid orders' })
  gmvMinor!: number;
  @ApiProperty({ example: 700_000, description: 'Supply revenue: base price of the units of valid orders' })
  supplyRevenueMinor!: number;
  @ApiProperty({ example: 12_000 })
  refundedMinor!: number;
  @ApiProperty({ example: 688_000, description: 'Supply revenue less refunds' })
  netRevenueMinor!: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 909,
    description: 'Supply revenue / valid orders with amounts',
  })
  averageOrderValueMinor!: number | null;
}

export class Overview {
  @ApiProperty({ type: [AppliedSpan] })
  applied!: AppliedSpan[];
  @ApiProperty({ type: OrderFigures })
  orders!: OrderFigures;
  @ApiProperty({ type: OrderFigures, description: 'The equal span before' })
  previousOrders!: OrderFigures;
  @ApiProperty({ type: [CurrencyFigures] })
  amounts!: CurrencyFigures[];
  @ApiProperty({ type: [CurrencyFigures], description: 'The equal span before' })
  previousAmounts!: CurrencyFigures[];
  @ApiProperty({ type: Coverage })
  coverage!: Coverage;
  @ApiProperty({ type: Freshness })
  freshness!: Freshness;
}

export class TrendDay {
  @ApiProperty({ example: '2026-11-20' })
  day!: string;
  @ApiProperty({ type: OrderFigures })
  orders!: OrderFigures;
  @ApiProperty({ type: [CurrencyFigures] })
  amounts!: CurrencyFigures[];
}

export class Trend {
  @ApiProperty({ type: [AppliedSpan] })
  applied!: AppliedSpan[];
  @ApiProperty({ type: [TrendDay], description: 'Every day of the span; a day without orders has zeros' })
  days!: TrendDay[];
  @ApiProperty({ type: Freshness })
  freshness!: Freshness;
}

export class RankedSku {
  @ApiProperty({ example: 1 })
  rank!: number;
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '17000000000001',
    description: 'Null: all lines to which the marketplace gave no SKU, together',
  })
  skuId!: string | null;
  @ApiProperty({ type: String, nullable: true })
  sellerSku!: string | null;
  @ApiProperty({ example: 'Steel travel mug' })
  goodsName!: string;
  @ApiProperty({ type: String, nullable: true })
  spec!: string | null;
  @ApiProperty({ type: String, nullable: true })
  imageUrl!: string | null;
  @ApiProperty({ example: 212 })
  units!: number;
  @ApiProperty({ example: 190 })
  orders!: number;
  @ApiProperty({ type: String, nullable: true, example: 'USD' })
  currency!: string | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 91_000,
    description: 'Of the orders whose amounts are known',
  })
  supplyRevenueMinor!: number | null;
  @ApiProperty({ example: 180, description: 'Units in the equal span before' })
  previousUnits!: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.177,
    description: 'Null: new, nothing sold before',
  })
  growth!: number | null;
}

export class SalesRank {
  @ApiProperty({ type: [AppliedSpan] })
  applied!: AppliedSpan[];
  @ApiProperty({ example: 1210, description: 'Units of all SKUs in the span' })
  totalUnits!: number;
  @ApiProperty({ type: [RankedSku] })
  rows!: RankedSku[];
  @ApiProperty({ type: Coverage })
  coverage!: Coverage;
  @ApiProperty({ type: Freshness })
  freshness!: Freshness;
}

/** One figure's one definition. */
export class MetricDefinition {
  @ApiProperty({ example: 'valid_orders' })
  id!: string;
  @ApiProperty({ example: 'Valid orders' })
  nameEn!: string;
  @ApiProperty({ example: '有效订单' })
  nameZh!: string;
  @ApiProperty({ example: 'Placed orders, less fully cancelled, less pending' })
  formulaEn!: string;
  @ApiProperty({ example: '下单数减去已取消、待确认' })
  formulaZh!: string;
  @ApiProperty({ example: 'count', enum: ['count', 'money', 'ratio'] })
  unit!: 'count' | 'money' | 'ratio';
}

export class MetricDefinitionList {
  @ApiProperty({ type: [MetricDefinition] })
  rows!: MetricDefinition[];
}
