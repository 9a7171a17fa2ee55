import type { HttpRequest } from '../../call/http.js';
import type { CallLimit } from '../../call/limiter.js';
import type { Ability, ScopesOfAbilities } from '../../descriptor.js';

/** Calls that share one breaker: when one of a group is down its siblings are too. */
export type OperationGroup = 'auth' | 'orders' | 'amounts' | 'after-sales' | 'products' | 'pushes';

export interface TikTokCallTraits {
  readonly method: HttpRequest['method'];
  readonly path: string;
  /**
   * Whether it is about one shop: `shop_cipher` is sent then and only then. Where it does not belong the call is refused
   * (36009004), where it lacks too (106013).
   */
  readonly isOfShop: boolean;
  readonly group: OperationGroup;
  /** Permission in the token; null where none is documented. */
  readonly scope: string | null;
  readonly ownLimit?: CallLimit;
}

const ORDERS = 'seller.order.info';
const PRODUCTS = 'seller.product.basic';
const AFTER_SALES = 'seller.return_refund.basic';
const AUTHORIZATION = 'seller.authorization.info';

/**
 * TikTok tells no limits; 50 calls a second for each shop and call are reported [R]. Ours is the pace of the system that our
 * users come from: half a second between pages, a fifth between price details.
 */
const PAGES: CallLimit = { calls: 2, perMs: 1_000, of: 'shop' };
const SINGLE_ORDERS: CallLimit = { calls: 5, perMs: 1_000, of: 'shop' };

/**
 * Names, methods, paths and versions: TikTok's own OpenAPI files [D]. Scopes: several programs that run live [R]. All of them
 * may be repeated: those that change something set a state.
 */
export const TIKTOK_CALLS = {
  GetAuthorizedShops: {
    method: 'GET',
    path: '/authorization/202309/shops',
    isOfShop: false,
    group: 'auth',
    scope: AUTHORIZATION,
  },
  GetOrderList: {
    method: 'POST',
    path: '/order/202309/orders/search',
    isOfShop: true,
    group: 'orders',
    scope: ORDERS,
    ownLimit: PAGES,
  },
  GetOrderDetail: {
    method: 'GET',
    path: '/order/202309/orders',
    isOfShop: true,
    group: 'orders',
    scope: ORDERS,
    ownLimit: SINGLE_ORDERS,
  },
  GetPriceDetail: {
    method: 'GET',
    path: '/order/202407/orders/{order_id}/price_detail',
    isOfShop: true,
    group: 'amounts',
    scope: ORDERS,
    ownLimit: SINGLE_ORDERS,
  },
  SearchReturns: {
    method: 'POST',
    path: '/return_refund/202309/returns/search',
    isOfShop: true,
    group: 'after-sales',
    scope: AFTER_SALES,
    ownLimit: SINGLE_ORDERS,
  },
  SearchCancellations: {
    method: 'POST',
    path: '/return_refund/202309/cancellations/search',
    isOfShop: true,
    group: 'after-sales',
    scope: AFTER_SALES,
    ownLimit: SINGLE_ORDERS,
  },
  SearchProducts: {
    method: 'POST',
    path: '/product/202502/products/search',
    isOfShop: true,
    group: 'products',
    scope: PRODUCTS,
    ownLimit: PAGES,
  },
  GetProduct: {
    method: 'GET',
    path: '/product/202309/products/{product_id}',
    isOfShop: true,
    group: 'products',
    scope: PRODUCTS,
    ownLimit: SINGLE_ORDERS,
  },
  GetShopWebhooks: {
    method: 'GET',
    path: '/event/202309/webhooks',
    isOfShop: true,
    group: 'pushes',
    scope: null,
  },
  UpdateShopWebhook: {
    method: 'PUT',
    path: '/event/202309/webhooks',
    isOfShop: true,
    group: 'pushes',
    scope: null,
  },
  DeleteShopWebhook: {
    method: 'DELETE',
    path: '/event/202309/webhooks',
    isOfShop: true,
    group: 'pushes',
    scope: null,
  },
} as const satisfies Readonly<Record<string, TikTokCallTraits>>;

export type TikTokCall = keyof typeof TIKTOK_CALLS;

/** Unsigned, on a host of their own; app key and secret stand in the address [D]. */
export const TOKEN_CALLS = {
  GetAccessToken: '/api/v2/token/get',
  RefreshToken: '/api/v2/token/refresh',
} as const;
export type TokenCall = keyof typeof TOKEN_CALLS;

/** The permissions that the seller grants with the token, by what needs them. Addresses stand in the order. */
export const TIKTOK_SCOPES: ScopesOfAbilities = {
  orders: [ORDERS],
  amounts: [ORDERS],
  addresses: [ORDERS],
  after_sales: [AFTER_SALES],
  products: [PRODUCTS],
} satisfies Partial<Record<Ability, readonly string[]>>;

export const MAX_PAGE_SIZE = 100;
/** Returns take 10 to 50 rows a page, cancellations 1 to 50 [D]. */
export const CASES_A_PAGE = 50;
/** Of `GetOrderDetail` [D]. */
export const MAX_ORDER_IDS = 50;
/** Undocumented for returns and cancellations: a page, so that one answer surely holds the cases of as many orders. */
export const MAX_CASE_IDS = 50;
