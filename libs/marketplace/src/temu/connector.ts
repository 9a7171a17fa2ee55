import type { Answer } from '../call/answer.js';
import { type BreakerSettings, createBreakerBoard, DEFAULT_BREAKER_SETTINGS } from '../call/breaker.js';
import { unsendable } from '../call/call-fault.js';
import { isPlatformFault } from '../call/caller.js';
import { createHttpPoster } from '../call/http.js';
import type { CallLimiter } from '../call/limiter.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../call/retry.js';
import { MarketplaceError } from '../errors.js';
import type { ClosableConnector } from '../marketplace-module.js';
import { joinPages, requireFiltered, understand, understandRecord } from '../payload/understand.js';
import type {
  AfterSalesCaseRecord,
  AfterSalesLineRecord,
  CallContext,
  ListPage,
  MarketplaceApp,
  MarketplaceRegion,
  OrderRecord,
  ProductListing,
  ProductRecord,
} from '../port.js';
import { type NumberedQuery, numberedPages } from '../reading/numbered-pages.js';
import {
  caseNumberOf,
  readAfterSalesCase,
  readAfterSalesLine,
  readAfterSalesRefund,
  readCancelRequest,
} from './after-sales/map-after-sales.js';
import { readIssuedAuthorization, readTokenDescription } from './map-token.js';
import { addressWithoutValues, readOrderAddress, withheldByCode } from './orders/map-address.js';
import { ORDER_STATUSES, orderNumberOf, readOrder, readOrderAmounts } from './orders/map-orders.js';
import {
  GOODS_SEARCH_TYPES,
  goodsIdOf,
  readProduct,
  readSku,
  readSupplierPrices,
  skuIdOf,
} from './products/map-products.js';
import { activityIdOf, readPromotion, readPromotionProduct } from './products/map-promotions.js';
import { readTemuPush, TEMU_PUSH_EVENTS } from './pushes/pushes.js';
import {
  BEFORE_ALL_CASES,
  FULFILMENT_TYPES,
  MAX_AFTER_SALES_PAGE_SIZE,
  MAX_CASE_NUMBERS,
  MAX_GOODS_IDS,
  MAX_ORDER_NUMBERS,
  MAX_PAGE_SIZE,
  MAX_PUSH_EVENTS,
  PROMOTION_TYPES,
  type TemuCallParams,
  type TemuCallType,
} from './wire/calls.js';
import { TemuClient, type TemuIdentity } from './wire/client.js';
import { ORDER_NOT_FOUND_CODE, STILL_COMPUTING_CODES } from './wire/error-table.js';
import { type BaseUrls, consentPageUrl, isKnownCallbackHost, resolveRouters } from './wire/gateways.js';
import { readAllPages, readPage } from './wire/read-pages.js';
import { TEMU_GATEWAYS, type TemuRegion } from './wire/regions.js';
import {
  requireCaseNumber,
  requireCountOf,
  requireOneOf,
  requireOrderNumber,
  requirePaging,
  requireWindow,
  wireId,
} from './wire/require-input.js';

export interface TemuConnectorOptions {
  /** Base URLs, e.g. `http://127.0.0.1:4100/us`; a region that is left out uses Temu's own host. */
  gateways?: BaseUrls | undefined;
  /** Base URLs of the consent pages; us and eu default to Temu's own. */
  sellerCenters?: BaseUrls | undefined;
  limiter: CallLimiter;
  /** Deadline of one try, answer body included. Default 15 s. */
  timeoutMs?: number | undefined;
  /** Sockets per gateway host. Default 16. */
  connections?: number | undefined;
  retry?: Partial<RetryPolicy> | undefined;
  breaker?: Partial<BreakerSettings> | undefined;
  /** In [0, 1); jitter of the retries. */
  random?: (() => number) | undefined;
  /** Milliseconds since the epoch. */
  clock?: (() => number) | undefined;
}

export interface TemuOrdersQuery extends NumberedQuery {
  /** One of `orderStatuses`; left out: all. */
  readonly platformStatus?: string;
}

