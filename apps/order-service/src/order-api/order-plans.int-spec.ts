import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type OrderFilters, serviceCaller } from '#contracts';
import { createOrderBed, type OrderBed } from '../orders/order-bed.fixture.js';
import { orderListQuery } from './order-queries.js';

const ORDERS = 100_000;
const everybody = serviceCaller('test', 'test');

describe(`the plans of the order list over ${ORDERS} orders`, () => {
  let bed: OrderBed;
  before(async () => {
    bed = await createOrderBed();
    const shops = await Promise.all([bed.newShop(), bed.newShop()]);
    await bed.database.query(
      `INSERT INTO orders (shop_id, order_number, version, status, platform_status, ordered_at, ship_by_at,
         platform_updated_at, read_at, labels, warnings, fulfilment_types, units, content_hash)
       SELECT ($1::uuid[])[1 + n % 2], 'PO-211-' || lpad(n::text, 17, '0'), 1,
         CASE WHEN n % 50 = 0 THEN 'unshipped' ELSE 'shipped' END, 2, now() - n * interval '1 minute',
         now() + (n % 100 - 50) * interval '1 hour', now(), now(),
         CASE WHEN n % 500 = 0 THEN '{past_due}'::text[] ELSE '{}' END, '{}', '{}', 1, md5(n::text)::uuid
       FROM generate_series(1, ${ORDERS}) AS n`,
      [shops],
    );
    await bed.database.query(
      `INSERT INTO order_lines (shop_id, order_number, line_id, position, status, platform_status, product_id, sku_id,
         product_name, ordered_quantity, cancelled_before_shipment, net_quantity, sold_factor, labels)
       SELECT shop_id, order_number, replace(order_number, 'PO-', ''), 0, status, 2, right(order_number, 3),
         right(order_number, 3), 'Puzzle 拼图 no ' || right(order_number, 3), 1, 0, 1, 1, '{}' FROM orders`,
    );
    await bed.database.query(
      `INSERT INTO order_products (shop_id, products_hash, product_id, sku_id, said)
       SELECT DISTINCT ON (shop_id, products_hash) shop_id, products_hash, product_id, sku_id, product_name FROM order_lines`,
    );
    await bed.database.query('ANALYZE');
  });
  after(() => bed.drop());

  const CASES: readonly (readonly [string, OrderFilters])[] = [
    ['to ship, by deadline', { status: ['unshipped'] }],
    ['overdue', { due: 'overdue' }],
    ['a label', { label: ['past_due'] }],
    ['an order by its digits', { search: '00000000000012345' }],
    ['an order by its number', { search: 'PO-211-00000000000012345' }],
    ['words', { search: 'puzzle 345' }],
  ];
  for (const [name, filters] of CASES) {
    test(`${name}: no table of orders or lines is read as a whole`, async () => {
      const { text, values } = orderListQuery(filters, everybody);
      const plan = await bed.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      const said = plan.map((row) => row['QUERY PLAN']).join('\n');
      assert.doesNotMatch(said, /Seq Scan on (orders|order_lines)/, said);
    });
  }
});
