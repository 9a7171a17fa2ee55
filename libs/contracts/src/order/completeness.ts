import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Ability } from '#marketplaces';
import { defineRpc } from '../kernel/define-rpc.js';
import { EXAMPLES } from '../kernel/examples.js';
import { IsDay, IsId } from '../kernel/fields.js';
import { type NotAvailable, NotAvailableShops, type PageWithLacks } from '../kernel/not-available.js';
import { PageQuery } from '../kernel/page.js';
import { NEEDS_OF_KIND } from '../sync/needs-of-kinds.js';
import { ORDER_STATUSES, type OrderStatus } from './order.js';

/**
 * `not_available`: the marketplace does not count what it lists, or does not list it: nothing can be compared.
 * `unchecked`: not compared yet, compared in another time zone than the shop's present one, or its list was not whole. `gap`: the marketplace has
 * records that we have not, after they were asked for. `stale`: we hold some with another status or update time than it
 * lists, although they were stored anew. `surplus`: we hold records that its list does not show.
 * `unreadable`: what is missing lies in quarantine.
 */
export const COMPLETENESS_STATES = [
  'not_available',
  'unchecked',
  'complete',
  'unreadable',
  'surplus',
  'stale',
  'gap',
] as const;
export type CompletenessState = (typeof COMPLETENESS_STATES)[number];

/** Which list is compared: orders, or after-sales cases. Both by day of creation. */
export const COMPLETENESS_OF = ['orders', 'after_sales'] as const;
export type CompletenessOf = (typeof COMPLETENESS_OF)[number];

/** What a marketplace must give, so that one of its lists can be compared. */
export const NEEDS_OF_COMPLETENESS: Readonly<Record<CompletenessOf, readonly Ability[]>> = {
  orders: NEEDS_OF_KIND.audit,
  after_sales: [...NEEDS_OF_KIND.audit, 'after_sales'],
};

/** Numbers of orders: all are counted, the first hundred are named. */
export class NamedOrders {
  @ApiProperty({ example: 15, description: 'Orders' })
  count!: number;
  @ApiProperty({
    type: [String],
    example: [EXAMPLES.orderNumber],
    description: 'Their numbers, at most 100',
  })
  numbers!: string[];
}

export class RefetchedOrders extends NamedOrders {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When missing orders were last read; null when none ever was missing',
  })
  at!: string | null;
}

/** One creation day of one shop in the completeness ledger; of cases, when `of` is `after_sales`: the fields count either. */
export class CompletenessDay {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ format: 'date', example: '2026-10-25', description: "A day of the shop's time zone" })
  day!: string;
  @ApiProperty({ example: 'Europe/Berlin', description: 'IANA zone in which the day was counted' })
  timeZone!: string;
  @ApiProperty({ format: 'date-time', description: 'First instant of the day' })
  from!: string;
  @ApiProperty({ format: 'date-time', description: 'First instant after the day: 23, 24 or 25 hours later' })
  to!: string;
  @ApiProperty({ enum: COMPLETENESS_STATES, enumName: 'CompletenessState' })
  state!: CompletenessState;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 101,
    description: 'Orders by the marketplace’s count; null while unchecked',
  })
  platformOrders!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 101,
    description: 'Orders that we held at that moment; null while unchecked',
  })
  ourOrders!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0,
    description: '`platformOrders` less `ourOrders`; null while unchecked',
  })
  difference!: number | null;
  @ApiProperty({
    example: 0,
    description: 'Of the difference: orders that could not be understood and lie in quarantine',
  })
  unreadableOrders!: number;
  @ApiProperty({
    type: NamedOrders,
    description: 'Still missing after they were asked for; the marketplace may count some it does not list',
  })
  missing!: NamedOrders;
  @ApiProperty({
    type: NamedOrders,
    description: 'Still held with another status or update time than listed, after they were stored anew',
  })
  stale!: NamedOrders;
  @ApiProperty({ type: NamedOrders, description: 'Held by us, not in its list; nothing is deleted' })
  surplus!: NamedOrders;
  @ApiProperty({ type: RefetchedOrders, description: 'Were missing when last any was, and were read then' })
  refetched!: RefetchedOrders;
  @ApiProperty({
    type: RefetchedOrders,
    description: 'Differed in status or update time when last any did, and were stored as listed then',
  })
  renewed!: RefetchedOrders;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  checkedAt!: string | null;
}

/** Which part of the ledger; days are those of each shop's own zone. */
export class CompletenessSpan {
  @ApiProperty({ required: false, enum: COMPLETENESS_OF, enumName: 'CompletenessOf', default: 'orders' })
  @IsOptional()
  @IsIn(COMPLETENESS_OF)
  of?: CompletenessOf;

  @ApiProperty({ required: false, format: 'uuid', description: 'Left out: every shop that you may see' })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({ required: false, format: 'date', example: '2026-10-01', description: 'First day' })
  @IsOptional()
  @IsDay()
  from?: string;

  @ApiProperty({
    required: false,
    format: 'date',
    example: '2026-10-31',
    description: 'Last day, included',
  })
  @IsOptional()
  @IsDay()
  to?: string;
}

export class ListCompletenessDays extends IntersectionType(CompletenessSpan, PageQuery) {
  @ApiProperty({ required: false, enum: COMPLETENESS_STATES, enumName: 'CompletenessState' })
  @IsOptional()
  @IsIn(COMPLETENESS_STATES)
  state?: CompletenessState;
}