/** Lists page by page, as the marketplace has them: the port reads them whole (`orders`, `afterSales`). */
export type TemuConnector = ClosableConnector & {
  /** Newest first, both fulfilment types; 1 to 100 a page. */
  listOrders(ctx: CallContext, query: TemuOrdersQuery): Promise<ListPage<OrderRecord>>;
  /** 1 to 200 a page. Its order is not documented; reading downwards needs none, as long as it stays while rows leave. */
  listAfterSales(ctx: CallContext, query: NumberedQuery): Promise<ListPage<AfterSalesCaseRecord>>;
};

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export function createTemuConnector(options: TemuConnectorOptions): TemuConnector {
  const clock = options.clock ?? Date.now;
  const sellerCenters = options.sellerCenters ?? {};
  const routers = resolveRouters(options.gateways ?? {});
  const poster = createHttpPoster({
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    connections: options.connections ?? 16,
  });
  const breakers = createBreakerBoard<Answer>({
    group: 'temu',
    settings: { ...DEFAULT_BREAKER_SETTINGS, ...options.breaker },
    isPlatformFault,
    clock,
  });
  const client = new TemuClient({
    routers,
    poster,
    limiter: options.limiter,
    breakers,
    retryPolicy: { ...DEFAULT_RETRY_POLICY, ...options.retry },
    random: options.random ?? Math.random,
    clock,
  });

  const call = <T extends TemuCallType>(ctx: CallContext, operation: T, params: TemuCallParams[T]) =>
    client.call(operation, params, identityOf(ctx), ctx);

  const describe = (ctx: CallContext) =>
    ctx.credentials.region === 'partner'
      ? call(ctx, 'bg.open.accesstoken.info.get.global', {})
      : call(ctx, 'bg.open.accesstoken.info.get', {});

  const listGoods = async (
    ctx: CallContext,
    listing: ProductListing,
    paging: { page: number; pageSize: number },
    goodsIdList?: readonly bigint[],
  ): Promise<ListPage<ProductRecord>> => {
    const operation = 'bg.local.goods.list.query';
    const answer = await call(ctx, operation, {
      pageNo: paging.page,
      pageSize: paging.pageSize,
      goodsSearchType: GOODS_SEARCH_TYPES[listing],
      goodsStatusFilterType: GOODS_SEARCH_TYPES[listing],
      ...(goodsIdList ? { goodsIdList } : {}),
    });
    return readPage(operation, answer, { total: 'total', rows: 'goodsList' }, paging, goodsIdOf, (row) =>
      readProduct(row, listing),
    );
  };

  const listOrders: TemuConnector['listOrders'] = async (ctx, query) => {
    const operation = 'bg.order.list.v2.get';
    requirePaging(operation, query);
    const window = requireWindow(operation, query.window);
    if (query.platformStatus !== undefined)
      requireOneOf(operation, 'parentOrderStatus', query.platformStatus, KNOWN_STATUSES);
    const answer = await call(ctx, operation, {
      pageNumber: query.page,
      pageSize: query.pageSize,
      fulfillmentTypeList: FULFILMENT_TYPES,
      ...(query.platformStatus === undefined ? {} : { parentOrderStatus: Number(query.platformStatus) }),
      ...(query.by === 'created'
        ? { createAfter: window.from, createBefore: window.to, sortby: 'createTime' }
        : { updateAtStart: window.from, updateAtEnd: window.to, sortby: 'updateTime' }),
    });
    return readOrderPage(operation, answer, query);
  };

  const listAfterSales: TemuConnector['listAfterSales'] = async (ctx, query) => {
    requirePaging(AFTER_SALES_LIST, query, MAX_AFTER_SALES_PAGE_SIZE);
    const window = requireWindow(AFTER_SALES_LIST, query.window);
    const answer = await call(ctx, AFTER_SALES_LIST, {
      pageNo: query.page,
      pageSize: query.pageSize,
      ...(query.by === 'created'
        ? { createAtStart: window.from, createAtEnd: window.to }
        : { updateAtStart: window.from, updateAtEnd: window.to }),
    });
    return readCasePage(answer, query);
  };

  return {
    marketplace: 'temu',

    authorizationUrl: (input) =>
      consentPageUrl(sellerCenters, { ...input, region: temuRegion(input.region) }),

    isCallbackHostAllowed(region, callbackHost) {
      const ours = temuRegion(region);
      return isKnownCallbackHost(routers[ours], ours, callbackHost, sellerCenters[ours]);
    },

    async exchangeCode({ app, code, ...callOptions }) {
      const operation = 'bg.open.accesstoken.create';
      // There is no token yet: the code stands in its place (vector V17).
      const answer = await client.call(
        operation,
        { code },
        { app: appOf(app), accessToken: code, scopes: null },
        callOptions,
      );
      return understand(operation, answer, (result) => readIssuedAuthorization(result, answer.redact));
    },

    async describeToken(ctx) {
      return understand('bg.open.accesstoken.info.get', await describe(ctx), readTokenDescription);
    },

    pushEvents: TEMU_PUSH_EVENTS,

    readPush: readTemuPush,

    async changePushSubscription(ctx, { permit, cancel }) {
      const operation = 'bg.tmc.message.update';
      requireCountOf(operation, 'events', [...permit, ...cancel], 2 * MAX_PUSH_EVENTS);
      for (const [what, list] of Object.entries({ permit, cancel })) {
        if (list.length > MAX_PUSH_EVENTS)
          throw unsendable(
            operation,
            `takes at most ${MAX_PUSH_EVENTS} events to ${what}, got ${list.length}`,
          );
      }
      await call(ctx, operation, { permitEventCodeList: permit, cancelEventCodeList: cancel });
    },

    async platformTime(ctx) {
      return (await describe(ctx)).platformTime;
    },

    orderStatuses: ORDER_STATUSES,

    listOrders,

    orders: numberedPages<OrderRecord>({
      pageSize: MAX_PAGE_SIZE,
      readPage: listOrders,
      idOf: (order) => order.orderNumber,
      createdAt: (order) => order.orderedAt,
    }),

    async countOrders(ctx, query) {
      const { total } = await listOrders(ctx, { ...query, page: 1, pageSize: 1 });
      return total;
    },

    async getOrdersByNumber(ctx, orderNumbers) {
      const operation = 'bg.order.list.v2.get';
      // An empty list would not filter at all, and give every order of the shop.
      requireCountOf(operation, 'order numbers', orderNumbers, MAX_ORDER_NUMBERS);
      for (const orderNumber of orderNumbers) requireOrderNumber(operation, orderNumber);
      const paging = { page: 1, pageSize: MAX_PAGE_SIZE };
      const answer = await call(ctx, operation, {
        pageNumber: paging.page,
        pageSize: paging.pageSize,
        fulfillmentTypeList: FULFILMENT_TYPES,
        parentOrderSnList: orderNumbers,
      });
      const page = readOrderPage(operation, answer, paging);
      requireFiltered(operation, page, (order) => order.orderNumber, orderNumbers);
      return page;
    },

    async getOrderAmounts(ctx, orderNumber) {
      const operation = 'bg.order.amount.query';
      requireOrderNumber(operation, orderNumber);
      try {
        const answer = await call(ctx, operation, { parentOrderSn: orderNumber });
        return understandRecord(operation, answer, (result) => readOrderAmounts(result, orderNumber));
      } catch (error) {
        if (STILL_COMPUTING_CODES.has(platformCodeOf(error))) return 'still_computing';
        throw error;
      }
    },

    async getOrderAddress(ctx, orderNumber) {
      const operation = 'bg.order.shippinginfo.v2.get';
      requireOrderNumber(operation, orderNumber);
      try {
        const answer = await call(ctx, operation, { parentOrderSn: orderNumber });
        return understandRecord(operation, answer, readOrderAddress, addressWithoutValues);
      } catch (error) {
        const code = platformCodeOf(error);
        if (code === ORDER_NOT_FOUND_CODE) return { state: 'order_unknown' };
        if (STILL_COMPUTING_CODES.has(code)) return { state: 'still_computing' };
        const withheld = withheldByCode(code);
        if (withheld !== null) return withheld;
        throw error;
      }
    },

    listAfterSales,

    afterSales: numberedPages<AfterSalesCaseRecord>({
      pageSize: MAX_PAGE_SIZE,
      readPage: listAfterSales,
      idOf: numberOfCase,
    }),

    async getAfterSalesOfOrders(ctx, orderNumbers) {
      requireCountOf(AFTER_SALES_LIST, 'order numbers', orderNumbers, MAX_ORDER_NUMBERS);
      for (const orderNumber of orderNumbers) requireOrderNumber(AFTER_SALES_LIST, orderNumber);
      const pair = {
        createAtStart: BEFORE_ALL_CASES,
        createAtEnd: client.platformSeconds(temuRegion(ctx.credentials.region)),
      };
      const page = await readAllPages(AFTER_SALES_LIST, numberOfCase, async (paging) =>
        readCasePage(
          await call(ctx, AFTER_SALES_LIST, { ...paging.asked, ...pair, parentOrderSnList: orderNumbers }),
          paging,
        ),
      );
      requireFiltered(AFTER_SALES_LIST, page, (item) => item.orderNumber, orderNumbers);
      return page;
    },

    async getCancelRequests(ctx, orderNumbers) {
      requireCountOf(CANCEL_LIST, 'order numbers', orderNumbers, MAX_ORDER_NUMBERS);
      for (const orderNumber of orderNumbers) requireOrderNumber(CANCEL_LIST, orderNumber);
      const page = await readAllPages(CANCEL_LIST, numberOfCase, async (paging) =>
        readPage(
          CANCEL_LIST,
          await call(ctx, CANCEL_LIST, {
            ...paging.asked,
            afterSalesStatusGroup: PENDING_CANCELLATIONS,
            parentOrderSnList: orderNumbers,
          }),
          { total: 'total', rows: 'data' },
          paging,
          caseNumberOf,
          readCancelRequest,
        ),
      );
      requireFiltered(CANCEL_LIST, page, (request) => request.orderNumber, orderNumbers);
      return page;
    },

    async getAfterSalesLines(ctx, caseNumbers) {
      requireCountOf(AFTER_SALES_LINES, 'cases', caseNumbers, MAX_CASE_NUMBERS);
      for (const number of caseNumbers) requireCaseNumber(AFTER_SALES_LINES, number);
      const page = await readAllPages(AFTER_SALES_LINES, numberOfLine, async (paging) =>
        readPage(
          AFTER_SALES_LINES,
          await call(ctx, AFTER_SALES_LINES, {
            ...paging.asked,
            parentAfterSalesSnList: caseNumbers,
          }),
          { total: 'total', rows: 'data' },
          paging,
          caseNumberOf,
          readAfterSalesLine,
        ),
      );
      requireFiltered(AFTER_SALES_LINES, page, (line) => line.caseNumber, caseNumbers);
      return page;
    },

    async getAfterSalesRefund(ctx, { caseNumber, orderNumber }) {
      const operation = 'temu.aftersales.parentaftersales.detail.get';
      requireCaseNumber(operation, caseNumber);
      requireOrderNumber(operation, orderNumber);
      const answer = await call(ctx, operation, {
        parentAfterSalesSn: caseNumber,
        parentOrderSn: orderNumber,
      });
      return understandRecord(operation, answer, (result) =>
        readAfterSalesRefund(result, { caseNumber, orderNumber }),
      );
    },

    async listProducts(ctx, query) {
      requirePaging('bg.local.goods.list.query', query);
      return listGoods(ctx, query.listing, query);
    },

    async getProductsById(ctx, productIds) {
      const operation = 'bg.local.goods.list.query';
      requireCountOf(operation, 'product ids', productIds, MAX_GOODS_IDS);
      let missing = productIds.map((id) => wireId(operation, id, 'goodsId'));
      const found: ListPage<ProductRecord>[] = [];
      // Each call looks in one part of the catalogue only.
      for (const listing of ['listed', 'unpublished', 'draft', 'deleted'] as const) {
        const page = await listGoods(ctx, listing, { page: 1, pageSize: MAX_PAGE_SIZE }, missing);
        requireFiltered(operation, page, (product) => product.productId, productIds);
        found.push(page);
        const seen = new Set([
          ...page.records.map((r) => r.productId),
          ...page.unreadable.map((r) => r.platformId),
        ]);
        missing = missing.filter((id) => !seen.has(id.toString()));
        if (missing.length === 0) break;
      }
      return joinPages(operation, found);
    },

    async listSkus(ctx, query) {
      const operation = 'bg.local.goods.sku.list.query';
      requirePaging(operation, query);
      const answer = await call(ctx, operation, {
        pageNo: query.page,
        pageSize: query.pageSize,
        skuSearchType: query.available ? 2 : 3,
        skuStatusFilterType: query.available ? 2 : 3,
      });
      return readPage(operation, answer, { total: 'total', rows: 'skuList' }, query, skuIdOf, readSku);
    },

    async getSupplierPrices(ctx, query) {
      const operation = 'bg.local.goods.sku.list.price.query';
      requireCountOf(operation, 'products', query, MAX_GOODS_IDS);
      const answer = await call(ctx, operation, {
        querySupplierPriceBaseList: query.map(({ productId, skuIds }) => ({
          goodsId: wireId(operation, productId, 'goodsId'),
          skuIdList: skuIds.map((skuId) => wireId(operation, skuId, 'skuId')),
        })),
      });
      return understandRecord(operation, answer, (result) => readSupplierPrices(result, answer.redact));
    },

    promotionTypes: PROMOTION_TYPES,

    async listPromotions(ctx, query) {
      const operation = 'bg.promotion.activity.query';
      requirePaging(operation, query);
      requireOneOf(operation, 'activityType', query.type, PROMOTION_TYPES);
      const answer = await call(ctx, operation, {
        activityType: Number(query.type),
        pageNumber: query.page,
        pageSize: query.pageSize,
      });
      const names = { total: 'total', rows: 'activityList' };
      return readPage(operation, answer, names, query, activityIdOf, readPromotion);
    },

    async listPromotionProducts(ctx, { promotionId, ...paging }) {
      const operation = 'bg.promotion.activity.goods.query';
      requirePaging(operation, paging);
      const answer = await call(ctx, operation, {
        activityId: wireId(operation, promotionId, 'activityId'),
        pageNumber: paging.page,
        pageSize: paging.pageSize,
      });
      const names = { total: 'total', rows: 'goodsList' };
      const { records, ...page } = readPage(operation, answer, names, paging, goodsIdOf, (row) =>
        readPromotionProduct(row, answer.redact),
      );
      return {
        ...page,
        records: records.map(({ record }) => record),
        unreadableParts: records.flatMap(({ unreadable }) => unreadable),
      };
    },

    async close() {
      breakers.close();
      await poster.close();
    },
  };
}

