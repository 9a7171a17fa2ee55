import { isUUID } from 'class-validator';
import { type AfterSalesFilters, type Caller, decodeCursor, shopsToRead } from '#contracts';
import { shopsOf } from '#runtime';
import { badCursor, type Conditions, instant } from '../conditions.js';
import { beginsWith, mayBeLine, numberSearch } from '../orders/number-search.js';

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
  const param = (value: unknown): string => `$${params.push(value)}`;
  const within = shopsOf(shopsToRead(caller, filters.shopId), param);
  parts.push(within('item'));
  if (options.withStatus && filters.status !== undefined && filters.status.length > 0)
    parts.push(`item.status = ANY(${param(filters.status)}::text[])`);
  if (options.withStatus && filters.open !== undefined) parts.push(`item.is_open = ${param(filters.open)}`);
  if (filters.type !== undefined) parts.push(`item.type = ${param(filters.type)}`);
  if (filters.parentOrderSn !== undefined)
    parts.push(`item.parent_order_sn = ${param(filters.parentOrderSn)}`);
  if (filters.openedFrom !== undefined)
    parts.push(`item.opened_at >= ${param(instant('openedFrom', filters.openedFrom))}`);
  if (filters.openedTo !== undefined)
    parts.push(`item.opened_at < ${param(instant('openedTo', filters.openedTo))}`);
  if (filters.actBefore !== undefined)
    parts.push(`item.is_open AND item.act_by < ${param(instant('actBefore', filters.actBefore))}`);
  if (filters.updatedSince !== undefined)
    parts.push(`item.changed_at >= ${param(filters.updatedSince)}::timestamptz`);
  if (filters.search !== undefined) parts.push(caseSearch(filters.search, param, within));
  return { sql: parts.join(' AND '), params };
}

/** By the number of the case, of its order, of a line of either; nothing else is searched. */
function caseSearch(
  search: string,
  param: (value: unknown) => string,
  within: (table: string) => string,
): string {
  const number = numberSearch(search);
  if (number === undefined) return 'false';
  const cases = (column: string): string =>
    `SELECT numbered.shop_id, numbered.parent_after_sales_sn FROM after_sales AS numbered
     WHERE ${within('numbered')} AND ${beginsWith(`numbered.${column}`, number, param)}`;
  const found = [cases('parent_after_sales_sn'), cases('parent_order_sn')];
  if (mayBeLine(number)) {
    found.push(
      `SELECT line.shop_id, line.parent_after_sales_sn FROM after_sales_lines AS line
       WHERE ${within('line')} AND ${beginsWith('line.after_sales_sn', number, param)}`,
      `SELECT own.shop_id, own.parent_after_sales_sn FROM order_lines AS line
       JOIN after_sales AS own USING (shop_id, parent_order_sn)
       WHERE ${within('line')} AND ${beginsWith('line.order_sn', number, param)}`,
    );
  }
  return `(item.shop_id, item.parent_after_sales_sn) IN (${found.join(' UNION ')})`;
}

/** Where the next page begins. */
export function afterCaseCursor(cursor: string | undefined, firstParam: number): Conditions {
  if (cursor === undefined) return { sql: 'true', params: [] };
  const position = decodeCursor(cursor, 3);
  const [rank, shop, sn] = position ?? [];
  const isOurs =
    Number.isSafeInteger(rank) && isUUID(shop) && typeof sn === 'string' && !sn.includes('\u0000');
  if (position === undefined || !isOurs) throw badCursor();
  const [a, b, c] = [firstParam, firstParam + 1, firstParam + 2].map((number) => `$${number}`);
  return {
    sql: `(item.list_rank, item.shop_id, item.parent_after_sales_sn) > (${a}::bigint, ${b}::uuid, ${c})`,
    params: position,
  };
}
