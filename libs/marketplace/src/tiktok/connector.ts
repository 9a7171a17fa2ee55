import { say } from '#said';
import type { Answer } from '../call/answer.js';
import { type BreakerSettings, createBreakerBoard, DEFAULT_BREAKER_SETTINGS } from '../call/breaker.js';
import { unsendable } from '../call/call-fault.js';
import { isPlatformFault } from '../call/caller.js';
import { createHttpPoster } from '../call/http.js';
import type { CallLimiter } from '../call/limiter.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../call/retry.js';
import { isMarketplaceError } from '../errors.js';
import type { OwnConnector } from '../marketplace-module.js';
import { isJsonObject, requireArray, requireObject, textList, UnreadableField } from '../payload/read.js';
import { joinPages, requireFiltered, understand, understandRecord } from '../payload/understand.js';
import type {
  AfterSalesCaseRecord,
  AfterSalesLineRecord,
  CallContext,
  CancelRequestRecord,
  CatalogueRecord,
  ListPage,
  Marketplace,
  MarketplaceApp,
  MarketplaceRegion,
  OrderRecord,
  ShopIdentity,
  ShopPushes,
} from '../port.js';
import { pageTokens, type TokenPage, type TokenQuery } from '../reading/page-tokens.js';
import {
  cancelIdOf,
  readCancelRequest,
  readCase,
  readCaseLines,
  readRefund,
  returnIdOf,
} from './after-sales/map-after-sales.js';
import { CIPHER, readShops, readToken } from './map-token.js';
import { addressWithoutValues, readOrderAddress } from './orders/map-address.js';
import { readLinePrices, readPriceDetail } from './orders/map-amounts.js';
import { orderIdOf, readOrder, withoutBuyer } from './orders/map-orders.js';
import { ORDER_STATUSES } from './orders/order-status.js';
import { productIdOf, readProduct } from './products/map-products.js';
import { readTikTokPush, TIKTOK_PUSH_EVENTS } from './pushes/pushes.js';
import { CASES_A_PAGE, MAX_CASE_IDS, MAX_ORDER_IDS, MAX_PAGE_SIZE, type TikTokCall } from './wire/calls.js';
import { type TikTokApp, TikTokClient, type TikTokIdentity, type TikTokParams } from './wire/client.js';
import { TOO_MANY_ROWS_CODE, UNKNOWN_ORDER_CODE, UNKNOWN_PRODUCT_CODE } from './wire/error-table.js';
import { type BaseUrls, consentPageUrl, resolveHosts, resolveTokenHosts } from './wire/hosts.js';
import { type RowReader, readAllPages, readNamedRows, readTokenPage } from './wire/read-pages.js';
import { TIKTOK_CONSENT_PAGES, type TikTokRegion } from './wire/regions.js';
import { requireCountOf, requireIds, requireOneOf, windowOf } from './wire/require-input.js';

