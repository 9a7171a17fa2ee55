import type { Caller, OrderFilters } from '#contracts';
import { positionOf } from '#messaging';
import { type Conditions, onDaysOfShop } from '../conditions.js';

/** Numbers of orders are looked for from their start; everything else in what the lines say. */
const ORDER_NUMBER = /^(PO-)?\d+-?\d*$/i;

const ORDERED = onDaysOfShop('parent.ordered_at', 'parent.shop_id');

/** `%`, `_` and the escape itself are searched for as they are written. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, (char) => `\\${char}`);
}

/**
 * Conditions on `parent_orders AS parent`. Each filter is one line here: the order list, its counts and exports read the same.
 * @throws AppError `request.invalid` for a cursor that no page has given
 */
export function orderConditions(
  filters: OrderFilters,
  caller: Caller,
  options = { withStatus: true },
): Conditions {
  const params: unknown[] = [];
  const parts: string[] = [];
  const where = (condition: (param: string) => string, value: unknown): void => {
    params.push(value);
    parts.push(condition(`$${params.length}`));
  };
  if (caller.shopIds !== null) where((ids) => `parent.shop_id = ANY(${ids}::uuid[])`, caller.shopIds);
  if (filters.shopId !== undefined) where((id) => `parent.shop_id = ${id}::uuid`, filters.shopId);
  if (options.withStatus && filters.status !== undefined && filters.status.length > 0) {
    where((statuses) => `parent.status = ANY(${statuses}::text[])`, filters.status);
  }
  if (filters.fulfilmentType !== undefined) {
    where((type) => `parent.fulfilment_types @> ARRAY[${type}::text]`, filters.fulfilmentType);
  }
  if (filters.orderedFrom !== undefined)
    where((from) => `parent.ordered_at >= ${from}::timestamptz`, filters.orderedFrom);
  if (filters.orderedTo !== undefined)
    where((to) => `parent.ordered_at < ${to}::timestamptz`, filters.orderedTo);
  if (filters.orderedFromDay !== undefined) where(ORDERED.from, filters.orderedFromDay);
  if (filters.orderedToDay !== undefined) where(ORDERED.to, filters.orderedToDay);
  if (filters.amounts !== undefined) where((state) => `parent.amount_state = ${state}`, filters.amounts);
  if (filters.search !== undefined) addSearch(filters.search.trim(), where);
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), params };
}

type Where = (condition: (param: string) => string, value: unknown) => void;

function lineExists(condition: string): string {
  return `EXISTS (SELECT FROM order_lines AS line WHERE line.shop_id = parent.shop_id
    AND line.parent_order_sn = parent.parent_order_sn AND (${condition}))`;
}

function addSearch(text: string, where: Where): void {
  if (ORDER_NUMBER.test(text)) {
    where(
      (start) =>
        `(parent.parent_order_sn LIKE ${start} OR ${lineExists(
          `line.order_sn LIKE ${start} OR line.sku_id LIKE ${start} OR line.goods_id LIKE ${start} OR line.seller_sku LIKE ${start}`,
        )})`,
      `${likeText(text.toUpperCase())}%`,
    );
    return;
  }
  where(
    (part) => lineExists(`line.goods_name ILIKE ${part} OR line.seller_sku ILIKE ${part}`),
    `%${likeText(text)}%`,
  );
}

/** Where the next page begins; all lists of orders are newest first. */
export function afterCursor(cursor: string | undefined, firstParam: number): Conditions {
  const position = positionOf(cursor, ['instant', 'id', 'text']);
  if (position === null) return { sql: 'true', params: [] };
  const [at, shop, sn] = [firstParam, firstParam + 1, firstParam + 2].map((number) => `$${number}`);
  return {
    sql: `(parent.ordered_at, parent.shop_id, parent.parent_order_sn) < (${at}::timestamptz, ${shop}::uuid, ${sn})`,
    params: position,
  };
}
