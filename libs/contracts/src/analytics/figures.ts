import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { ABILITIES, type Ability } from '#marketplaces';
import { EXAMPLES } from '../kernel/examples.js';
import { OpenAmount } from '../kernel/field-rights.js';
import { IsCurrency, IsCursor, IsDay, IsId, IsWhole } from '../kernel/fields.js';
import { LackedAbilities } from '../kernel/not-available.js';

/** The reach of a figure ends where its amounts may not be seen: `reachShops` in analytics-service. */
const OF_REACHED_SHOPS = 'only of shops whose amounts the caller may see';

export const SPANS = ['7d', '30d', '90d', '180d', '365d'] as const;
/** That many last whole local days. */
export type Span = (typeof SPANS)[number];

/** Which orders a figure looks at. Days are local days of each shop; spans are half-open. */
export class FigureQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'One shop; left out: every shop you may see' })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({
    required: false,
    enum: SPANS,
    enumName: 'Span',
    default: '30d',
    description: 'Last whole local days',
  })
  @IsOptional()
  @IsIn(SPANS)
  span?: Span;

  @ApiProperty({
    required: false,
    default: false,
    description: 'With `span`: let it end with today, unfinished',
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)))
  @IsBoolean()
  includeToday?: boolean;

  @ApiProperty({
    required: false,
    example: '2026-11-01',
    description: 'First day; together with `to`, instead of `span`',
  })
  @IsOptional()
  @IsDay()
  from?: string;

  @ApiProperty({ required: false, example: '2026-12-01', description: 'The day after the last day' })
  @IsOptional()
  @IsDay()
  to?: string;
}

export class SalesRankQuery extends FigureQuery {
  @ApiProperty({ required: false, minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsWhole(1, 100)
  limit?: number;
}

/** Orders whose net revenue is not what the marketplace estimates. */
export class RevenueCheckQuery extends FigureQuery {
  @ApiProperty({ required: false, example: 'USD', description: 'Orders of one currency only' })
  @IsOptional()
  @IsCurrency()
  currency?: string;

  @ApiProperty({ required: false, minimum: 1, maximum: 100, default: 20, description: 'Rows a page' })
  @IsOptional()
  @Type(() => Number)
  @IsWhole(1, 100)
  limit?: number;

  @ApiProperty({
    required: false,
    description: '`nextCursor` of the page before; leave out for the first page',
  })
  @IsOptional()
  @IsCursor()
  cursor?: string;
}

/**
 * What is compared with what: whole days only. A day that is not over at the shop is left out of both sides, so that a
 * part of a day is never compared with whole ones.
 */
export class ComparedSpan {
  @ApiProperty({ example: 7, description: 'Whole days on each side' })
  days!: number;
  @ApiProperty({ example: '2026-11-14', description: 'First whole day of the span' })
  from!: string;
  @ApiProperty({ example: '2026-11-21', description: 'The day after the last whole one' })
  to!: string;
  @ApiProperty({ example: '2026-11-07', description: 'First of as many days before' })
  previousFrom!: string;
  @ApiProperty({ example: '2026-11-14', description: 'The day after the last of them' })
  previousTo!: string;
  @ApiProperty({
    example: false,
    description: 'The span holds a day that is not over yet, which is compared with nothing',
  })
  isWithoutToday!: boolean;
}

/** What was really applied: the page shows it beside the figures. */
export class AppliedSpan {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: 'America/New_York' })
  timeZone!: string;
  @LackedAbilities()
  notAvailable!: Ability[];
  @ApiProperty({ example: '2026-10-22', description: 'First local day' })
  from!: string;
  @ApiProperty({ example: '2026-11-21', description: 'The local day after the last' })
  to!: string;
  @ApiProperty({
    type: ComparedSpan,
    nullable: true,
    description: 'Of this shop’s own days; null: no day of the span is over',
  })
  comparison!: ComparedSpan | null;
}

/** How much of what the figure speaks of is known. */
export class Coverage {
  @ApiProperty({ example: 3120, description: 'Valid orders whose amounts are known' })
  known!: number;
  @ApiProperty({ example: 4645, description: 'Valid orders of shops whose marketplace gives amounts' })
  of!: number;
  @ApiProperty({
    example: 0,
    description:
      'Valid orders whose marketplace gives no amounts: no figure of money is about them; beside each currency the same, for they are of none',
  })
  notAvailable!: number;
}

/**
 * Of how many orders the refunds are known. Where it is not all of them, no figure is made of refunds. Shops whose
 * marketplace gives no after-sales cases stand apart: figures made of refunds are not about their orders.
 */
