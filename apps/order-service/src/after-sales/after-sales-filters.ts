import type { AfterSalesFilters } from '#contracts';
import { type Asking, type List, onDaysOf } from '#lists';
import { beginsWith, mayBeLine, numberSearch } from '../orders/number-search.js';
import { zoneOfShop } from '../zone-of-shop.js';

const OPENED = onDaysOf('item.opened_at', zoneOfShop('item.shop_id'));

/** What a case is sorted by. */
interface SortedCase {
  readonly list_rank: number;
  readonly shop_id: string;
  readonly case_number: string;
}

/** On `after_sales AS item`: the list and its counts read the same. */
export const CASE_LIST: List<AfterSalesFilters, SortedCase> = {
  shop: 'item.shop_id',
  conditions: {
    search: caseSearch,
    status: (statuses, { param }) => `item.status = ANY(${param(statuses)}::text[])`,
    open: (isOpen, { param }) => `item.is_open = ${param(isOpen)}`,
    type: (type, { param }) => `item.type = ${param(type)}`,
    orderNumber: (number, { param }) => `item.order_number = ${param(number)}`,
    openedFrom: (instant, { param }) => `item.opened_at >= ${param(instant)}::timestamptz`,
    openedTo: (instant, { param }) => `item.opened_at < ${param(instant)}::timestamptz`,
    openedFromDay: OPENED.from,
    openedToDay: OPENED.to,
    actBefore: (instant, { param }) => `item.is_open AND item.act_by < ${param(instant)}::timestamptz`,
    updatedSince: (instant, { param }) => `item.changed_at >= ${param(instant)}::timestamptz`,
  },
  order: [
    ['asc', 'item.list_rank', 'whole', (row) => row.list_rank],
    ['asc', 'item.shop_id', 'id', (row) => row.shop_id],
    ['asc', 'item.case_number', 'text', (row) => row.case_number],
  ],
};

/** By the number of the case, of its order, of a line of either; nothing else is searched. */
function caseSearch(search: string, { param, within }: Asking): string {
  const number = numberSearch(search);
  if (number === undefined) return 'false';
  const cases = (column: string): string =>
    `SELECT numbered.shop_id, numbered.case_number FROM after_sales AS numbered
     WHERE ${within('numbered.shop_id')} AND ${beginsWith(`numbered.${column}`, number, param)}`;
  const found = [cases('case_number'), cases('order_number')];
  if (mayBeLine(number)) {
    found.push(
      `SELECT line.shop_id, line.case_number FROM after_sales_lines AS line
       WHERE ${within('line.shop_id')} AND ${beginsWith('line.case_line_id', number, param)}`,
      `SELECT own.shop_id, own.case_number FROM order_lines AS line
       JOIN after_sales AS own USING (shop_id, order_number)
       WHERE ${within('line.shop_id')} AND ${beginsWith('line.line_id', number, param)}`,
    );
  }
  return `(item.shop_id, item.case_number) IN (${found.join(' UNION ')})`;
}