export interface TikTokConnectorOptions {
  /** Base addresses; a region that is left out uses TikTok's own. */
  hosts?: BaseUrls | undefined;
  tokenHosts?: BaseUrls | undefined;
  consentPages?: BaseUrls | undefined;
  limiter: CallLimiter;
  /** Deadline of one try, answer body included. Default 15 s. */
  timeoutMs?: number | undefined;
  /** Sockets per host. Default 16. */
  connections?: number | undefined;
  retry?: Partial<RetryPolicy> | undefined;
  breaker?: Partial<BreakerSettings> | undefined;
  /** In [0, 1); jitter of the retries. */
  random?: (() => number) | undefined;
  /** Milliseconds since the epoch. */
  clock?: (() => number) | undefined;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Its id; a type of the registration only once it is registered. */
const TIKTOK = 'tiktok' as string as Marketplace;

/** The state in which a buyer's wish to cancel waits for the seller [D]; the kinds of cancellation are told in two spellings. */
const PENDING_CANCELLATION = 'CANCELLATION_REQUEST_PENDING';

const ORDERS: RowReader<OrderRecord> = {
  rows: 'orders',
  idOf: orderIdOf,
  read: readOrder,
  keep: withoutBuyer,
};
const CASES: RowReader<AfterSalesCaseRecord> = { rows: 'return_orders', idOf: returnIdOf, read: readCase };
const CASE_LINES: RowReader<AfterSalesLineRecord[]> = {
  rows: 'return_orders',
  idOf: returnIdOf,
  read: readCaseLines,
};
const CANCELLATIONS: RowReader<CancelRequestRecord> = {
  rows: 'cancellations',
  idOf: cancelIdOf,
  read: readCancelRequest,
};
const PRODUCTS: RowReader<CatalogueRecord> = { rows: 'products', idOf: productIdOf, read: readProduct };

export function createTikTokConnector(options: TikTokConnectorOptions) {
  const clock = options.clock ?? Date.now;
  const consentPages = options.consentPages ?? {};
  const poster = createHttpPoster({
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    connections: options.connections ?? 16,
  });
  const breakers = createBreakerBoard<Answer>({
    group: 'tiktok',
    settings: { ...DEFAULT_BREAKER_SETTINGS, ...options.breaker },
    isPlatformFault,
    clock,
  });
  const client = new TikTokClient({
    hosts: resolveHosts(options.hosts ?? {}),
    tokenHosts: resolveTokenHosts(options.tokenHosts ?? {}),
    poster,
    limiter: options.limiter,
    breakers,
    retryPolicy: { ...DEFAULT_RETRY_POLICY, ...options.retry },
    random: options.random ?? Math.random,
    clock,
  });

  const call = (ctx: CallContext, operation: TikTokCall, params: TikTokParams = {}): Promise<Answer> =>
    client.call(operation, params, identityOf(ctx), ctx);

  /** Oldest change first: what changes meanwhile moves to the end, where it is still to be read. */
  const search = async <T>(
    ctx: CallContext,
    operation: TikTokCall,
    reader: RowReader<T>,
    { by, token, pageSize, window }: TokenQuery,
  ): Promise<TokenPage<T> & { readonly total: number }> => {
    const { from, to } = windowOf(operation, window);
    const answer = await call(ctx, operation, {
      query: {
        page_size: String(pageSize),
        sort_field: by === 'created' ? 'create_time' : 'update_time',
        sort_order: 'ASC',
        ...(token === null ? {} : { page_token: token }),
      },
      // The end is exclusive here.
      body:
        by === 'created'
          ? { create_time_ge: from, create_time_lt: to + 1 }
          : { update_time_ge: from, update_time_lt: to + 1 },
    });
    return readTokenPage(operation, answer, token, reader);
  };

  const searchProducts = async (
    ctx: CallContext,
    { by, token, pageSize, window }: TokenQuery,
  ): Promise<TokenPage<CatalogueRecord> & { readonly total: number }> => {
    const operation = 'SearchProducts';
    const { from, to } = windowOf(operation, window);
    const asked = call(ctx, operation, {
      query: { page_size: String(pageSize), ...(token === null ? {} : { page_token: token }) },
      // Both ends are inclusive here.
      body: {
        status: 'ALL',
        ...(by === 'created'
          ? { create_time_ge: from, create_time_le: to }
          : { update_time_ge: from, update_time_le: to }),
      },
    });
    const answer = token === null && to > from ? await asked.catch(nullIf(TOO_MANY_ROWS_CODE)) : await asked;
    return answer === null ? tooMany(clock()) : readTokenPage(operation, answer, token, PRODUCTS);
  };

  /** Every row of a search for named records, in as many pages as it takes. */
  const named = <T>(
    ctx: CallContext,
    operation: 'SearchReturns' | 'SearchCancellations',
    reader: RowReader<T>,
    idOf: (record: T) => string,
    body: Readonly<Record<string, readonly string[]>>,
  ): Promise<ListPage<T>> =>
    readAllPages(operation, idOf, async (token) => {
      const query = { page_size: String(CASES_A_PAGE), ...(token === null ? {} : { page_token: token }) };
      return readTokenPage(operation, await call(ctx, operation, { query, body }), token, reader);
    });

  const orderDetail = (ctx: CallContext, orderNumbers: readonly string[]): Promise<Answer> => {
    requireIds('GetOrderDetail', 'order ids', orderNumbers, MAX_ORDER_IDS);
    return call(ctx, 'GetOrderDetail', { query: { ids: orderNumbers.join(',') } });
  };

  /** Of several orders TikTok refuses all for one that it does not know [?]: they are asked for in halves. */
  const ordersByNumber = async (
    ctx: CallContext,
    orderNumbers: readonly string[],
  ): Promise<ListPage<OrderRecord>> => {
    const operation = 'GetOrderDetail';
    const startedAt = new Date(clock());
    const answer = await orderDetail(ctx, orderNumbers).catch(nullIf(UNKNOWN_ORDER_CODE));
    if (answer !== null) return readNamedRows(operation, answer, ORDERS);
    if (orderNumbers.length === 1) return noneOf(startedAt);
    const half = Math.ceil(orderNumbers.length / 2);
    return joinPages(operation, [
      await ordersByNumber(ctx, orderNumbers.slice(0, half)),
      await ordersByNumber(ctx, orderNumbers.slice(half)),
    ]);
  };

  const authorizedShops = async (ctx: CallContext): Promise<ReturnType<typeof readShops>> => {
    const operation = 'GetAuthorizedShops';
    const answer = await call(ctx, operation);
    return understand(operation, answer, (data) => readShops(data, operation, answer.redact));
  };

  /** Null where the token may not ask for them. */
  const pushesOf = async (ctx: CallContext): Promise<ShopPushes | null> => {
    try {
      const answer = await call(ctx, 'GetShopWebhooks');
      return understand('GetShopWebhooks', answer, readPushes);
    } catch (error) {
      if (isMarketplaceError(error) && error.kind === 'scope') return null;
      throw error;
    }
  };

  const oneProduct = async (ctx: CallContext, productId: string): Promise<ListPage<CatalogueRecord>> => {
    const startedAt = new Date(clock());
    const asked = call(ctx, 'GetProduct', { path: { product_id: productId } });
    const answer = await asked.catch(nullIf(UNKNOWN_PRODUCT_CODE));
    if (answer === null) return noneOf(startedAt);
    return readNamedRows('GetProduct', { ...answer, result: { products: [answer.result] } }, PRODUCTS);
  };

  return {
    marketplace: TIKTOK,

    authorizationUrl: ({ region, fields = {}, state }) =>
      consentPageUrl(consentPages, {
        region: tikTokRegion(region),
        serviceId: fields[SERVICE_ID] ?? '',
        state,
      }),

    /** TikTok's callback names none. */
    isCallbackHostAllowed: () => false,

    async exchangeCode({ app, code, ...callOptions }) {
      const operation = 'GetAccessToken';
      // A refusal comes as the literal text.
      if (code === '' || code === 'null') throw unsendable(operation, 'needs a code');
      const answer = await client.token(operation, { auth_code: code }, appOf(app), callOptions);
      const { platformSellerId, scopes, ...token } = understand(operation, answer, readToken);
      const { shops, unreadable } = await authorizedShops({
        ...callOptions,
        credentials: {
          ...app,
          marketplace: TIKTOK,
          accessToken: token.accessToken,
          scopes: null,
          version: 0,
        },
      });
      return { ...token, scopes, platformSellerId, shops, further: [], unreadableFurther: unreadable };
    },

    /** TikTok tells end and scopes of a token with the token only. Pushes are told shop by shop: of the one that asks. */
    async describeToken(ctx) {
      const { shops } = await authorizedShops(ctx);
      const cipher = cipherOf(ctx);
      const pushes = cipher === null ? null : await pushesOf(ctx);
      const told = shops.map((shop) => (shop.extras?.[CIPHER] === cipher ? { ...shop, pushes } : shop));
      return {
        expiresAt: null,
        scopes: [],
        platformSellerId: null,
        shops: told as unknown as readonly [ShopIdentity, ...ShopIdentity[]],
      };
    },

    async renewToken({ app, refreshToken, ...callOptions }) {
      const operation = 'RefreshToken';
      const answer = await client.token(operation, { refresh_token: refreshToken }, appOf(app), callOptions);
      const { accessToken, expiresAt, refresh } = understandRecord(operation, answer, readToken);
      return { accessToken, expiresAt, refresh };
    },

    pushEvents: TIKTOK_PUSH_EVENTS,

    readPush: readTikTokPush,

    /** One call for each event; setting what is set already, or ending what is not, succeeds too [D]. */
    async changePushSubscription(ctx, { permit, cancel, address }) {
      requireCountOf('UpdateShopWebhook', 'events', [...permit, ...cancel], 2 * MAX_PUSH_EVENTS);
      if (permit.length > 0 && address.length > MAX_ADDRESS)
        throw unsendable('UpdateShopWebhook', `takes an address of at most ${MAX_ADDRESS} characters`);
      for (const eventCode of permit)
        await call(ctx, 'UpdateShopWebhook', { body: { event_type: eventCode, address } });
      for (const eventCode of cancel)
        await call(ctx, 'DeleteShopWebhook', { body: { event_type: eventCode } });
    },

    async platformTime(ctx) {
      return (await call(ctx, 'GetAuthorizedShops')).platformTime;
    },

    orderStatuses: ORDER_STATUSES,

    orders: pageTokens<OrderRecord>({
      pageSize: MAX_PAGE_SIZE,
      isCounted: true,
      readPage: (ctx, query) => search(ctx, 'GetOrderList', ORDERS, query),
      idOf: (order) => order.orderNumber,
      versionOf: (order) => String(order.platformUpdatedAt.getTime()),
      isExpired: isTokenRefused,
    }),

    async countOrders(ctx, { window, by, platformStatus }) {
      const operation = 'GetOrderList';
      const { from, to } = windowOf(operation, window);
      if (platformStatus !== undefined)
        requireOneOf(operation, 'order_status', platformStatus, KNOWN_STATUSES);
      const answer = await call(ctx, operation, {
        query: { page_size: '1' },
        body: {
          ...(by === 'created'
            ? { create_time_ge: from, create_time_lt: to + 1 }
            : { update_time_ge: from, update_time_lt: to + 1 }),
          ...(platformStatus === undefined ? {} : { order_status: platformStatus }),
        },
      });
      return readTokenPage(operation, answer, null, ORDERS).total;
    },

    async getOrdersByNumber(ctx, orderNumbers) {
      const page = await ordersByNumber(ctx, orderNumbers);
      requireFiltered('GetOrderDetail', page, (order) => order.orderNumber, orderNumbers);
      return page;
    },

    async getOrderAmounts(ctx, orderNumber) {
      const operation = 'GetPriceDetail';
      requireIds(operation, 'order id', [orderNumber], 1);
      const answer = await call(ctx, operation, { path: { order_id: orderNumber } });
      const amounts = understandRecord(operation, answer, (data) => readPriceDetail(data, orderNumber));
      if (amounts.lines !== null) return { ...amounts, lines: amounts.lines };
      const detail = await orderDetail(ctx, [orderNumber]);
      const lines = understandRecord(
        'GetOrderDetail',
        detail,
        (data) => readLinePrices(orderIn(data, orderNumber), amounts.currency),
        () => ({ id: orderNumber }),
      );
      return { ...amounts, lines };
    },

    async getOrderAddress(ctx, orderNumber) {
      const operation = 'GetOrderDetail';
      const answer = await orderDetail(ctx, [orderNumber]).catch(nullIf(UNKNOWN_ORDER_CODE));
      if (answer === null) return { state: 'order_unknown' };
      const order = understand(operation, answer, (data) => orderIn(data, orderNumber));
      if (order === undefined) return { state: 'order_unknown' };
      return understandRecord(
        operation,
        { ...answer, result: order },
        readOrderAddress,
        addressWithoutValues,
      );
    },

    afterSales: pageTokens<AfterSalesCaseRecord>({
      pageSize: CASES_A_PAGE,
      isCounted: true,
      readPage: (ctx, query) => search(ctx, 'SearchReturns', CASES, query),
      idOf: (item) => item.caseNumber,
      versionOf: (item) => String(item.platformUpdatedAt.getTime()),
      isExpired: isTokenRefused,
    }),

    async getAfterSalesOfOrders(ctx, orderNumbers) {
      const operation = 'SearchReturns';
      requireIds(operation, 'order ids', orderNumbers, MAX_CASE_IDS);
      const page = await named(ctx, operation, CASES, (item) => item.caseNumber, { order_ids: orderNumbers });
      requireFiltered(operation, page, (item) => item.orderNumber, orderNumbers);
      return page;
    },

    async getCancelRequests(ctx, orderNumbers) {
      const operation = 'SearchCancellations';
      requireIds(operation, 'order ids', orderNumbers, MAX_CASE_IDS);
      const page = await named(ctx, operation, CANCELLATIONS, (request) => request.caseNumber, {
        order_ids: orderNumbers,
        cancel_status: [PENDING_CANCELLATION],
      });
      requireFiltered(operation, page, (request) => request.orderNumber, orderNumbers);
      return page;
    },

    async getAfterSalesLines(ctx, caseNumbers) {
      const operation = 'SearchReturns';
      requireIds(operation, 'return ids', caseNumbers, MAX_CASE_IDS);
      const { records, unreadable, ...page } = await named(
        ctx,
        operation,
        CASE_LINES,
        (lines) => lines[0]?.caseNumber ?? '',
        { return_ids: caseNumbers },
      );
      const lines = records.flat();
      const answered = { ...page, total: lines.length + unreadable.length, records: lines, unreadable };
      requireFiltered(operation, answered, (line) => line.caseNumber, caseNumbers);
      return answered;
    },

    async getAfterSalesRefund(ctx, { caseNumber, orderNumber }) {
      const operation = 'SearchReturns';
      requireIds(operation, 'return id', [caseNumber], 1);
      const answer = await call(ctx, operation, {
        query: { page_size: String(CASES_A_PAGE) },
        body: { return_ids: [caseNumber] },
      });
      return understandRecord(operation, answer, (data) => {
        const rows = requireArray(requireObject(data, 'data').return_orders ?? [], 'return_orders');
        const row = rows.find((each) => isJsonObject(each) && each.return_id === caseNumber);
        if (row === undefined) throw new UnreadableField(say('field.missing', { field: caseNumber }));
        return readRefund(row, { caseNumber, orderNumber });
      });
    },

    catalogue: pageTokens<CatalogueRecord>({
      pageSize: MAX_PAGE_SIZE,
      isCounted: true,
      readPage: searchProducts,
      idOf: ({ product }) => product.productId,
      versionOf: (entry) => JSON.stringify(entry),
      isExpired: isTokenRefused,
    }),

    async getProductsById(ctx, productIds) {
      const operation = 'GetProduct';
      requireIds(operation, 'product ids', productIds, MAX_PRODUCT_IDS);
      const pages: ListPage<CatalogueRecord>[] = [];
      // TikTok has no call for several.
      for (const productId of productIds) pages.push(await oneProduct(ctx, productId));
      const { records, ...page } = joinPages(operation, pages);
      const products = { ...page, records: records.map(({ product }) => product) };
      requireFiltered(operation, products, (product) => product.productId, productIds);
      return products;
    },

    /** TikTok buys nothing from sellers: no SKU has a price of supply. */
    async getSupplierPrices(_ctx, query) {
      const records = query.flatMap(({ productId, skuIds }) =>
        skuIds.map((skuId) => ({ productId, skuId, supplierPrice: null })),
      );
      return { records, unreadable: [] };
    },

    async close() {
      breakers.close();
      await poster.close();
    },
  } satisfies OwnConnector;
}

/** Of `appFields`. */
export const SERVICE_ID = 'service_id';
export const MAX_PUSH_EVENTS = 20;
/** Of a webhook [D]. */
const MAX_ADDRESS = 255;
const MAX_PRODUCT_IDS = 100;
/** That a search yields [R]. */
const MOST_PRODUCTS = 10_000;
const KNOWN_STATUSES = ORDER_STATUSES.map(({ platformStatus }) => platformStatus);

/** Which of a list's answers says that its token is too old is told nowhere [?]: a refusal that speaks of the token is one. */
function isTokenRefused(error: unknown): boolean {
  if (!isMarketplaceError(error) || error.platformCode === null) return false;
  return (
    (error.kind === 'programming' || error.kind === 'business') &&
    /page[-_ ]?token|cursor/i.test(error.platformMessage ?? '')
  );
}

/** A refusal that tells something of what was asked for. */
function nullIf(code: string): (error: unknown) => null {
  return (error) => {
    if (isMarketplaceError(error) && error.platformCode === code) return null;
    throw error;
  };
}

/** What a call brings that knows none of what was asked for; its refusal tells no time. */
function noneOf(startedAt: Date): ListPage<never> {
  return { total: 0, records: [], unreadable: [], platformTime: startedAt, requestStartedAt: startedAt };
}

/** A window that is refused for its size is split like one that tells it. */
function tooMany(nowMs: number): TokenPage<CatalogueRecord> & { readonly total: number } {
  const now = new Date(nowMs);
  return {
    total: MOST_PRODUCTS + 1,
    next: 'more',
    records: [],
    unreadable: [],
    platformTime: now,
    requestStartedAt: now,
  };
}

function orderIn(data: unknown, orderNumber: string): unknown {
  const rows = requireArray(requireObject(data, 'data').orders ?? [], 'orders');
  return rows.find((row) => isJsonObject(row) && row.id === orderNumber);
}

/** A seller grants no single events: every one may be subscribed to. */
function readPushes(data: unknown): ShopPushes {
  const rows = requireArray(requireObject(data, 'data').webhooks ?? [], 'webhooks');
  const all = TIKTOK_PUSH_EVENTS.map(({ eventCode }) => eventCode);
  const subscribed = rows.flatMap((row) => (isJsonObject(row) ? textList([row.event_type]) : []));
  return {
    status: 'normal',
    appEvents: all,
    grantedEvents: all,
    subscribedEvents: all.filter((eventCode) => subscribed.includes(eventCode)),
  };
}

function cipherOf({ credentials }: CallContext): string | null {
  return credentials.shopExtras?.[CIPHER] ?? null;
}

function identityOf(ctx: CallContext): TikTokIdentity {
  const { credentials } = ctx;
  return {
    app: appOf(credentials),
    accessToken: credentials.accessToken,
    scopes: credentials.scopes,
    shopCipher: cipherOf(ctx),
  };
}

function appOf({ region, appKey, appSecret }: MarketplaceApp): TikTokApp {
  return { region: tikTokRegion(region), appKey, appSecret };
}

/** Credentials of another marketplace have come to the wrong connector. */
function tikTokRegion(region: MarketplaceRegion): TikTokRegion {
  const known: readonly string[] = Object.keys(TIKTOK_CONSENT_PAGES);
  if (known.includes(region)) return region as TikTokRegion;
  throw unsendable('setup', `is for the regions ${known.join(', ')}, not ${region}`);
}