export class CompletenessDayPage {
  @ApiProperty({ type: [CompletenessDay] })
  rows!: CompletenessDay[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

/** Sums over the ledger: orders of the checked days, and days by state. */
export class CompletenessSummary {
  @ApiProperty({
    example: 48211,
    description: 'Orders by the marketplace’s count, of all checked days',
  })
  platformOrders!: number;
  @ApiProperty({ example: 48211, description: 'Orders that we held when the days were checked' })
  ourOrders!: number;
  @ApiProperty({ example: 0, description: '`platformOrders` less `ourOrders`' })
  difference!: number;
  @ApiProperty({ example: 0, description: 'Orders still missing after they were asked for' })
  missingOrders!: number;
  @ApiProperty({ example: 0, description: 'Held otherwise than listed, after they were stored anew' })
  staleOrders!: number;
  @ApiProperty({ example: 2, description: 'Differed from the list once and were stored as listed then' })
  renewedOrders!: number;
  @ApiProperty({ example: 0, description: 'Orders in quarantine' })
  unreadableOrders!: number;
  @ApiProperty({ example: 0, description: 'Orders that we hold and its list does not show' })
  surplusOrders!: number;
  @ApiProperty({ example: 15, description: 'Orders that were missing once and were read then' })
  refetchedOrders!: number;
  @ApiProperty({ example: 365, description: 'Days that were checked, whatever came out' })
  daysChecked!: number;
  @ApiProperty({
    example: 0,
    description:
      'Whole days within what the shop has loaded that are not checked; the day that is under way is not due yet',
  })
  daysUnchecked!: number;
  @ApiProperty({ example: 0, description: 'Days in state `gap` or `stale`' })
  daysWithGap!: number;
  @ApiProperty({ example: 12, description: 'Shops whose days are counted here: those that are connected' })
  shopsCounted!: number;
  @ApiProperty({
    example: 1,
    description: 'Shops that cannot be checked, as they are not connected; nothing of theirs is counted here',
  })
  shopsNotConnected!: number;
  @ApiProperty({
    example: 0,
    description:
      'Shops whose marketplace does not count: nothing can be compared, and nothing of theirs is counted here',
  })
  shopsNotAvailable!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Since when one of those that are not connected was not checked; null when there is none, or none ever was',
  })
  notCheckedSince!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last audit ended well; null when none has',
  })
  lastAuditAt!: string | null;
}

export class CompletenessShop extends CompletenessSummary {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({
    enum: COMPLETENESS_STATES,
    enumName: 'CompletenessState',
    description:
      'The worst of its days: gap, stale, surplus, unreadable, unchecked, complete; a shop that is not connected is unchecked at best, one whose marketplace does not count is not_available',
  })
  state!: CompletenessState;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Creation time from which orders are loaded; null before the first load has ended',
  })
  loadedFrom!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Marketplace time up to which every change is read; null before the first load has ended',
  })
  loadedThrough!: string | null;
}

export class CompletenessShopPage {
  @ApiProperty({ type: [CompletenessShop] })
  rows!: CompletenessShop[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

export class CompletenessDayKey {
  @ApiProperty({ format: 'uuid' })
  @IsId('shop')
  shopId!: string;

  @ApiProperty({ format: 'date', example: '2026-10-25', description: "A day of the shop's time zone" })
  @IsDay()
  day!: string;
}

export class CompletenessStatus {
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status!: OrderStatus;
  @ApiProperty({ example: 2, description: "The marketplace's own number of the status" })
  platformStatus!: string;
  @ApiProperty({ example: 12, description: 'Orders by the marketplace’s count, now' })
  platformOrders!: number;
  @ApiProperty({ example: 12, description: 'Orders that we hold in this status, now' })
  ourOrders!: number;
  @ApiProperty({ example: 0, description: '`platformOrders` less `ourOrders`' })
  difference!: number;
}

/** One day by status, asked live: orders that change meanwhile show as a difference until the next sync. */
export class CompletenessStatuses {
  @ApiProperty({ format: 'uuid' })
  shopId!: string;
  @ApiProperty({ format: 'date', example: '2026-10-25' })
  day!: string;
  @ApiProperty({ format: 'date-time', description: 'When both were counted' })
  countedAt!: string;
  @ApiProperty({ example: 101, description: 'All statuses by the marketplace’s count' })
  platformOrders!: number;
  @ApiProperty({ example: 101, description: 'All statuses that we hold' })
  ourOrders!: number;
  @ApiProperty({ type: [CompletenessStatus] })
  rows!: CompletenessStatus[];
}

export class ListCompletenessShops extends PageQuery {
  @ApiProperty({ required: false, enum: COMPLETENESS_OF, enumName: 'CompletenessOf', default: 'orders' })
  @IsOptional()
  @IsIn(COMPLETENESS_OF)
  of?: CompletenessOf;
}

export const Completeness = {
  days: defineRpc('order', 'completeness', 'list', 1, {
    input: ListCompletenessDays,
    kind: 'query',
    callers: ['gateway'],
  }).answers<PageWithLacks<CompletenessDay>>(),
  summary: defineRpc('order', 'completeness', 'summarise', 1, {
    input: CompletenessSpan,
    kind: 'query',
    callers: ['gateway'],
  }).answers<CompletenessSummary>(),
  shops: defineRpc('order', 'completeness', 'list-shops', 1, {
    input: ListCompletenessShops,
    kind: 'query',
    callers: ['gateway'],
  }).answers<PageWithLacks<CompletenessShop>>(),
  /** Asks the marketplace, now: eight calls. */
  statuses: defineRpc('order', 'completeness', 'count-statuses', 1, {
    input: CompletenessDayKey,
    kind: 'query',
    callers: ['gateway'],
    timeoutMs: 20_000,
  }).answers<CompletenessStatuses>(),
} as const;
