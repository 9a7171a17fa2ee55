import { type AfterSalesFilters, type Caller, shopsToRead } from '#contracts';
import { positionOf } from '#messaging';
import { shopsOf } from '#runtime';
import { type Conditions, onDaysOfShop } from '../conditions.js';
import { beginsWith, mayBeLine, numberSearch } from '../orders/number-search.js';

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
  const param = (value: unknown): string => `$${params.push(value)}`;
  const within = shopsOf(shopsToRead(caller, filters.shopId), param);
  parts.push(within('item'));
  if (options.withStatus && filters.status !== undefined && filters.status.length > 0)
    parts.push(`item.status = ANY(${param(filters.status)}::text[])`);
  if (options.withStatus && filters.open !== undefined) parts.push(`item.is_open = ${param(filters.open)}`);
  if (filters.type !== undefined) parts.push(`item.type = ${param(filters.type)}`);
  if (filters.orderNumber !== undefined) parts.push(`item.order_number = ${param(filters.orderNumber)}`);
  if (filters.openedFrom !== undefined)
    parts.push(`item.opened_at >= ${param(filters.openedFrom)}::timestamptz`);
  if (filters.openedTo !== undefined) parts.push(`item.opened_at < ${param(filters.openedTo)}::timestamptz`);
  if (filters.openedFromDay !== undefined) parts.push(OPENED.from(param(filters.openedFromDay)));
  if (filters.openedToDay !== undefined) parts.push(OPENED.to(param(filters.openedToDay)));
  if (filters.actBefore !== undefined)
    parts.push(`item.is_open AND item.act_by < ${param(filters.actBefore)}::timestamptz`);
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
    `SELECT numbered.shop_id, numbered.case_number FROM after_sales AS numbered
     WHERE ${within('numbered')} AND ${beginsWith(`numbered.${column}`, number, param)}`;
  const found = [cases('case_number'), cases('order_number')];
  if (mayBeLine(number)) {
    found.push(
      `SELECT line.shop_id, line.case_number FROM after_sales_lines AS line
       WHERE ${within('line')} AND ${beginsWith('line.case_line_id', number, param)}`,
      `SELECT own.shop_id, own.case_number FROM order_lines AS line
       JOIN after_sales AS own USING (shop_id, order_number)
       WHERE ${within('line')} AND ${beginsWith('line.line_id', number, param)}`,
    );
  }
  return `(item.shop_id, item.case_number) IN (${found.join(' UNION ')})`;
}

/** Where the next page begins. */
export function afterCaseCursor(cursor: string | undefined, firstParam: number): Conditions {
  const position = positionOf(cursor, ['whole', 'id', 'text']);
  if (position === null) return { sql: 'true', params: [] };
  const [a, b, c] = [firstParam, firstParam + 1, firstParam + 2].map((number) => `$${number}`);
  return {
    sql: `(item.list_rank, item.shop_id, item.case_number) > (${a}::bigint, ${b}::uuid, ${c})`,
    params: position,
  };
}
