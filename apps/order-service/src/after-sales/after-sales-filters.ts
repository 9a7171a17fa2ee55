import type { AfterSalesFilters, Caller } from '#contracts';
import { positionOf } from '#messaging';
import { type Conditions, onDaysOfShop } from '../conditions.js';

const OPENED = onDaysOfShop('item.opened_at', 'item.shop_id');

/**
 * Conditions on `after_sales AS item`, one line a filter: the list and its counts read the same.
 * @throws AppError `request.invalid`
 */
export function caseConditions(
  filters: AfterSalesFilters,
  caller: Caller,
  options = { withStatus: true },
): Conditions {
  const params: unknown[] = [];
  const parts: string[] = [];
  const where = (condition: (param: string) => string, value: unknown): void => {
    params.push(value);
    parts.push(condition(`$${params.length}`));
  };
  if (caller.shopIds !== null) where((ids) => `item.shop_id = ANY(${ids}::uuid[])`, caller.shopIds);
  if (filters.shopId !== undefined) where((id) => `item.shop_id = ${id}::uuid`, filters.shopId);
  if (options.withStatus && filters.status !== undefined && filters.status.length > 0) {
    where((statuses) => `item.status = ANY(${statuses}::text[])`, filters.status);
  }
  if (options.withStatus && filters.open !== undefined)
    where((isOpen) => `item.is_open = ${isOpen}`, filters.open);
  if (filters.type !== undefined) where((type) => `item.type = ${type}`, filters.type);
  if (filters.parentOrderSn !== undefined)
    where((sn) => `item.parent_order_sn = ${sn}`, filters.parentOrderSn);
  if (filters.openedFrom !== undefined)
    where((from) => `item.opened_at >= ${from}::timestamptz`, filters.openedFrom);
  if (filters.openedTo !== undefined) where((to) => `item.opened_at < ${to}::timestamptz`, filters.openedTo);
  if (filters.openedFromDay !== undefined) where(OPENED.from, filters.openedFromDay);
  if (filters.openedToDay !== undefined) where(OPENED.to, filters.openedToDay);
  if (filters.actBefore !== undefined)
    where((before) => `item.is_open AND item.act_by < ${before}::timestamptz`, filters.actBefore);
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), params };
}

/** Where the next page begins. */
export function afterCaseCursor(cursor: string | undefined, firstParam: number): Conditions {
  const position = positionOf(cursor, ['whole', 'id', 'text']);
  if (position === null) return { sql: 'true', params: [] };
  const [a, b, c] = [firstParam, firstParam + 1, firstParam + 2].map((number) => `$${number}`);
  return {
    sql: `(item.list_rank, item.shop_id, item.parent_after_sales_sn) > (${a}::bigint, ${b}::uuid, ${c})`,
    params: position,
  };
}
