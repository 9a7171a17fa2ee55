import { SCOPES } from '../accounts/scopes.js';
import { SECONDS, TEXT } from '../protocol/parameters.js';
import { parameterInvalid, refusal } from '../protocol/refusal.js';
import { warehousesOf } from '../world/generate-products.js';
import { statusOf } from '../world/order-status.js';
import { ORDER_STATUSES, type Order } from '../world/types.js';
import { type Endpoint, shopEndpoint } from './endpoint.js';
import { orderDetailView, orderView } from './order-views.js';
import { priceDetailView } from './price-detail-views.js';
import { checkSpan, isWithin, SORTING, searchPage } from './search.js';

const scope = SCOPES.orders;
const MAX_IDS = 50;

function detail(version: '202309' | '202507'): Endpoint {
  return shopEndpoint({
    method: 'GET',
    path: `/order/${version}/orders`,
    scope,
    query: { ids: { kind: 'texts', max: MAX_IDS, isRequired: true } },
    body: null,
    answer: ({ query }, { shop, origin }) => {
      const orders = query.ids.map((id) => shop.orders.get(id));
      // Of another seller or of nobody: the platform does not say which.
      if (orders.includes(undefined)) throw refusal('order_foreign');
      return {
        orders: orders
          .filter((order) => order !== undefined)
          .map((order) => orderDetailView(shop, order, origin)),
      };
    },
  });
}

export const ORDER_ENDPOINTS: readonly Endpoint[] = [
  shopEndpoint({
    method: 'POST',
    path: '/order/202309/orders/search',
    scope,
    query: { ...SORTING, page_size: { kind: 'integer', min: 1, max: 100, isRequired: true } },
    body: {
      create_time_ge: SECONDS,
      create_time_lt: SECONDS,
      update_time_ge: SECONDS,
      update_time_lt: SECONDS,
      order_status: { kind: 'choice', choices: ORDER_STATUSES },
      shipping_type: { kind: 'choice', choices: ['TIKTOK', 'SELLER'] },
      buyer_user_id: TEXT,
      is_buyer_request_cancel: { kind: 'boolean' },
      warehouse_ids: { kind: 'texts', max: 100 },
    },
    answer: ({ query, body }, { shop, origin }) => {
      const created = { ge: body.create_time_ge, lt: body.create_time_lt };
      const updated = { ge: body.update_time_ge, lt: body.update_time_lt };
      checkSpan('create_time', created);
      checkSpan('update_time', updated);
      const [warehouse] = warehousesOf(shop.shop);
      const isMatch = (order: Order): boolean =>
        (body.warehouse_ids?.includes(warehouse) ?? true) &&
        isWithin(order.createTime, created) &&
        isWithin(order.updateTime, updated) &&
        (body.order_status === undefined || statusOf(order) === body.order_status) &&
        (body.shipping_type === undefined || order.shippingType === body.shipping_type) &&
        (body.buyer_user_id === undefined || order.userId === body.buyer_user_id) &&
        (body.is_buyer_request_cancel === undefined ||
          (shop.pendingCancel(order.id) !== undefined) === body.is_buyer_request_cancel);
      const standard = { sortOrder: 'DESC', size: query.page_size } as const;
      const { items, ...page } = searchPage(shop.orders, query, standard, isMatch);
      return { ...page, orders: items.map((order) => orderView(shop, order, origin)) };
    },
  }),
  detail('202309'),
  detail('202507'),
  shopEndpoint({
    method: 'GET',
    path: '/order/202407/orders/{order_id}/price_detail',
    scope,
    query: {},
    body: null,
    answer: ({ pathValue }, { shop }) => {
      if (!/^\d{1,20}$/.test(pathValue)) throw parameterInvalid('order_id', 'not an id', 'digits');
      const order = shop.orders.get(pathValue);
      if (order === undefined) throw refusal('order_foreign');
      return priceDetailView(shop.shop, order);
    },
  }),
];
