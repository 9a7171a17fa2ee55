import { type OrderFilters, type OrderSort, type ShipDue, TO_SHIP_STATUSES } from '#contracts';
import { type Conditions, type FilterName, type List, leavesNoneOut, onDaysOf } from '#lists';
import { marketplacesWithout } from '#marketplaces';
import { zoneOfShop } from '../zone-of-shop.js';
import { IS_TO_SHIP, NO_DEADLINE, SHIP_BY } from './order-deadline.js';
import { orderSearch } from './order-search.js';

/** What the filters that have counts of their own choose; counts are over all the others. */
export const COUNTED = ['status', 'label', 'due'] as const satisfies readonly FilterName<OrderFilters>[];

const ORDERED = onDaysOf('parent.ordered_at', zoneOfShop('parent.shop_id'));

/** Of `orders AS parent`, now; what is not to be shipped any more is due at no time. */
const IS_DUE: Record<ShipDue, string> = {
  overdue: `${SHIP_BY} < now()`,
  within_24h: `${SHIP_BY} >= now() AND ${SHIP_BY} < now() + interval '24 hours'`,
  within_48h: `${SHIP_BY} >= now() AND ${SHIP_BY} < now() + interval '48 hours'`,
  later: `${SHIP_BY} >= now() + interval '48 hours' AND ship_by_at IS NOT NULL`,
  none: 'ship_by_at IS NULL',
};

/** Conditions on `orders AS parent`, of the shops that `parent.shop_id` names: the list, its counts and exports read the same. */
export const ORDER_CONDITIONS: Conditions<OrderFilters> = {
  status: (statuses, { param }) =>
    `${isToShipOnly(statuses) ? `parent.${IS_TO_SHIP} AND ` : ''}parent.status = ANY(${param(statuses)}::text[])`,
  search: (search, asking) => orderSearch(search, asking),
  fulfilmentType: (type, { param }) => `parent.fulfilment_types @> ARRAY[${param(type)}::text]`,
  orderedFrom: (instant, { param }) => `parent.ordered_at >= ${param(instant)}::timestamptz`,
  orderedTo: (instant, { param }) => `parent.ordered_at < ${param(instant)}::timestamptz`,
  orderedFromDay: ORDERED.from,
  orderedToDay: ORDERED.to,
  amounts: (state, { param }) =>
    state === 'not_available'
      ? hasNoAmounts()
      : `parent.amount_state = ${param(state)} AND NOT ${hasNoAmounts()}`,
  label: (labels, { param }) => `parent.labels <> '{}' AND parent.labels && ${param(labels)}::text[]`,
  due: (due) => `parent.${IS_TO_SHIP} AND ${IS_DUE[due]}`,
  shipAfter: (instant, { param }) => `parent.ship_by_at >= ${param(instant)}::timestamptz`,
  shipBefore: (instant, { param }) => `parent.ship_by_at < ${param(instant)}::timestamptz`,
  updatedSince: (instant, { param }) => `parent.changed_at >= ${param(instant)}::timestamptz`,
  sort: leavesNoneOut,
};

/** Of orders whose marketplace gives no amounts; what is stored of their state says only that none was read. */
function hasNoAmounts(): string {
  const without = marketplacesWithout('amounts').map((marketplace) => `'${marketplace}'`);
  return without.length === 0
    ? 'false'
    : `(parent.shop_id IN (SELECT shop_id FROM shops WHERE marketplace IN (${without.join(', ')})))`;
}

function isToShipOnly(statuses: OrderFilters['status']): boolean {
  return (
    statuses !== undefined &&
    statuses.length > 0 &&
    statuses.every((status) => TO_SHIP_STATUSES.some((each) => each === status))
  );
}

/** What an order is sorted by. */
export interface SortedOrder {
  readonly ordered_at: Date;
  readonly ship_by_at: Date | null;
  readonly shop_id: string;
  readonly order_number: string;
}

const ORDER_LIST = { shop: 'parent.shop_id', conditions: ORDER_CONDITIONS } as const;

const LISTS: { readonly [Sort in OrderSort]: List<OrderFilters, SortedOrder> & { readonly sort: Sort } } = {
  ordered: {
    ...ORDER_LIST,
    sort: 'ordered',
    order: [
      ['desc', 'parent.ordered_at', 'instant', (row) => row.ordered_at],
      ['desc', 'parent.shop_id', 'id', (row) => row.shop_id],
      ['desc', 'parent.order_number', 'text', (row) => row.order_number],
    ],
  },
  ship_by: {
    ...ORDER_LIST,
    sort: 'ship_by',
    order: [
      ['asc', SHIP_BY, 'instant', (row) => row.ship_by_at ?? NO_DEADLINE],
      ['asc', 'parent.shop_id', 'id', (row) => row.shop_id],
      ['asc', 'parent.order_number', 'text', (row) => row.order_number],
    ],
  },
};

/** Where only orders are asked for that are still to be shipped, the most urgent come first. */
export function orderListOf({ sort, status, due }: OrderFilters): List<OrderFilters, SortedOrder> {
  return LISTS[sort ?? (due !== undefined || isToShipOnly(status) ? 'ship_by' : 'ordered')];
}
