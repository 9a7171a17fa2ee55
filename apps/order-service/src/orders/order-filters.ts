import {
  type Caller,
  type OrderFilters,
  type OrderSort,
  type ShipDue,
  shopsToRead,
  TO_SHIP_STATUSES,
} from '#contracts';
import { positionOf } from '#messaging';
import { invalid, refusedField, shopsOf } from '#runtime';
import { type Conditions, onDaysOfShop } from '../conditions.js';
import { IS_TO_SHIP, NO_DEADLINE, SHIP_BY } from './order-deadline.js';
import { orderSearch } from './order-search.js';

/** What the filters that have counts of their own choose; counts are over all the others. */
export const COUNTED = ['status', 'label', 'due'] as const;
type CountedFilter = (typeof COUNTED)[number];

const ORDERED = onDaysOfShop('parent.ordered_at', 'parent.shop_id');

/** Of `orders AS parent`, now; what is not to be shipped any more is due at no time. */
const IS_DUE: Record<ShipDue, string> = {
  overdue: `${SHIP_BY} < now()`,
  within_24h: `${SHIP_BY} >= now() AND ${SHIP_BY} < now() + interval '24 hours'`,
  within_48h: `${SHIP_BY} >= now() AND ${SHIP_BY} < now() + interval '48 hours'`,
  later: `${SHIP_BY} >= now() + interval '48 hours' AND ship_by_at IS NOT NULL`,
  none: 'ship_by_at IS NULL',
};

/**
 * Conditions on `orders AS parent`. Each filter is one line here: the order list, its counts and exports read the same.
 * @throws AppError `request.invalid` for a cursor that no page has given
 */
export function orderConditions(
  filters: OrderFilters,
  caller: Caller,
  without: readonly CountedFilter[] = [],
): Conditions {
  const params: unknown[] = [];
  const parts: string[] = [];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const asked = (name: CountedFilter): boolean => !without.includes(name);
  const { status, label, due } = filters;
  const within = shopsOf(shopsToRead(caller, filters.shopId), param);
  parts.push(within('parent'));
  if (asked('status') && status !== undefined && status.length > 0) {
    parts.push(isToShipOnly(status) ? `parent.${IS_TO_SHIP}` : 'true');
    parts.push(`parent.status = ANY(${param(status)}::text[])`);
  }
  if (asked('due') && due !== undefined) parts.push(`parent.${IS_TO_SHIP} AND ${IS_DUE[due]}`);
  if (asked('label') && label !== undefined && label.length > 0)
    parts.push(`parent.labels <> '{}' AND parent.labels && ${param(label)}::text[]`);
  if (filters.fulfilmentType !== undefined)
    parts.push(`parent.fulfilment_types @> ARRAY[${param(filters.fulfilmentType)}::text]`);
  if (filters.orderedFrom !== undefined)
    parts.push(`parent.ordered_at >= ${param(filters.orderedFrom)}::timestamptz`);
  if (filters.orderedTo !== undefined)
    parts.push(`parent.ordered_at < ${param(filters.orderedTo)}::timestamptz`);
  if (filters.orderedFromDay !== undefined) parts.push(ORDERED.from(param(filters.orderedFromDay)));
  if (filters.orderedToDay !== undefined) parts.push(ORDERED.to(param(filters.orderedToDay)));
  if (filters.shipAfter !== undefined)
    parts.push(`parent.ship_by_at >= ${param(filters.shipAfter)}::timestamptz`);
  if (filters.shipBefore !== undefined)
    parts.push(`parent.ship_by_at < ${param(filters.shipBefore)}::timestamptz`);
  if (filters.updatedSince !== undefined)
    parts.push(`parent.changed_at >= ${param(filters.updatedSince)}::timestamptz`);
  if (filters.amounts !== undefined) parts.push(`parent.amount_state = ${param(filters.amounts)}`);
  if (filters.search !== undefined) parts.push(orderSearch(filters.search, param, within));
  return { sql: parts.filter((part) => part !== 'true').join(' AND ') || 'true', params };
}

function isToShipOnly(statuses: OrderFilters['status']): boolean {
  return (
    statuses !== undefined &&
    statuses.length > 0 &&
    statuses.every((status) => TO_SHIP_STATUSES.some((each) => each === status))
  );
}

/** Where only orders are asked for that are still to be shipped, the most urgent come first. */
export function sortOf({ sort, status, due }: OrderFilters): OrderSort {
  return sort ?? (due !== undefined || isToShipOnly(status) ? 'ship_by' : 'ordered');
}

/** What the rows are sorted by, of the table that is named. */
export const ORDER_BY: Record<OrderSort, (table: string) => string> = {
  ordered: (table) => `${table}.ordered_at DESC, ${table}.shop_id DESC, ${table}.order_number DESC`,
  ship_by: (table) => `${SHIP_BY}, ${table}.shop_id, ${table}.order_number`,
};

/** An order's place in the list, as a cursor holds it: a cursor of one order of sorting is none of the other. */
export function placeOf(
  sort: OrderSort,
  row: { ordered_at: Date; ship_by_at: Date | null; shop_id: string; order_number: string },
): readonly string[] {
  const at = sort === 'ordered' ? row.ordered_at : row.ship_by_at;
  return [sort, at?.toISOString() ?? NO_DEADLINE, row.shop_id, row.order_number];
}

/** Where the next page begins. */
export function afterCursor(sort: OrderSort, cursor: string | undefined, firstParam: number): Conditions {
  const found = positionOf(cursor, ['text', 'instant', 'id', 'text']);
  if (found === null) return { sql: 'true', params: [] };
  const [by, ...position] = found;
  if (by !== sort)
    throw invalid(
      'request.invalid',
      'cursor is of a list that is sorted otherwise. Leave it out for the first page.',
      [refusedField('cursor', 'input.cursor_of_sort', { sort })],
    );
  const [at, shop, number] = [firstParam, firstParam + 1, firstParam + 2].map((number) => `$${number}`);
  const place = `(${at}::timestamptz, ${shop}::uuid, ${number})`;
  return {
    sql:
      sort === 'ordered'
        ? `(parent.ordered_at, parent.shop_id, parent.order_number) < ${place}`
        : `(${SHIP_BY}, parent.shop_id, parent.order_number) > ${place}`,
    params: position,
  };
}
