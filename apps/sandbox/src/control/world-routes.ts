import type { FastifyInstance, FastifyRequest } from 'fastify';
import { goodsView, skuView } from '../calls/goods-views.js';
import { originOf } from '../protocol/routes.js';
import { REGIONS } from '../regions.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { describeShop, isMarketCode, MARKETS } from '../world/built-in.js';
import { askToCancel, decideCancel } from '../world/cancel-requests.js';
import { withholdAddress } from '../world/disturbances.js';
import { makeProduct } from '../world/generate-products.js';
import { cancel, changeAddress, changeProduct, refund, setStatus } from '../world/operations.js';
import { moveDeadline, PARENT_LABELS, type ParentLabel } from '../world/order-labels.js';
import { Prng } from '../world/prng.js';
import type { ShopState } from '../world/shop-state.js';
import {
  ADDRESS_RULES,
  PARENT_STATUSES,
  type ParentOrder,
  SEARCH_TYPES,
  type Shop,
  WITHHELD_ADDRESSES,
} from '../world/types.js';
import { isZone } from '../world/zone-time.js';
import { readNewOrders } from './order-requests.js';
import {
  truthAddresses,
  truthAfterSales,
  truthCancels,
  truthOf,
  truthOrders,
  truthPromotions,
} from './truth.js';
import { ControlBody, ControlError } from './validate.js';

const MAX_ID = Number.MAX_SAFE_INTEGER;
const AFTER_SALES_STATUSES = [1, 2, 3, 5, 6, 7, 8, 10, 11] as const;

/** `expire`: as if nobody had decided within a day; the platform then grants it. */
const CANCEL_ACTIONS = ['ask', 'withdraw', 'accept', 'reject', 'expire'] as const;
const DECIDED_AS = { withdraw: 6, accept: 5, reject: 7, expire: 5 } as const;

interface ShopParams {
  Params: { mallId: string };
}
interface OrderParams {
  Params: { mallId: string; parentOrderSn: string };
}

function findShop(parts: SandboxParts, mallId: string): ShopState {
  const shop = parts.world.shop(Number(mallId));
  if (shop === undefined) throw new ControlError('mallId', `shop ${mallId} does not exist`, 404);
  return shop;
}

function findOrder(shop: ShopState, parentOrderSn: string): ParentOrder {
  const order = shop.order(parentOrderSn);
  if (order === undefined) {
    throw new ControlError('parentOrderSn', `order ${parentOrderSn} does not exist in this shop`, 404);
  }
  return order;
}

function describe(state: ShopState): Record<string, unknown> {
  const { mallId, name, account, region, currency, zone, mallType } = state.shop;
  return {
    mallId,
    name,
    account,
    region,
    currency,
    zone,
    mallType,
    addresses: state.addressRule,
    ...state.counts,
  };
}

function readPaging(request: FastifyRequest): { page: number; pageSize: number } {
  const query = new URL(request.url, 'http://sandbox').searchParams;
  const read = (name: string, standard: number, high: number): number => {
    const text = query.get(name) ?? String(standard);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > high) {
      throw new ControlError(name, `${name} must be a whole number from 1 to ${high}`);
    }
    return value;
  };
  return { page: read('page', 1, 1_000_000), pageSize: read('pageSize', 500, 5000) };
}

function readNewShop(body: ControlBody, parts: SandboxParts): Shop {
  const market = body.requiredOneOf('market', Object.keys(MARKETS));
  if (!isMarketCode(market)) throw new ControlError('market', `market ${market} is unknown`);
  const mallId = body.int('mallId', 1, MAX_ID) ?? 634418900000000 + parts.world.shops().length;
  const zone = body.text('zone');
  const region = body.oneOf('region', REGIONS);
  const request = {
    mallId,
    market,
    name: body.text('name', 80) ?? `Control shop ${mallId}`,
    account: body.text('account', 120) ?? `control-${mallId}@seller.example`,
    orders: body.int('orders', 0, 200_000) ?? 0,
    products: body.int('products', 0, 50_000) ?? 10,
    deletedProducts: body.int('deletedProducts', 0, 50_000) ?? 0,
    mallType: body.oneOf('mallType', [1, 100] as const) ?? 100,
    ...(zone === undefined ? {} : { zone }),
    ...(region === undefined ? {} : { region }),
  };
  const days = body.int('days', 1, 1000) ?? 180;
  const seed = body.text('seed') ?? parts.world.seed;
  const anchorSeconds = body.int('anchorSeconds', 86_400, 9_999_999_999) ?? parts.clock.nowSeconds();
  body.end();
  if (zone !== undefined && !isZone(zone)) throw new ControlError('zone', `zone ${zone} is not an IANA zone`);
  if (parts.world.shop(mallId) !== undefined) {
    throw new ControlError('mallId', `shop ${mallId} exists already; leave mallId out or choose another`);
  }
  if (request.orders > 0 && request.products === 0) {
    throw new ControlError('products', 'a shop with orders needs products');
  }
  return describeShop(request, seed, anchorSeconds, days);
}

