import type { Asking } from '#lists';
import { containsWord, wordsOf } from '#runtime';
import { beginsWith, mayBeLine, numberSearch } from '../orders/number-search.js';

/** Digits that may be the beginning of an id of goods or of a SKU. */
const ID = /^\d{4,}$/;

/**
 * Orders that a search means, as a condition on `orders AS parent`: by words among the goods of one line, by ids,
 * by the number of the order, of a line, of a case. Each is a look-up of its own, so that what is rare is found by an
 * index, however many orders there are.
 */
export function orderSearch(search: string, { param, within }: Asking): string {
  const words = wordsOf(search);
  const said = words.map((word) => containsWord('goods.said', param(word))).join(' AND ');
  const [word = ''] = words;
  const id = words.length === 1 && ID.test(word) ? param(`${word}%`) : undefined;
  const goods = (condition: string): string =>
    `SELECT line.shop_id, line.order_number FROM order_products AS goods JOIN order_lines AS line USING (shop_id, products_hash)
     WHERE ${within('goods.shop_id')} AND ${condition}`;
  const found = [goods(said)];
  if (id !== undefined) found.push(goods(`goods.sku_id LIKE ${id}`), goods(`goods.product_id LIKE ${id}`));
  const number = numberSearch(search);
  if (number !== undefined) {
    const numbered = (table: string, column: string): string =>
      `SELECT numbered.shop_id, numbered.order_number FROM ${table} AS numbered
       WHERE ${within('numbered.shop_id')} AND ${beginsWith(`numbered.${column}`, number, param)}`;
    found.push(numbered('orders', 'order_number'), numbered('after_sales', 'case_number'));
    if (mayBeLine(number)) found.push(numbered('order_lines', 'line_id'));
  }
  return `(parent.shop_id, parent.order_number) IN (${found.join(' UNION ')})`;
}