export class RefundCoverage {
  @ApiProperty({ example: 3100, description: 'Orders of known amounts whose after-sales are known too' })
  knownOrders!: number;
  @ApiProperty({
    example: 3120,
    description: 'Valid orders whose amounts are known, of marketplaces that give after-sales cases',
  })
  of!: number;
  @ApiProperty({ example: 3, description: 'Shops of such orders whose after-sales are not known at all' })
  unknownShops!: number;
  @ApiProperty({ example: 76, description: 'Shops of such orders' })
  shops!: number;
  @ApiProperty({
    example: 0,
    description:
      'Shops with orders of known amounts whose marketplace gives no after-sales cases; where there is no other, figures made of refunds are null',
  })
  notAvailableShops!: number;
}

/** Our net revenue beside the marketplace's estimate: a check, no figure to add. */
@OpenAmount(OF_REACHED_SHOPS)
export class RevenueCheckSums {
  @ApiProperty({ example: 3100, description: 'Orders of which both are known' })
  orders!: number;
  @ApiProperty({ example: 2, description: 'Orders of which the two are not the same' })
  differingOrders!: number;
  @ApiProperty({ example: 688_000, description: 'Ours, of the orders that could be checked' })
  netRevenueMinor!: number;
  @ApiProperty({ example: 687_100, description: 'Estimated revenue − shipping − sign on delivery' })
  platformNetRevenueMinor!: number;
  @ApiProperty({ example: -900, description: 'The platform’s less ours' })
  differenceMinor!: number;
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
    description: 'Net units (ordered less cancelled before shipment) of valid orders',
  })
  units!: number;
  @ApiProperty({ example: 1290, description: 'Units times pieces a unit' })
  pieces!: number;
}

/**
 * Amounts of one currency; two currencies are never added. All in minor units. Sums of the orders whose amounts are
 * known; null while there are orders and none of them is known in this currency.
 */
@OpenAmount(OF_REACHED_SHOPS)
export class CurrencyFigures {
  @ApiProperty({ example: 'USD' })
  currency!: string;
  @ApiProperty({ type: Coverage })
  coverage!: Coverage;
  @ApiProperty({ type: RefundCoverage })
  refundCoverage!: RefundCoverage;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1_250_000,
    description:
      'GMV, retail basis: Σ retail unit price × net units; null: there are valid orders, and no amount of them is known',
  })
  gmvMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 700_000,
    description: 'Supply basis: Σ base unit price × net units; null where GMV is',
  })
  supplyRevenueMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 18_000,
    description:
      'Retail basis: buyers’ money of finished after-sales cases, on the order’s day; null: not known of all orders',
  })
  refundsToBuyersMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1_500,
    description: 'Of it, on lines where a part is derived from retail × units',
  })
  derivedRefundsToBuyersMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 12_000,
    description: 'Supply basis: base unit price × refunded units; null: not known of all orders',
  })
  refundsAtSupplyMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 700,
    description: 'Of it, derived from refunds without a count of units',
  })
  derivedRefundsAtSupplyMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 688_000,
    description: 'Supply basis: supply revenue less refunds at supply price; null where refunds are',
  })
  netRevenueMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1_624,
    description: 'Retail basis: GMV / valid orders with amounts',
  })
  averageGmvMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 909,
    description: 'Supply basis: supply revenue / valid orders with amounts',
  })
  averageSupplyRevenueMinor!: number | null;
  @ApiProperty({ type: RevenueCheckSums })
  revenueCheck!: RevenueCheckSums;
}

export class Overview {
  @ApiProperty({ type: [AppliedSpan] })
  applied!: AppliedSpan[];
  @ApiProperty({ type: OrderFigures })
  orders!: OrderFigures;
  @ApiProperty({ type: [CurrencyFigures] })
  amounts!: CurrencyFigures[];
  @ApiProperty({
    type: ComparedSpan,
    nullable: true,
    description:
      'The days that `compared…` and `previous…` are of, over all shops (each by its own days: `applied`); null: no whole day',
  })
  comparison!: ComparedSpan | null;
  @ApiProperty({ type: OrderFigures, description: 'The whole days of the span' })
  comparedOrders!: OrderFigures;
  @ApiProperty({ type: [CurrencyFigures], description: 'The whole days of the span' })
  comparedAmounts!: CurrencyFigures[];
  @ApiProperty({ type: OrderFigures, description: 'As many days before' })
  previousOrders!: OrderFigures;
  @ApiProperty({ type: [CurrencyFigures], description: 'As many days before' })
  previousAmounts!: CurrencyFigures[];
  @ApiProperty({ type: Coverage })
  coverage!: Coverage;
  @ApiProperty({ type: Freshness })
  freshness!: Freshness;
}

export class TrendDay {
  @ApiProperty({ example: '2026-11-20' })
  day!: string;
  @ApiProperty({ example: false, description: 'Not over yet in a shop that is asked for: it will grow' })
  isRunning!: boolean;
  @ApiProperty({ type: OrderFigures })
  orders!: OrderFigures;
  @ApiProperty({ type: [CurrencyFigures] })
  amounts!: CurrencyFigures[];
}