function registerShops(control: FastifyInstance, parts: SandboxParts): void {
  control.get('/shops', async () => ({ shops: parts.world.shops().map(describe) }));

  control.post('/shops', async (request, reply) => {
    const shop = readNewShop(ControlBody.parse(request.body), parts);
    return reply.code(201).send(describe(parts.world.addShop(shop)));
  });

  control.patch<ShopParams>('/shops/:mallId', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const body = ControlBody.parse(request.body);
    const addressRule = body.requiredOneOf('addresses', ADDRESS_RULES);
    body.end();
    parts.world.saveAddressRule(shop, addressRule);
    return describe(shop);
  });

  control.get<ShopParams>('/shops/:mallId/truth', async (request) =>
    truthOf(findShop(parts, request.params.mallId)),
  );

  control.get<ShopParams>('/shops/:mallId/truth/orders', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const { page, pageSize } = readPaging(request);
    const items = truthOrders(shop, (page - 1) * pageSize, pageSize, originOf(request));
    return { total: shop.counts.orders, page, pageSize, items };
  });

  control.get<ShopParams>('/shops/:mallId/truth/after-sales', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const { page, pageSize } = readPaging(request);
    const items = truthAfterSales(shop, (page - 1) * pageSize, pageSize);
    return { total: shop.counts.afterSales, page, pageSize, items };
  });

  control.get<ShopParams>('/shops/:mallId/truth/cancel-requests', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const { page, pageSize } = readPaging(request);
    const items = truthCancels(shop, (page - 1) * pageSize, pageSize);
    return { total: shop.counts.cancelRequests, page, pageSize, items };
  });

  control.get<ShopParams>('/shops/:mallId/truth/addresses', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const { page, pageSize } = readPaging(request);
    const items = truthAddresses(shop, (page - 1) * pageSize, pageSize);
    return { total: shop.counts.orders, page, pageSize, items };
  });

  control.get<ShopParams>('/shops/:mallId/truth/promotions', async (request) => {
    const items = truthPromotions(findShop(parts, request.params.mallId), parts.clock.nowSeconds());
    return { total: items.length, items };
  });

  control.get<ShopParams>('/shops/:mallId/truth/products', async (request) => {
    const state = findShop(parts, request.params.mallId);
    const { page, pageSize } = readPaging(request);
    const origin = originOf(request);
    const items = state.productsByCreate
      .all()
      .slice((page - 1) * pageSize, page * pageSize)
      .map((product) => ({
        searchType: product.searchType,
        goods: goodsView(state.shop, product, origin),
        skus: product.skus.map((sku) => ({
          ...skuView(state.shop, product, sku, origin),
          basePriceMinor: sku.basePriceMinor,
          retailPriceMinor: sku.retailPriceMinor,
        })),
      }));
    return { total: state.counts.products, page, pageSize, items };
  });
}

function readLabels(body: ControlBody): ParentLabel[] | undefined {
  return body.texts('labels')?.map((label) => {
    const known = PARENT_LABELS.find((each) => each === label);
    if (known === undefined) throw new ControlError('labels', `labels may hold ${PARENT_LABELS.join(', ')}`);
    return known;
  });
}

function readCaseLines(body: ControlBody): { orderSn: string; quantity: number }[] | undefined {
  return body.objects('lines')?.map((line) => {
    const asked = {
      orderSn: line.requiredText('orderSn'),
      quantity: line.requiredInt('quantity', 1, 100_000),
    };
    line.end();
    return asked;
  });
}

