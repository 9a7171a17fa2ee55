import { SCOPES } from '../accounts/scopes.js';
import { type Parameter, SECONDS, TEXT } from '../protocol/parameters.js';
import type { ShopState } from '../world/shop-state.js';
import {
  CANCEL_STATUSES,
  type Cancellation,
  type Order,
  RETURN_STATUSES,
  type ReturnCase,
} from '../world/types.js';
import { cancellationView, returnView } from './after-sales-views.js';
import { type Endpoint, shopEndpoint } from './endpoint.js';
import { checkSpan, isWithin, SORTING, searchPage } from './search.js';

const scope = SCOPES.returns;
const DEFAULT_SIZE = 10;
const MAX_IDS = 100;

const IDS = { kind: 'texts', max: MAX_IDS } as const satisfies Parameter;

const COMMON = {
  buyer_user_ids: IDS,
  order_ids: IDS,
  create_time_ge: SECONDS,
  create_time_lt: SECONDS,
  update_time_ge: SECONDS,
  update_time_lt: SECONDS,
  locale: TEXT,
} as const;

/** The order of a case; there is none without. */
function orderOf(shop: ShopState, { orderId }: { orderId: string }): Order {
  const order = shop.orders.get(orderId);
  if (order === undefined) throw new Error(`order ${orderId} of a case is missing`);
  return order;
}

interface CommonFilter {
  buyer_user_ids?: string[] | undefined;
  order_ids?: string[] | undefined;
  create_time_ge?: number | undefined;
  create_time_lt?: number | undefined;
  update_time_ge?: number | undefined;
  update_time_lt?: number | undefined;
}

/** What returns and cancellations are searched by alike. */
function commonFilter(filter: CommonFilter, shop: ShopState): (item: ReturnCase | Cancellation) => boolean {
  const created = { ge: filter.create_time_ge, lt: filter.create_time_lt };
  const updated = { ge: filter.update_time_ge, lt: filter.update_time_lt };
  checkSpan('create_time', created);
  checkSpan('update_time', updated);
  return (item) =>
    isWithin(item.createTime, created) &&
    isWithin(item.updateTime, updated) &&
    (filter.order_ids?.includes(item.orderId) ?? true) &&
    (filter.buyer_user_ids?.includes(orderOf(shop, item).userId) ?? true);
}

/** The filter's list of statuses has CANCEL where answers have CANCELLED: both are understood. */
const CANCEL_FILTER = [...CANCEL_STATUSES, 'CANCELLATION_REQUEST_CANCEL'];

export const AFTER_SALES_ENDPOINTS: readonly Endpoint[] = [
  shopEndpoint({
    method: 'POST',
    path: '/return_refund/202309/returns/search',
    scope,
    query: { ...SORTING, page_size: { kind: 'integer', min: 10, max: 50 } },
    body: {
      ...COMMON,
      return_ids: IDS,
      return_types: { kind: 'texts', max: 3, choices: ['REFUND', 'RETURN_AND_REFUND', 'REPLACEMENT'] },
      return_status: {
        kind: 'texts',
        max: 20,
        choices: [...RETURN_STATUSES, 'AWAITING_BUYER_RESPONSE'],
      },
      seller_proposed_return_type: { kind: 'texts', max: 1, choices: ['PARTIAL_REFUND'] },
      arbitration_status: {
        kind: 'texts',
        max: 4,
        choices: ['IN_PROGRESS', 'SUPPORT_BUYER', 'SUPPORT_SELLER', 'CLOSED'],
      },
    },
    answer: ({ query, body }, { shop, origin }) => {
      const isCommon = commonFilter(body, shop);
      const isMatch = (item: ReturnCase): boolean =>
        isCommon(item) &&
        (body.return_ids?.includes(item.id) ?? true) &&
        (body.return_types?.includes(item.type) ?? true) &&
        (body.return_status?.includes(item.status) ?? true) &&
        // Neither proposals of the seller nor arbitrations are simulated.
        body.seller_proposed_return_type === undefined &&
        body.arbitration_status === undefined;
      const standard = { sortOrder: 'ASC', size: query.page_size ?? DEFAULT_SIZE } as const;
      const { items, ...page } = searchPage(shop.returns, query, standard, isMatch);
      const views = items.map((item) => returnView(shop, item, orderOf(shop, item), origin));
      return { ...page, return_orders: views };
    },
  }),
  shopEndpoint({
    method: 'POST',
    path: '/return_refund/202309/cancellations/search',
    scope,
    query: { ...SORTING, page_size: { kind: 'integer', min: 1, max: 50 } },
    body: {
      ...COMMON,
      cancel_ids: IDS,
      cancel_types: { kind: 'texts', max: 2, choices: ['CANCEL', 'BUYER_CANCEL'] },
      cancel_status: { kind: 'texts', max: 5, choices: CANCEL_FILTER },
    },
    answer: ({ query, body }, { shop, origin }) => {
      const isCommon = commonFilter(body, shop);
      const statuses = body.cancel_status?.map((status) => status.replace(/_CANCEL$/, '_CANCELLED'));
      const isMatch = (item: Cancellation): boolean =>
        isCommon(item) &&
        (body.cancel_ids?.includes(item.id) ?? true) &&
        (body.cancel_types?.includes(item.type) ?? true) &&
        (statuses?.includes(item.status) ?? true);
      const standard = { sortOrder: 'ASC', size: query.page_size ?? DEFAULT_SIZE } as const;
      const { items, ...page } = searchPage(shop.cancellations, query, standard, isMatch);
      const views = items.map((item) => cancellationView(shop, item, orderOf(shop, item), origin));
      return { ...page, cancellations: views };
    },
  }),
];