const AFTER_SALES_LIST = 'bg.aftersales.parentaftersales.list.get';
const CANCEL_LIST = 'bg.aftersales.cancel.list.get';
const KNOWN_STATUSES = ORDER_STATUSES.map(({ platformStatus }) => platformStatus);
const PENDING_CANCELLATIONS = 8;
const AFTER_SALES_LINES = 'bg.aftersales.aftersales.list.get';

function readCasePage(
  answer: Answer,
  paging: { page: number; pageSize: number },
): ListPage<AfterSalesCaseRecord> {
  const names = { total: 'total', rows: 'data' };
  return readPage(AFTER_SALES_LIST, answer, names, paging, caseNumberOf, readAfterSalesCase);
}

function numberOfCase({ caseNumber }: { caseNumber: string }): string {
  return caseNumber;
}

function numberOfLine({ caseLineId }: AfterSalesLineRecord): string {
  return caseLineId;
}

function identityOf({ credentials }: CallContext): TemuIdentity {
  return {
    app: appOf(credentials),
    accessToken: credentials.accessToken,
    scopes: credentials.scopes ?? null,
  };
}

function appOf(app: MarketplaceApp): TemuIdentity['app'] {
  return { ...app, region: temuRegion(app.region) };
}

/** Credentials of another marketplace have come to the wrong connector. */
function temuRegion(region: MarketplaceRegion): TemuRegion {
  if (Object.hasOwn(TEMU_GATEWAYS, region)) return region as TemuRegion;
  throw unsendable('setup', `is for the regions ${Object.keys(TEMU_GATEWAYS).join(', ')}, not ${region}`);
}

function readOrderPage(
  operation: string,
  answer: Answer,
  paging: { page: number; pageSize: number },
): ListPage<OrderRecord> {
  const names = { total: 'totalItemNum', rows: 'pageItems' };
  return readPage(operation, answer, names, paging, orderNumberOf, readOrder);
}

/** Empty where the error is not the platform's answer. */
function platformCodeOf(error: unknown): string {
  return (error instanceof MarketplaceError ? error.platformCode : null) ?? '';
}