function registerOrders(control: FastifyInstance, parts: SandboxParts): void {
  const { world, clock } = parts;

  control.post<ShopParams>('/shops/:mallId/orders', async (request, reply) => {
    const shop = findShop(parts, request.params.mallId);
    const orders = readNewOrders(ControlBody.parse(request.body), shop, clock.nowSeconds());
    world.saveOrders(shop, orders);
    return reply.code(201).send({ orders });
  });

  control.patch<OrderParams>('/shops/:mallId/orders/:parentOrderSn', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const order = findOrder(shop, request.params.parentOrderSn);
    const body = ControlBody.parse(request.body);
    const status = body.oneOf('status', PARENT_STATUSES);
    const updateTime = body.int('updateTime', 1, 9_999_999_999) ?? clock.nowSeconds();
    const labels = readLabels(body);
    const expectShipLatestTime = body.int('expectShipLatestTime', 1, 9_999_999_999);
    const amountReadyAt = body.int('amountReadyAt', 0, 9_999_999_999);
    body.end();
    if (updateTime < order.createTime) {
      throw new ControlError('updateTime', 'updateTime must not be before the createTime of the order');
    }
    if (status !== undefined) setStatus(world, shop, order, status, updateTime);
    const next = structuredClone(order);
    next.updateTime = updateTime;
    next.labels = labels ?? next.labels;
    if (expectShipLatestTime !== undefined) moveDeadline(next, expectShipLatestTime, clock.nowSeconds());
    next.amountReadyAt = amountReadyAt ?? next.amountReadyAt;
    world.saveOrders(shop, [next]);
    return { order };
  });

  control.post<OrderParams>('/shops/:mallId/orders/:parentOrderSn/cancel', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const order = findOrder(shop, request.params.parentOrderSn);
    const body = ControlBody.parse(request.body);
    const part = body.has('orderSn')
      ? { orderSn: body.requiredText('orderSn'), quantity: body.requiredInt('quantity', 1, 100_000) }
      : undefined;
    body.end();
    return { order: cancel(world, shop, order, part, clock.nowSeconds()) };
  });

  control.post<OrderParams>('/shops/:mallId/orders/:parentOrderSn/cancel-request', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const order = findOrder(shop, request.params.parentOrderSn);
    const body = ControlBody.parse(request.body);
    const action = body.oneOf('action', CANCEL_ACTIONS) ?? 'ask';
    if (action === 'ask') {
      const lines = readCaseLines(body);
      body.end();
      return { cancelRequest: askToCancel(world, shop, order, lines, clock.nowSeconds()) };
    }
    const status = action === 'accept' ? body.oneOf('status', [4, 5, 9] as const) : undefined;
    body.end();
    return {
      cancelRequest: decideCancel(world, shop, order, status ?? DECIDED_AS[action], clock.nowSeconds()),
    };
  });

  control.post<OrderParams>('/shops/:mallId/orders/:parentOrderSn/address', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const order = findOrder(shop, request.params.parentOrderSn);
    const body = ControlBody.parse(request.body);
    const withheld = body.oneOf('withheld', [...WITHHELD_ADDRESSES, 'none'] as const);
    if (withheld !== undefined) {
      body.end();
      const reason = withheld === 'none' ? undefined : withheld;
      return { order: withholdAddress(world, shop, order, reason) };
    }
    const stage = body.oneOf('stage', ['requested', 'changed'] as const) ?? 'changed';
    const keepsUpdateTime = body.boolean('keepsUpdateTime') ?? false;
    body.end();
    return { order: changeAddress(world, shop, order, stage, clock.nowSeconds(), keepsUpdateTime) };
  });

  control.post<OrderParams>('/shops/:mallId/orders/:parentOrderSn/refund', async (request) => {
    const shop = findShop(parts, request.params.mallId);
    const order = findOrder(shop, request.params.parentOrderSn);
    const body = ControlBody.parse(request.body);
    const asked = {
      parentAfterSalesSn: body.text('parentAfterSalesSn'),
      opensAnother: body.boolean('opensAnother'),
      lines: readCaseLines(body),
      orderSn: body.text('orderSn'),
      quantity: body.int('quantity', 1, 100_000),
      buyerComment: body.text('buyerComment'),
      type: body.oneOf('type', [1, 2] as const),
      status: body.oneOf('status', AFTER_SALES_STATUSES),
    };
    body.end();
    return { afterSales: refund(world, shop, order, asked, clock.nowSeconds()) };
  });
}

function registerProducts(control: FastifyInstance, parts: SandboxParts): void {
  control.post<ShopParams>('/shops/:mallId/products', async (request, reply) => {
    const shop = findShop(parts, request.params.mallId);
    const body = ControlBody.parse(request.body);
    const count = body.int('count', 1, 5000) ?? 1;
    const searchType = body.oneOf('searchType', SEARCH_TYPES) ?? 1;
    const createdAtMs = body.int('createdAtMs', 0, 9_999_999_999_999) ?? parts.clock.nowMs();
    const subStatus = body.int('subStatus', 1000, 9999);
    body.end();
    const prng = new Prng(`${shop.shop.generation.seed}/control-products/${shop.counts.products}`);
    const products = Array.from({ length: count }, () => {
      const product = makeProduct(prng, shop.shop, searchType, createdAtMs);
      product.subStatus = subStatus ?? product.subStatus;
      parts.world.saveProduct(shop, product);
      return product;
    });
    return reply.code(201).send({ products });
  });

  control.patch<{ Params: { mallId: string; goodsId: string } }>(
    '/shops/:mallId/products/:goodsId',
    async (request) => {
      const shop = findShop(parts, request.params.mallId);
      const product = shop.product(Number(request.params.goodsId));
      if (product === undefined) {
        throw new ControlError(
          'goodsId',
          `product ${request.params.goodsId} does not exist in this shop`,
          404,
        );
      }
      const body = ControlBody.parse(request.body);
      const change = {
        skuId: body.int('skuId', 1, MAX_ID),
        stock: body.int('stock', 0, 1_000_000),
        basePriceMinor: body.int('basePriceMinor', 0, 1_000_000_000),
        retailPriceMinor: body.int('retailPriceMinor', 0, 1_000_000_000),
        name: body.text('name', 500),
        searchType: body.oneOf('searchType', SEARCH_TYPES),
        subStatus: body.int('subStatus', 1000, 9999),
      };
      body.end();
      return { product: changeProduct(parts.world, shop, product, change, parts.clock.nowMs()) };
    },
  );
}

export function registerWorldControl(control: FastifyInstance, parts: SandboxParts): void {
  registerShops(control, parts);
  registerOrders(control, parts);
  registerProducts(control, parts);
}
