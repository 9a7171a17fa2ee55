import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional } from 'class-validator';
import type { Ability } from '#marketplaces';
import { EXAMPLES } from '../kernel/examples.js';
import { Amount } from '../kernel/field-rights.js';
import { IsId, IsInstant, IsMarketplaceId, IsText } from '../kernel/fields.js';
import { InstantFilter, SearchFilter, ShopFilter, UpdatedSinceFilter } from '../kernel/list-filters.js';
import { LocalDay } from '../kernel/local-day.js';
import { LackedAbilities, type NotAvailable, NotAvailableShops } from '../kernel/not-available.js';
import { PageQuery } from '../kernel/page.js';
import { asList } from '../kernel/query-list.js';
import { AfterSalesCase } from './after-sales.js';
import { MaskedAddress } from './order-address.js';

export const ORDER_STATUSES = [
  'pending',
  'unshipped',
  'partially_shipped',
  'shipped',
  'partially_delivered',
  'delivered',
  'cancelled',
  'unknown',
] as const;
/** Our words for the marketplace's numbers; `unknown` keeps the number beside it. */
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const AMOUNT_STATES = [
  'pending',
  'computing',
  'known',
  'unreadable',
  'blocked',
  'not_available',
] as const;
/**
 * `computing`: the marketplace is not ready; `unreadable`: its answer lies in quarantine; `blocked`: the token lacks the
 * permission; `not_available`: the marketplace gives none.
 */
export type AmountState = (typeof AMOUNT_STATES)[number];

/** `hidden`: the caller may not see amounts of this shop. */
export const SHOWN_AMOUNT_STATES = [...AMOUNT_STATES, 'hidden'] as const;
export type ShownAmountState = (typeof SHOWN_AMOUNT_STATES)[number];

export const FULFILMENT_TYPES = ['seller', 'marketplace', 'partner_warehouse', 'unknown'] as const;
/** Who ships: the seller, the marketplace's own warehouse, one that works with it, or a word that is new to us. */
export type FulfilmentType = (typeof FULFILMENT_TYPES)[number];

/** Whether the seller still has something to ship: such an order has a deadline that can be missed. */
const HAS_SOMETHING_TO_SHIP: Readonly<Record<OrderStatus, boolean>> = {
  pending: false,
  unshipped: true,
  partially_shipped: true,
  shipped: false,
  partially_delivered: false,
  delivered: false,
  cancelled: false,
  unknown: false,
};
export const TO_SHIP_STATUSES: readonly OrderStatus[] = ORDER_STATUSES.filter(
  (status) => HAS_SOMETHING_TO_SHIP[status],
);

export const SHIP_DUE = ['overdue', 'within_24h', 'within_48h', 'later', 'none'] as const;
/**
 * When an order that is still to be shipped is due. `within_48h` holds `within_24h`, both begin now; `none`: the
 * marketplace named no deadline.
 */
export type ShipDue = (typeof SHIP_DUE)[number];

export const ORDER_SORTS = ['ordered', 'ship_by'] as const;
/** `ordered`: newest first. `ship_by`: the earliest deadline first, those without one last. */
export type OrderSort = (typeof ORDER_SORTS)[number];

/** Amounts of one order in minor units of `currency`; null where the marketplace gave none. */
export class ShownAmounts {
  @ApiProperty({ enum: SHOWN_AMOUNT_STATES, enumName: 'ShownAmountState' })
  @Amount('hidden')
  state!: ShownAmountState;
  @ApiProperty({ type: String, nullable: true, example: 'USD' })
  @Amount()
  currency!: string | null;
  @ApiProperty({ type: Number, nullable: true, example: 2598, description: 'What the items cost the buyer' })
  @Amount()
  retailMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1450,
    description: 'Supply revenue before deductions',
  })
  @Amount()
  basePriceMinor!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 2780 })
  @Amount()
  customerPaidMinor!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 0 })
  @Amount()
  refundedMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1450,
    description: "The marketplace's estimate for the seller",
  })
  @Amount()
  estimatedRevenueMinor!: number | null;
}

