import { containsWord, wordsOf } from '#runtime';
import { beginsWith, mayBeLine, numberSearch } from './number-search.js';

/** Digits that may be the beginning of an id of goods or of a SKU. */
const ID = /^\d{4,}$/;

/**
 * Orders that a search means, as a condition on `parent_orders AS parent`: by words among the goods of one line, by ids,
 * by the number of the order, of a line, of a case. Each is a look-up of its own, so that what is rare is found by an
 * index, however many orders there are.
 * @param param adds a parameter and gives its name
 * @param within the shops to look in, a condition on `shop_id` of the table that it names
 */
export function orderSearch(
  search: string,
  param: (value: unknown) => string,
  within: (table: string) => string,
): string {
  const words = wordsOf(search);
  const said = words.map((word) => containsWord('goods.said', param(word))).join(' AND ');
  const [word = ''] = words;
  const id = words.length === 1 && ID.test(word) ? param(`${word}%`) : undefined;
  const goods = (condition: string): string =>
    `SELECT line.shop_id, line.parent_order_sn FROM order_goods AS goods JOIN order_lines AS line USING (shop_id, goods_hash)
     WHERE ${within('goods')} AND ${condition}`;
  const found = [goods(said)];
  if (id !== undefined) found.push(goods(`goods.sku_id LIKE ${id}`), goods(`goods.goods_id LIKE ${id}`));
  const number = numberSearch(search);
  if (number !== undefined) {
    const numbered = (table: string, column: string): string =>
      `SELECT numbered.shop_id, numbered.parent_order_sn FROM ${table} AS numbered
       WHERE ${within('numbered')} AND ${beginsWith(`numbered.${column}`, number, param)}`;
    found.push(
      numbered('parent_orders', 'parent_order_sn'),
      numbered('after_sales', 'parent_after_sales_sn'),
    );
    if (mayBeLine(number)) found.push(numbered('order_lines', 'order_sn'));
  }
  return `(parent.shop_id, parent.parent_order_sn) IN (${found.join(' UNION ')})`;
}