export class Trend {
  @ApiProperty({ type: [AppliedSpan] })
  applied!: AppliedSpan[];
  @ApiProperty({
    type: [TrendDay],
    description: 'Every day of the span; a day without orders has zeros, one of unknown amounts null',
  })
  days!: TrendDay[];
  @ApiProperty({ type: Freshness })
  freshness!: Freshness;
}

/** What a SKU was sold for in one currency, of the orders whose amounts are known. */
@OpenAmount(OF_REACHED_SHOPS)
export class SkuAmounts {
  @ApiProperty({ example: 'USD' })
  currency!: string;
  @ApiProperty({ example: 150_000, description: 'Retail basis' })
  gmvMinor!: number;
  @ApiProperty({ example: 91_000, description: 'Supply basis' })
  supplyRevenueMinor!: number;
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
  productName!: string;
  @ApiProperty({ type: String, nullable: true })
  spec!: string | null;
  @ApiProperty({ type: String, nullable: true })
  imageUrl!: string | null;
  @ApiProperty({ example: 212 })
  units!: number;
  @ApiProperty({ example: 190 })
  orders!: number;
  @ApiProperty({
    type: [SkuAmounts],
    description:
      'Each currency in which it was sold, by code; empty while no amount is known, and where `applied` says of its shop that amounts are not available',
  })
  amounts!: SkuAmounts[];
  @ApiProperty({ example: 205, description: 'Units of the whole days of the span' })
  comparedUnits!: number;
  @ApiProperty({ example: 180, description: 'Units of as many days before' })
  previousUnits!: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.177,
    description: 'Of compared against previous units. Null: new, nothing sold before',
  })
  growth!: number | null;
}

export class SalesRank {
  @ApiProperty({ type: [AppliedSpan] })
  applied!: AppliedSpan[];
  @ApiProperty({ example: 1210, description: 'Units of all SKUs in the span' })
  totalUnits!: number;
  @ApiProperty({ type: ComparedSpan, nullable: true, description: 'The days that growth is of' })
  comparison!: ComparedSpan | null;
  @ApiProperty({ type: [RankedSku] })
  rows!: RankedSku[];
  @ApiProperty({ type: Coverage })
  coverage!: Coverage;
  @ApiProperty({ type: Freshness })
  freshness!: Freshness;
}

@OpenAmount(OF_REACHED_SHOPS)
export class CheckedOrder {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: EXAMPLES.orderNumber })
  orderNumber!: string;
  @ApiProperty({ example: '2026-11-20', description: 'Local day of the shop' })
  day!: string;
  @ApiProperty({ format: 'date-time' })
  orderedAt!: string;
  @ApiProperty({ example: 'USD' })
  currency!: string;
  @ApiProperty({ example: 6_000, description: 'Ours: supply revenue less refunds at supply price' })
  netRevenueMinor!: number;
  @ApiProperty({ example: 5_100, description: 'Estimated revenue − shipping − sign on delivery' })
  platformNetRevenueMinor!: number;
  @ApiProperty({ example: -900, description: 'The platform’s less ours' })
  differenceMinor!: number;
  @ApiProperty({ example: 1_500, description: 'What we know of the buyer’s money given back' })
  refundsToBuyersMinor!: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 3_000,
    description: 'The marketplace’s own sum of refunds; null: not given',
  })
  platformRefundsMinor!: number | null;
}

export class RevenueCheckPage {
  @ApiProperty({ type: [AppliedSpan] })
  applied!: AppliedSpan[];
  @ApiProperty({ type: [CheckedOrder], description: 'The largest difference first' })
  rows!: CheckedOrder[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
  @ApiProperty({ type: Freshness })
  freshness!: Freshness;
}

/** Whose prices a money figure is made of; never two in one figure. */
export const BASES = ['retail', 'supply'] as const;
export type Basis = (typeof BASES)[number];

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
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'supply',
    enum: BASES,
    description: 'Of money: whose prices; null: no money',
  })
  basis!: Basis | null;
  @ApiProperty({
    type: [String],
    example: ['supply_revenue', 'refunds_at_supply'],
    description: 'Ids of the figures that it is made of, all on its basis',
  })
  terms!: readonly string[];
  @ApiProperty({
    enum: ABILITIES,
    enumName: 'Ability',
    isArray: true,
    description:
      'What a marketplace must give: of the shops of others the figure is not available, and they do not count',
  })
  needs!: readonly Ability[];
  @ApiProperty({ type: String, nullable: true, description: 'What does not count' })
  excludesEn!: string | null;
  @ApiProperty({ type: String, nullable: true })
  excludesZh!: string | null;
  @ApiProperty({ example: 'figures.md 5.3 Net revenue', description: 'The rule that it implements' })
  source!: string;
}

export class MetricDefinitionList {
  @ApiProperty({ type: [MetricDefinition] })
  rows!: MetricDefinition[];
}