export class OrderLine {
  @ApiProperty({ example: '211-00000000000000001' })
  lineId!: string;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status!: OrderStatus;
  @ApiProperty({ type: String, nullable: true, example: '600000000000001' })
  productId!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '17000000000001' })
  skuId!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'MUG-RED-L' })
  sellerSku!: string | null;
  @ApiProperty({ example: 'Steel travel mug' })
  productName!: string;
  @ApiProperty({ type: String, nullable: true, example: 'Red, L' })
  spec!: string | null;
  @ApiProperty({ type: String, nullable: true })
  imageUrl!: string | null;
  @ApiProperty({ example: 2, description: 'Units as ordered' })
  orderedQuantity!: number;
  @ApiProperty({ example: 0, description: 'Units of them that were cancelled before shipment' })
  cancelledBeforeShipment!: number;
  @ApiProperty({ example: 2, description: 'Units ordered less those cancelled before shipment' })
  netQuantity!: number;
  @ApiProperty({ example: 1, description: 'Pieces of the seller’s stock in one unit sold' })
  soldFactor!: number;
  @ApiProperty({ enum: FULFILMENT_TYPES, enumName: 'FulfilmentType', nullable: true })
  fulfilmentType!: FulfilmentType | null;
  @ApiProperty({
    type: [String],
    example: ['pre_sale_order'],
    description: "The marketplace's own words; an open set",
  })
  labels!: string[];
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 2598,
    description: 'Retail price of all units as ordered',
  })
  @Amount()
  retailMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1450,
    description: 'Supply price of all units as ordered',
  })
  @Amount()
  basePriceMinor!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 1299 })
  @Amount()
  unitRetailMinor!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 725 })
  @Amount()
  unitBasePriceMinor!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0,
    description: 'Units of finished after-sales cases; null where the marketplace gives no cases',
  })
  refundedUnits!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0,
    description: 'What the buyer was given back in finished after-sales cases, retail basis; null: not known',
  })
  @Amount()
  refundedMinor!: number | null;
}

/** The buyer asks to cancel before shipment, and nobody has decided yet. */
export class CancelRequest {
  @ApiProperty({ format: 'date-time', description: 'When the buyer asked' })
  requestedAt!: string;
  @ApiProperty({
    format: 'date-time',
    description: 'Undecided until then, the marketplace cancels by itself',
  })
  decideBy!: string;
}

/** What a buyer placed at once: one or more lines. */
export class Order {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ example: EXAMPLES.orderNumber })
  orderNumber!: string;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status!: OrderStatus;
  @ApiProperty({ example: 2, description: "The marketplace's own number" })
  platformStatus!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '211',
    description: "The marketplace's own name or number of the country",
  })
  platformRegion!: string | null;
  @ApiProperty({ format: 'date-time' })
  orderedAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  confirmedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Latest moment to ship' })
  shipByAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  shippedAt!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Deadline of delivery, not the delivery',
  })
  deliverByAt!: string | null;
  @ApiProperty({ format: 'date-time', description: "The marketplace's time of its last change" })
  platformUpdatedAt!: string;
  @ApiProperty({
    type: [String],
    example: ['past_due', 'pending_buyer_cancellation'],
    description:
      "The marketplace's own words; an open set. Known: soon_to_be_overdue, past_due, pending_buyer_cancellation, pending_buyer_address_change, pending_risk_control_alert, signature_required_on_delivery",
  })
  labels!: string[];
  @ApiProperty({
    type: CancelRequest,
    nullable: true,
    description: 'Null without the label pending_buyer_cancellation, and until the request has been read',
  })
  cancelRequest!: CancelRequest | null;
  @ApiProperty({ enum: FULFILMENT_TYPES, enumName: 'FulfilmentType', isArray: true })
  fulfilmentTypes!: FulfilmentType[];
  @ApiProperty({
    example: 3,
    description: 'Units ordered less those cancelled before shipment, over all lines',
  })
  units!: number;
  @ApiProperty({ type: ShownAmounts })
  amounts!: ShownAmounts;
  @ApiProperty({ example: 4, description: 'Rises with every stored change' })
  version!: number;
  @ApiProperty({ format: 'date-time', description: 'When its last change was stored here' })
  changedAt!: string;
  @ApiProperty({ type: [OrderLine] })
  lines!: OrderLine[];
}

/**
 * `first_load`: the shop's first reading, or one of a depth; `amounts`: only the amounts changed; `after_sales`: only
 * what its cases say of refunds.
 */
export const ORDER_CHANGE_SOURCES = [
  'first_load',
  'poll',
  'amounts',
  'after_sales',
  'hand',
  'webhook',
] as const;
export type OrderChangeSource = (typeof ORDER_CHANGE_SOURCES)[number];

export class OrderLineChange {
  @ApiProperty({ example: '211-00000000000000001' })
  lineId!: string;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status!: OrderStatus;
  @ApiProperty({
    enum: ORDER_STATUSES,
    enumName: 'OrderStatus',
    nullable: true,
    description: 'Null: a new line',
  })
  previousStatus!: OrderStatus | null;
}

export class OrderChange {
  @ApiProperty({ example: 4 })
  version!: number;
  @ApiProperty({ format: 'date-time', description: 'When we stored it' })
  at!: string;
  @ApiProperty({
    enum: ORDER_CHANGE_SOURCES,
    enumName: 'OrderChangeSource',
    description: 'How it was found',
  })
  source!: OrderChangeSource;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: "The marketplace's time of the change; null for amounts, which do not move it",
  })
  platformUpdatedAt!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Li Wei',
    description: 'Who asked for the order to be read again; null unless by hand',
  })
  changedBy!: string | null;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status!: OrderStatus;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus', nullable: true })
  previousStatus!: OrderStatus | null;
  @ApiProperty({ type: [OrderLineChange], description: 'Lines whose status changed with it' })
  lines!: OrderLineChange[];
}

