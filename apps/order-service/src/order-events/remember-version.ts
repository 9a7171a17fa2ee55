import { expressionsOf } from '#runtime';

/**
 * SQL that remembers a version in which an order's status stayed what it was.
 * @param source what made it
 * @param from a FROM clause whose rows have `order_number`, `version` and `status`, of the shop `$1`
 */
export function rememberVersion(source: 'amounts' | 'after_sales', from: string): string {
  const row = expressionsOf({
    shop_id: '$1',
    order_number: 'order_number',
    version: 'version',
    source: `'${source}'`,
    status: 'status',
    previous_status: 'status',
  });
  return `INSERT INTO order_history (${row.names}) SELECT ${row.expressions} ${from}`;
}
