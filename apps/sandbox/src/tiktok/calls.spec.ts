import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control, dig, list } from '../test-client.js';
import { assertAnswer } from './openapi.fixture.js';
import {
  AMERICA,
  BRITAIN,
  connect,
  JAPAN,
  type Request,
  ROW,
  type Session,
  SPAIN,
  send,
  US,
} from './test-client.fixture.js';

type Row = Record<string, unknown>;

const ORDERS = '/order/202309/orders/search';
const PRODUCTS = '/product/202502/products/search';
const RETURNS = '/return_refund/202309/returns/search';
const CANCELLATIONS = '/return_refund/202309/cancellations/search';

describe('the calls of TikTok Shop', () => {
  let sandbox: Sandbox;
  const sessions = new Map<string, Session>();
  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      tiktok: { redirectUrl: null, webhookUrl: null, ratePerSecond: 0 },
    });
    const ejemplo = await connect(sandbox);
    sessions.set(SPAIN, ejemplo).set(BRITAIN, ejemplo);
    sessions.set(JAPAN, await connect(sandbox, ROW, 'sbxSeller0002'));
    sessions.set(AMERICA, await connect(sandbox, US, 'sbxSeller0003'));
  });
  after(() => sandbox.close());

  const sessionOf = (shopId: string): Session => {
    const session = sessions.get(shopId);
    assert.ok(session !== undefined);
    return session;
  };

  /** The data of an answer that is as the documents have it; `template` where the path has a parameter. */
  const ask = async (shopId: string, request: Request, template = request.path): Promise<unknown> => {
    const { body } = await send(sessionOf(shopId), { shopId, ...request });
    assert.equal(body.code, 0, JSON.stringify(body));
    assertAnswer(request.method ?? 'GET', template, body);
    return body.data;
  };

  const search = (
    shopId: string,
    path: string,
    query: Record<string, string | number>,
    body: Row = { create_time_ge: 1 },
  ): Promise<unknown> => ask(shopId, { method: 'POST', path, query, body });

  const ROWS: Record<string, string> = {
    [ORDERS]: 'orders',
    [PRODUCTS]: 'products',
    [RETURNS]: 'return_orders',
    [CANCELLATIONS]: 'cancellations',
  };

  /** Every page of a search. */
  const all = async (
    shopId: string,
    path: string,
    query: Record<string, string | number> = {},
    body?: Row,
  ): Promise<Row[]> => {
    const size = path === ORDERS || path === PRODUCTS ? 100 : 50;
    const rows: Row[] = [];
    for (let token = ''; ; ) {
      const page = await search(
        shopId,
        path,
        { page_size: size, ...query, ...(token === '' ? {} : { page_token: token }) },
        body,
      );
      rows.push(...(list(page, ROWS[path] ?? '') as Row[]));
      token = String(dig(page, 'next_page_token'));
      if (token === '') return rows;
    }
  };

  const truth = async (shopId: string, kind: string): Promise<Row[]> =>
    list(
      await control(sandbox.url, 'GET', `/tiktok/shops/${shopId}/truth/${kind}?pageSize=5000`),
      'items',
    ) as Row[];

  const ids = (rows: readonly Row[], name = 'id'): string[] => rows.map((row) => String(row[name])).sort();

  test('every answer of every shop is as the documents have it, and holds what the world holds', async () => {
    for (const shopId of [SPAIN, BRITAIN, JAPAN, AMERICA]) {
      for (const [path, kind, idName] of [
        [ORDERS, 'orders', 'id'],
        [PRODUCTS, 'products', 'id'],
        [RETURNS, 'returns', 'return_id'],
        [CANCELLATIONS, 'cancellations', 'cancel_id'],
      ] as const) {
        const rows = await all(shopId, path);
        assert.ok(rows.length > 0, `${shopId} ${kind}`);
        assert.deepEqual(ids(rows, idName), ids(await truth(shopId, kind), idName), `${shopId} ${kind}`);
      }
    }
  });

  test('shops: with ciphers for the seller’s own', async () => {
    for (const shopId of [SPAIN, JAPAN, AMERICA]) {
      const session = sessionOf(shopId);
      for (const path of ['/authorization/202309/shops', '/seller/202309/shops']) {
        const { body } = await send(session, { path });
        assertAnswer('GET', path, body);
        const shops = list(body.data, 'shops') as Row[];
        assert.deepEqual(ids(shops), Object.keys(session.ciphers).sort());
        if (path.includes('authorization')) {
          for (const shop of shops) assert.equal(shop.cipher, session.ciphers[String(shop.id)]);
        }
      }
    }
  });

  test('money of orders and of their price detail adds up, in the currency’s digits', async () => {
    for (const [shopId, decimals] of [
      [SPAIN, 2],
      [JAPAN, 0],
      [AMERICA, 2],
    ] as const) {
      const minor = (text: unknown): number => {
        assert.match(String(text), decimals === 0 ? /^\d+$/ : /^\d+(\.\d{1,2})?$/);
        return Math.round(Number(text) * 10 ** decimals);
      };
      const page = await search(shopId, ORDERS, { page_size: 60 });
      for (const order of list(page, 'orders') as Row[]) {
        const { payment, line_items: lines } = order as { payment: Row; line_items: Row[] };
        const total = (name: string): number => lines.reduce((sum, line) => sum + minor(line[name]), 0);
        assert.equal(minor(payment.original_total_product_price), total('original_price'));
        assert.equal(minor(payment.sub_total), total('sale_price'));
        assert.equal(
          minor(payment.sub_total),
          total('original_price') - total('seller_discount') - total('platform_discount'),
        );
        assert.equal(
          minor(payment.total_amount),
          minor(payment.sub_total) + minor(payment.shipping_fee) + minor(payment.tax),
        );
        const path = `/order/202407/orders/${order.id}/price_detail`;
        const detail = (await ask(
          shopId,
          { path },
          '/order/202407/orders/{order_id}/price_detail',
        )) as Row & { line_items: Row[] };
        assert.equal(minor(detail.payment), minor(payment.total_amount));
        assert.equal(minor(detail.total), minor(detail.sku_list_price) + minor(detail.shipping_list_price));
        assert.equal(
          minor(detail.subtotal),
          minor(detail.sku_sale_price) + minor(detail.subtotal_tax_amount),
        );
        for (const name of ['payment', 'total', 'sku_sale_price', 'tax_amount', 'shipping_sale_price']) {
          assert.equal(
            detail.line_items.reduce((sum, line) => sum + minor(line[name]), 0),
            minor(detail[name]),
            name,
          );
        }
      }
    }
  });

  test('no address while unpaid or on hold; masked with the platform’s logistics', async () => {
    for (const order of await all(SPAIN, ORDERS)) {
      const hides = order.status === 'UNPAID' || order.status === 'ON_HOLD';
      assert.equal(order.recipient_address === undefined, hides, String(order.status));
      if (hides) continue;
      const { name, district_info: districts } = order.recipient_address as {
        name: string;
        district_info: Row[];
      };
      assert.equal(name.includes('***'), order.shipping_type === 'TIKTOK');
      assert.ok(districts.some((each) => each.address_level_name === 'autonomous community'));
    }
  });

  test('detail gives the same orders, at most fifty, and nobody else’s', async () => {
    const page = await search(SPAIN, ORDERS, { page_size: 50 });
    const orders = list(page, 'orders') as Row[];
    const wanted = orders.map(({ id }) => id).join(',');
    for (const path of ['/order/202309/orders', '/order/202507/orders']) {
      const found = list(await ask(SPAIN, { path, query: { ids: wanted } }), 'orders') as Row[];
      assert.deepEqual(ids(found), ids(orders));
      const { payment_method_code: _, payment_card_type: __, ...rest } = found[0] ?? {};
      assert.deepEqual(rest, orders[0]);
      const refused = async (query: Record<string, string>): Promise<number> =>
        (await send(sessionOf(SPAIN), { path, query, shopId: SPAIN })).body.code;
      assert.equal(await refused({ ids: `${wanted},5790000000000000001` }), 98001004);
      assert.equal(await refused({ ids: '' }), 98001004);
      assert.equal(await refused({}), 98001004);
      assert.equal(await refused({ ids: '5790000000000000001' }), 21008111);
      const [british] = list(await search(BRITAIN, ORDERS, { page_size: 1 }), 'orders') as Row[];
      assert.equal(await refused({ ids: String(british?.id) }), 21008111);
    }
  });

  test('spans: from is within, to is not; of products both are', async () => {
    const orders = await all(SPAIN, ORDERS);
    const at = Number(orders[10]?.update_time);
    const within = (body: Row): Promise<Row[]> => all(SPAIN, ORDERS, {}, body);
    const same = orders.filter(({ update_time: time }) => time === at);
    assert.equal((await within({ update_time_ge: at, update_time_lt: at })).length, 0);
    assert.equal((await within({ update_time_ge: at, update_time_lt: at + 1 })).length, same.length);
    const before = await within({ update_time_lt: at });
    const from = await within({ update_time_ge: at });
    assert.equal(before.length + from.length, orders.length);

    const products = await all(SPAIN, PRODUCTS);
    const moment = Number(products[5]?.update_time);
    const span = { update_time_ge: moment, update_time_le: moment };
    assert.ok((await all(SPAIN, PRODUCTS, {}, span)).length >= 1);
  });

  test('filters', async () => {
    const orders = await all(SPAIN, ORDERS);
    for (const status of ['AWAITING_SHIPMENT', 'CANCELLED', 'ON_HOLD']) {
      const found = await all(SPAIN, ORDERS, {}, { order_status: status });
      assert.deepEqual(ids(found), ids(orders.filter((order) => order.status === status)), status);
    }
    const buyer = String(orders[0]?.user_id);
    const own = await all(SPAIN, ORDERS, {}, { buyer_user_id: buyer });
    assert.deepEqual(ids(own), ids(orders.filter(({ user_id: id }) => id === buyer)));
    const asking = await all(SPAIN, ORDERS, {}, { is_buyer_request_cancel: true });
    assert.deepEqual(ids(asking), ids(orders.filter(({ is_buyer_request_cancel: is }) => is)));
    assert.equal((await all(SPAIN, ORDERS, {}, { warehouse_ids: ['1'] })).length, 0);
    const [product] = await all(SPAIN, PRODUCTS, {}, { status: 'ACTIVATE' });
    const sku = (product as { skus: Row[] }).skus[0];
    for (const body of [{ seller_skus: [sku?.seller_sku] }, { sku_ids: [sku?.id] }]) {
      assert.deepEqual(ids(await all(SPAIN, PRODUCTS, {}, body)), [product?.id]);
    }
    const many = Array.from({ length: 11 }, (_, index) => String(index));
    for (const [body, code] of [
      [{ seller_skus: many }, 12019027],
      [{ sku_ids: many }, 12019087],
    ] as const) {
      const request = {
        method: 'POST',
        path: PRODUCTS,
        query: { page_size: 1 },
        body,
        shopId: SPAIN,
      } as const;
      assert.equal((await send(sessionOf(SPAIN), request)).body.code, code);
    }
    const cancellations = await all(SPAIN, CANCELLATIONS);
    const called = await all(SPAIN, CANCELLATIONS, {}, { cancel_status: ['CANCELLATION_REQUEST_CANCEL'] });
    const thoughtBetter = cancellations.filter(
      (each) => each.cancel_status === 'CANCELLATION_REQUEST_CANCELLED',
    );
    assert.deepEqual(ids(called, 'cancel_id'), ids(thoughtBetter, 'cancel_id'));
  });

  test('refunds add up line by line, and nothing goes back where nothing was paid', async () => {
    for (const path of [RETURNS, CANCELLATIONS]) {
      const linesName = path === RETURNS ? 'return_line_items' : 'cancel_line_items';
      for (const item of await all(AMERICA, path)) {
        const amount = item.refund_amount as Row;
        const cents = (text: unknown): number => Math.round(Number(text) * 100);
        for (const name of ['refund_total', 'refund_tax', 'refund_subtotal', 'refund_shipping_fee']) {
          const sum = (item[linesName] as { refund_amount: Row }[]).reduce(
            (total, line) => total + cents(line.refund_amount[name]),
            0,
          );
          assert.equal(sum, cents(amount[name]), name);
        }
      }
    }
  });

  test('sorted both ways, and the way is part of the token', async () => {
    for (const field of ['create_time', 'update_time']) {
      const up = await all(SPAIN, ORDERS, { sort_field: field, sort_order: 'ASC' });
      const down = await all(SPAIN, ORDERS, { sort_field: field, sort_order: 'DESC' });
      assert.deepEqual(
        down.map(({ id }) => id),
        up.map(({ id }) => id).toReversed(),
      );
      const times = up.map((order) => Number(order[field]));
      assert.deepEqual(
        times,
        times.toSorted((left, right) => left - right),
      );
    }
    const page = await search(SPAIN, ORDERS, { page_size: 5, sort_order: 'ASC' });
    const token = String(dig(page, 'next_page_token'));
    assert.match(token, /^\+\/\/\+.*=$/);
    const other = { page_size: 5, sort_order: 'DESC', page_token: token };
    const request = { method: 'POST', path: ORDERS, query: other, body: { create_time_ge: 1 } } as const;
    assert.equal((await send(sessionOf(SPAIN), { ...request, shopId: SPAIN })).body.code, 98001004);
  });

  test('a token holds a place in a moving list: what moves is met again, what stays is met once', async () => {
    const walk = { sort_field: 'update_time', sort_order: 'ASC', page_size: 50 } as const;
    const first = await search(BRITAIN, ORDERS, walk);
    const firstIds = (list(first, 'orders') as Row[]).map(({ id }) => String(id));
    const moved = firstIds[3] ?? '';
    await control(sandbox.url, 'PATCH', `/tiktok/shops/${BRITAIN}/orders/${moved}`, {});
    const [fresh] = list(
      await control(sandbox.url, 'POST', `/tiktok/shops/${BRITAIN}/orders`, {}),
      'orderIds',
    ) as string[];
    const seen = [...firstIds];
    for (let token = String(dig(first, 'next_page_token')); token !== ''; ) {
      const page = await search(BRITAIN, ORDERS, { ...walk, page_token: token });
      // Asked again, the same token gives the same page.
      assert.deepEqual(await search(BRITAIN, ORDERS, { ...walk, page_token: token }), page);
      seen.push(...(list(page, 'orders') as Row[]).map(({ id }) => String(id)));
      token = String(dig(page, 'next_page_token'));
    }
    const times = new Map<string, number>();
    for (const id of seen) times.set(id, (times.get(id) ?? 0) + 1);
    assert.equal(times.get(moved), 2);
    assert.equal(times.get(fresh ?? ''), 1);
    for (const [id, count] of times) if (id !== moved) assert.equal(count, 1, id);
    assert.deepEqual([...times.keys()].sort(), ids(await truth(BRITAIN, 'orders')));
  });

  test('a product in detail; no search reaches beyond 10,000', async () => {
    const [product] = await all(JAPAN, PRODUCTS, {}, { status: 'ACTIVATE' });
    const path = `/product/202309/products/${product?.id}`;
    const detail = (await ask(JAPAN, { path }, '/product/202309/products/{product_id}')) as Row & {
      skus: Row[];
    };
    assert.equal(detail.title, product?.title);
    assert.deepEqual(ids(detail.skus), ids((product as { skus: Row[] }).skus));
    const missing = { path: '/product/202309/products/1', shopId: JAPAN };
    assert.equal((await send(sessionOf(JAPAN), missing)).body.code, 12019150);
    const query = { page_size: 100, page_token: Buffer.from('offset=9950\n').toString('base64') };
    const deep = { method: 'POST', path: PRODUCTS, query, body: {}, shopId: JAPAN } as const;
    assert.equal((await send(sessionOf(JAPAN), deep)).body.code, 12052180);
  });

  test('prices of products: by the seller’s kind', async () => {
    const priceOf = async (shopId: string): Promise<Row> => {
      const [product] = await all(shopId, PRODUCTS, {}, { status: 'ACTIVATE' });
      return (product as { skus: { price: Row }[] }).skus[0]?.price ?? {};
    };
    assert.deepEqual(Object.keys(await priceOf(SPAIN)).sort(), [
      'currency',
      'sale_price',
      'tax_exclusive_price',
    ]);
    assert.deepEqual(Object.keys(await priceOf(JAPAN)).sort(), ['currency', 'tax_exclusive_price']);
  });

  test('addresses for events: one a type and shop', async () => {
    const path = '/event/202309/webhooks';
    const put = (event: string, address: string): Promise<unknown> =>
      ask(SPAIN, { method: 'PUT', path, body: { event_type: event, address } });
    await put('ORDER_STATUS_CHANGE', 'https://one.example/hook');
    await put('RETURN_STATUS_CHANGE', 'https://one.example/hook');
    await put('ORDER_STATUS_CHANGE', 'https://two.example/hook');
    const shown = async (shopId: string): Promise<unknown[]> =>
      (list(await ask(shopId, { path }), 'webhooks') as Row[]).map((each) => [each.event_type, each.address]);
    assert.deepEqual(await shown(SPAIN), [
      ['ORDER_STATUS_CHANGE', 'https://two.example/hook'],
      ['RETURN_STATUS_CHANGE', 'https://one.example/hook'],
    ]);
    assert.deepEqual(await shown(BRITAIN), []);
    await ask(SPAIN, { method: 'DELETE', path, body: { event_type: 'ORDER_STATUS_CHANGE' } });
    assert.equal((await shown(SPAIN)).length, 1);
    for (const body of [
      { event_type: 'NOTHING', address: 'https://one.example' },
      { event_type: 'ORDER_STATUS_CHANGE', address: 'one.example' },
      { event_type: 'ORDER_STATUS_CHANGE', address: `https://one.example/${'x'.repeat(255)}` },
      { event_type: 'ORDER_STATUS_CHANGE' },
    ]) {
      const refused = await send(sessionOf(SPAIN), { method: 'PUT', path, body, shopId: SPAIN });
      assert.equal(refused.body.code, 98001004, JSON.stringify(body));
    }
  });
});