export class OrderDetail extends Order {
  @ApiProperty({
    type: [OrderChange],
    description: 'Newest first, at most 100; fewer where each is very large',
  })
  history!: OrderChange[];
  @ApiProperty({ type: MaskedAddress })
  address!: MaskedAddress;
  @ApiProperty({
    type: [AfterSalesCase],
    description: 'Cases of this order, newest first; see `notAvailable`',
  })
  afterSales!: AfterSalesCase[];
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0,
    description:
      'Units of finished after-sales cases that fit no line of the order; null where the marketplace gives no cases',
  })
  unmatchedRefundUnits!: number | null;
  @ApiProperty({
    type: [String],
    description: 'Finished cases in which something fits no line, or is in another currency than the order',
  })
  unmatchedRefundCases!: string[];
  @ApiProperty({
    type: [String],
    example: ['product_name of 211-00000000000000001'],
    description: 'Known before, empty in the last answer although the order had not changed, and kept',
  })
  keptFields!: string[];
  @LackedAbilities()
  notAvailable!: Ability[];
  @ApiProperty({ type: [String] })
  warnings!: string[];
  @ApiProperty({ type: String, nullable: true, example: 'PPD' })
  paymentType!: string | null;
}

/** The filters of the order list. A new filter goes here, into `order-filters.ts` of order-service, and onto the page. */
export class OrderFilters extends PageQuery {
  @ShopFilter()
  shopId?: string[];

  @ApiProperty({ required: false, enum: ORDER_STATUSES, enumName: 'OrderStatus', isArray: true })
  @IsOptional()
  @Transform(asList)
  @IsArray()
  @ArrayMaxSize(ORDER_STATUSES.length)
  @IsIn(ORDER_STATUSES, { each: true })
  status?: OrderStatus[];

  @SearchFilter(
    'Number of an order, a line or an after-sales case, from its start and with or without what stands before its digits; SKU id or product id from its start; or a part of the goods name, the variant or the seller SKU',
    'mug',
  )
  search?: string;

  @ApiProperty({ required: false, enum: FULFILMENT_TYPES, enumName: 'FulfilmentType' })
  @IsOptional()
  @IsIn(FULFILMENT_TYPES)
  fulfilmentType?: FulfilmentType;

  @ApiProperty({ required: false, format: 'date-time', description: 'Ordered at or after this instant' })
  @IsOptional()
  @IsInstant()
  orderedFrom?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'Ordered before this instant' })
  @IsOptional()
  @IsInstant()
  orderedTo?: string;

  @LocalDay('Ordered on this day or later')
  orderedFromDay?: string;

  @LocalDay('Ordered on this day or earlier')
  orderedToDay?: string;

  @ApiProperty({ required: false, enum: AMOUNT_STATES, enumName: 'AmountState' })
  @IsOptional()
  @IsIn(AMOUNT_STATES)
  amounts?: AmountState;

  @ApiProperty({
    required: false,
    type: [String],
    maxItems: 20,
    example: ['pending_buyer_cancellation'],
    description: 'Orders with at least one of these labels',
  })
  @IsOptional()
  @Transform(asList)
  @IsArray()
  @ArrayMaxSize(20)
  @IsText(1, 100, { each: true })
  label?: string[];

  @ApiProperty({
    required: false,
    enum: SHIP_DUE,
    enumName: 'ShipDue',
    description:
      'Orders still to be shipped, by when they are due: `within_48h` holds `within_24h`, neither holds what is overdue; `none` without a deadline',
  })
  @IsOptional()
  @IsIn(SHIP_DUE)
  due?: ShipDue;

  @InstantFilter('To be shipped by this instant or later, whatever the status')
  shipAfter?: string;

  @InstantFilter('To be shipped before this instant, whatever the status')
  shipBefore?: string;

  @UpdatedSinceFilter()
  updatedSince?: string;

  @ApiProperty({
    required: false,
    enum: ORDER_SORTS,
    enumName: 'OrderSort',
    description:
      '`ordered`: newest first; `ship_by`: earliest deadline first, those without one last. Left out: `ship_by` where `status` or `due` leaves only orders that are still to be shipped, else `ordered`',
  })
  @IsOptional()
  @IsIn(ORDER_SORTS)
  sort?: OrderSort;
}

export class OrderKey {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ example: EXAMPLES.orderNumber })
  @IsMarketplaceId()
  orderNumber!: string;
}

export class OrderCounts {
  @ApiProperty({ example: 4645 })
  total!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { unshipped: 120, shipped: 900 },
  })
  byStatus!: Partial<Record<OrderStatus, number>>;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { past_due: 12, pending_buyer_cancellation: 2 },
    description: 'Over all filters but `label`; an order counts at each of its labels',
  })
  byLabel!: Record<string, number>;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { overdue: 65, within_24h: 20, within_48h: 31, later: 22, none: 2 },
    description: 'Orders still to be shipped, over all filters but `due`; `within_48h` holds `within_24h`',
  })
  byDue!: Record<ShipDue, number>;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

export class OrderPage {
  @ApiProperty({ type: [Order] })
  rows!: Order[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}
