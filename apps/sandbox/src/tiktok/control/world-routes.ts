import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ControlBody, ControlError } from '../../control/validate.js';
import type { TikTokParts } from '../../sandbox-parts.js';
import { Prng } from '../../world/prng.js';
import {
  askToCancel,
  cancelAtOnce,
  decideCancel,
  moveReturn,
  openReturn,
} from '../world/after-sales-steps.js';
import { makeLine, makeOrder, pickSku, tax } from '../world/generate-orders.js';
import { makeProduct } from '../world/generate-products.js';
import { packageId } from '../world/live-steps.js';
import { MARKETS } from '../world/markets.js';
import { bringTo, changeAddress, ship } from '../world/order-steps.js';
import type { ShopState } from '../world/shop-state.js';
import {
  type MarketCode,
  ORDER_STATUSES,
  type Order,
  PRODUCT_STATUSES,
  type Product,
  RETURN_STATUSES,
  type Shop,
} from '../world/types.js';
import { TRUTH_LISTS, truthOf } from './truth.js';

const MAX_SECONDS = 9_999_999_999;
const MARKET_CODES = Object.keys(MARKETS) as MarketCode[];

type ShopParams = { Params: { shopId: string } };
type OrderParams = { Params: { shopId: string; orderId: string } };

function findShop(parts: TikTokParts, shopId: string): ShopState {
  const shop = parts.world.shop(shopId);
  if (shop === undefined) throw new ControlError('shopId', `shop ${shopId} does not exist`, 404);
  return shop;
}

/** A copy, to be changed and saved. */
function findOrder(shop: ShopState, orderId: string): Order {
  const order = shop.orders.get(orderId);
  if (order === undefined) throw new ControlError('orderId', `order ${orderId} does not exist here`, 404);
  return structuredClone(order);
}

function describe(shop: Shop): Record<string, unknown> {
  const { id, name, code, market, sellerType, openId } = shop;
  const { currency, zone } = MARKETS[market];
  return { id, name, code, market, sellerType, openId, currency, zone };
}

function prngFor({ world }: TikTokParts, what: string): Prng {
  return new Prng(`${world.seed}/tiktok/control/${what}/${world.changes}`);
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://sandbox').searchParams;
}

function readNumber(query: URLSearchParams, name: string, standard: number, high: number): number {
  const text = query.get(name) ?? String(standard);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > high) {
    throw new ControlError(name, `${name} must be a whole number from 1 to ${high}`);
  }
  return value;
}

function registerShops(control: FastifyInstance, parts: TikTokParts): void {
  const { world } = parts;
  control.get('/shops', async () => ({ shops: world.shops().map(describe) }));

  control.post('/shops', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const market = body.requiredOneOf('market', MARKET_CODES);
    const id = body.text('id', 20) ?? `74959${String(world.shops().length).padStart(14, '0')}`;
    const openId = body.text('openId', 60) ?? `sbxSeller${id.slice(-6)}`;
    const seller = world.seller(openId) ?? {
      openId,
      name: body.text('sellerName', 80) ?? openId,
      region: market,
    };
    const shop: Shop = {
      id,
      name: body.text('name', 80) ?? `Control shop ${id}`,
      code: body.text('code', 20) ?? `${market}SBX${id.slice(-7)}`,
      market,
      sellerType: body.oneOf('sellerType', ['LOCAL', 'CROSS_BORDER'] as const) ?? 'LOCAL',
      openId,
      seed: body.text('seed') ?? `${world.seed}/tiktok/${id}`,
      anchorSeconds: body.int('anchorSeconds', 86_400, MAX_SECONDS) ?? parts.clock.nowSeconds(),
      orders: body.int('orders', 0, 50_000) ?? 0,
      products: body.int('products', 0, 20_000) ?? 10,
      days: body.int('days', 1, 1000) ?? 120,
    };
    body.end();
    if (!/^\d{1,19}$/.test(id)) throw new ControlError('id', 'id must be 1 to 19 digits');
    if (world.shop(id) !== undefined) throw new ControlError('id', `shop ${id} exists already`);
    world.addShop(shop, seller);
    return reply.code(201).send(describe(shop));
  });

  control.get<ShopParams>('/shops/:shopId/truth', async (request) =>
    truthOf(findShop(parts, request.params.shopId)),
  );

  for (const [name, listOf] of Object.entries(TRUTH_LISTS)) {
    control.get<ShopParams>(`/shops/:shopId/truth/${name}`, async (request) => {
      const all = listOf(findShop(parts, request.params.shopId), `http://${request.host}`);
      const page = readNumber(queryOf(request), 'page', 1, 1_000_000);
      const pageSize = readNumber(queryOf(request), 'pageSize', 500, 5000);
      const items = all.slice((page - 1) * pageSize, page * pageSize);
      return { total: all.length, page, pageSize, items };
    });
  }
}

/** Lines as they are wanted, each one unit; without them the order is drawn. */
function readLines(body: ControlBody, shop: ShopState, prng: Prng): Order['lines'] | undefined {
  return body.objects('lines')?.map((given) => {
    const skuId = given.text('skuId', 20);
    const product = shop.products.all().find(({ skus }) => skus.some(({ id }) => id === skuId));
    const drawn =
      product === undefined || skuId === undefined
        ? pickSku(prng, shop.products.all())
        : { product, sku: product.skus.find(({ id }) => id === skuId) ?? product.skus[0] };
    if (drawn?.sku === undefined) throw new ControlError('lines', 'the shop has no such SKU');
    const { product: of, sku } = drawn;
    const isGift = given.boolean('isGift') ?? false;
    const line = makeLine(prng, { product: of, sku }, isGift ? 'gift' : 'none');
    line.id = given.text('id', 20) ?? line.id;
    // A SKU that nothing is listed under any more: the order still names it.
    line.skuId = skuId ?? line.skuId;
    line.originalMinor = given.int('originalMinor', 0, 1_000_000_000) ?? line.originalMinor;
    line.sellerDiscountMinor = given.int('sellerDiscountMinor', 0, line.originalMinor) ?? 0;
    line.platformDiscountMinor =
      given.int('platformDiscountMinor', 0, line.originalMinor - line.sellerDiscountMinor) ?? 0;
    given.end();
    return line;
  });
}

function registerOrders(control: FastifyInstance, parts: TikTokParts): void {
  const { world, clock } = parts;

  control.post<ShopParams>('/shops/:shopId/orders', async (request, reply) => {
    const shop = findShop(parts, request.params.shopId);
    const body = ControlBody.parse(request.body);
    const prng = prngFor(parts, 'order');
    const count = body.int('count', 1, 5000) ?? 1;
    const createTime = body.int('createTime', 0, MAX_SECONDS) ?? clock.nowSeconds();
    const updateTime = body.int('updateTime', 0, MAX_SECONDS);
    const status = body.oneOf('status', ORDER_STATUSES) ?? 'AWAITING_SHIPMENT';
    const id = body.text('id', 20);
    const userId = body.text('userId', 20);
    const isSample = body.boolean('isSample');
    const shippingType = body.oneOf('shippingType', ['TIKTOK', 'SELLER'] as const);
    const shippingMinor = body.int('shippingMinor', 0, 1_000_000_000);
    const taxRateBp = body.int('taxRateBp', 0, 10_000);
    const lines = readLines(body, shop, prng);
    body.end();
    const orders = Array.from({ length: count }, () => {
      const order = makeOrder(prng, shop.shop, shop.products.all(), createTime);
      if (order === undefined) throw new ControlError('lines', 'the shop sells nothing');
      if (lines !== undefined) order.lines = structuredClone(lines);
      if (id !== undefined) order.id = id;
      if (userId !== undefined) order.userId = userId;
      if (shippingType !== undefined) order.shippingType = shippingType;
      if (shippingMinor !== undefined) {
        order.shipping = {
          originalMinor: shippingMinor,
          sellerDiscountMinor: 0,
          platformDiscountMinor: 0,
          taxMinor: 0,
        };
      }
      if (taxRateBp !== undefined) order.taxRateBp = taxRateBp;
      if (isSample === true) {
        order.isSample = true;
        for (const line of order.lines) {
          line.sellerDiscountMinor = line.originalMinor;
          line.platformDiscountMinor = 0;
        }
        order.shipping = { originalMinor: 0, sellerDiscountMinor: 0, platformDiscountMinor: 0, taxMinor: 0 };
      }
      tax(order);
      if (status !== 'UNPAID') bringTo(order, status, updateTime ?? createTime, packageId(prng));
      order.updateTime = updateTime ?? order.updateTime;
      return order;
    });
    const shopId = shop.shop.id;
    world.save(...orders.map((order) => ({ kind: 'tiktok-order', shopId, order }) as const));
    return reply.code(201).send({ orderIds: orders.map((order) => order.id) });
  });

  control.patch<OrderParams>('/shops/:shopId/orders/:orderId', async (request) => {
    const shop = findShop(parts, request.params.shopId);
    const order = findOrder(shop, request.params.orderId);
    const body = ControlBody.parse(request.body);
    const status = body.oneOf('status', ORDER_STATUSES);
    const at = body.int('updateTime', 0, MAX_SECONDS) ?? clock.nowSeconds();
    const changesAddress = body.boolean('address') ?? false;
    const shipsLineIds = body.texts('shipLineIds');
    body.end();
    const prng = prngFor(parts, order.id);
    if (shipsLineIds !== undefined) ship(order, at, packageId(prng), shipsLineIds);
    if (status !== undefined) bringTo(order, status, at, packageId(prng));
    if (changesAddress) changeAddress(order, at);
    order.updateTime = at;
    world.save({ kind: 'tiktok-order', shopId: shop.shop.id, order });
    return { orderId: order.id, updateTime: order.updateTime };
  });

  control.post<OrderParams>('/shops/:shopId/orders/:orderId/cancel', async (request, reply) => {
    const shop = findShop(parts, request.params.shopId);
    const order = findOrder(shop, request.params.orderId);
    const body = ControlBody.parse(request.body);
    const role = body.oneOf('role', ['BUYER', 'SELLER', 'SYSTEM'] as const) ?? 'SELLER';
    const lineIds = body.texts('lineIds');
    const asks = body.boolean('asks') ?? false;
    body.end();
    const prng = prngFor(parts, order.id);
    const at = clock.nowSeconds();
    const item = asks ? askToCancel(prng, order, at, lineIds) : cancelAtOnce(prng, order, at, role, lineIds);
    const shopId = shop.shop.id;
    world.save({ kind: 'tiktok-order', shopId, order }, { kind: 'tiktok-cancellation', shopId, item });
    return reply.code(201).send(item);
  });

  control.post<OrderParams>('/shops/:shopId/orders/:orderId/cancel/decide', async (request) => {
    const shop = findShop(parts, request.params.shopId);
    const order = findOrder(shop, request.params.orderId);
    const body = ControlBody.parse(request.body);
    const isGranted = body.boolean('granted') ?? true;
    body.end();
    const item = structuredClone(shop.pendingCancel(order.id));
    if (item === undefined) {
      throw new ControlError('orderId', `nobody asks to cancel order ${order.id}`);
    }
    decideCancel(order, item, clock.nowSeconds(), isGranted);
    const shopId = shop.shop.id;
    world.save({ kind: 'tiktok-order', shopId, order }, { kind: 'tiktok-cancellation', shopId, item });
    return item;
  });

  control.post<OrderParams>('/shops/:shopId/orders/:orderId/return', async (request, reply) => {
    const shop = findShop(parts, request.params.shopId);
    const order = findOrder(shop, request.params.orderId);
    const body = ControlBody.parse(request.body);
    const lineIds = body.texts('lineIds');
    const type = body.oneOf('type', ['REFUND', 'RETURN_AND_REFUND'] as const);
    body.end();
    const item = openReturn(prngFor(parts, order.id), order, shop.returnsOf(order.id), clock.nowSeconds(), {
      ...(lineIds === undefined ? {} : { lineIds }),
      ...(type === undefined ? {} : { type }),
    });
    world.save({ kind: 'tiktok-return', shopId: shop.shop.id, item });
    return reply.code(201).send(item);
  });

  control.patch<{ Params: { shopId: string; returnId: string } }>(
    '/shops/:shopId/returns/:returnId',
    async (request) => {
      const shop = findShop(parts, request.params.shopId);
      const item = structuredClone(shop.returns.get(request.params.returnId));
      if (item === undefined) throw new ControlError('returnId', 'this return does not exist', 404);
      const body = ControlBody.parse(request.body);
      const status = body.requiredOneOf('status', RETURN_STATUSES);
      body.end();
      moveReturn(item, status, clock.nowSeconds());
      world.save({ kind: 'tiktok-return', shopId: shop.shop.id, item });
      return item;
    },
  );
}

function registerProducts(control: FastifyInstance, parts: TikTokParts): void {
  const { world, clock } = parts;

  control.post<ShopParams>('/shops/:shopId/products', async (request, reply) => {
    const shop = findShop(parts, request.params.shopId);
    const body = ControlBody.parse(request.body);
    const createTime = body.int('createTime', 0, MAX_SECONDS) ?? clock.nowSeconds();
    const status = body.oneOf('status', PRODUCT_STATUSES);
    const id = body.text('id', 20);
    const skuId = body.text('skuId', 20);
    const sellerSku = body.text('sellerSku', 50);
    body.end();
    const prng = prngFor(parts, 'product');
    const product = makeProduct(prng, shop.shop, shop.products.size + 1, createTime, status);
    if (id !== undefined) product.id = id;
    const [first] = product.skus;
    if (first !== undefined && skuId !== undefined) first.id = skuId;
    if (first !== undefined && sellerSku !== undefined) first.sellerSku = sellerSku;
    world.save({ kind: 'tiktok-product', shopId: shop.shop.id, product });
    return reply.code(201).send(product);
  });

  control.patch<{ Params: { shopId: string; productId: string } }>(
    '/shops/:shopId/products/:productId',
    async (request) => {
      const shop = findShop(parts, request.params.shopId);
      const known = shop.products.get(request.params.productId);
      if (known === undefined) throw new ControlError('productId', 'this product does not exist', 404);
      const product: Product = structuredClone(known);
      const body = ControlBody.parse(request.body);
      product.title = body.text('title', 200) ?? product.title;
      product.status = body.oneOf('status', PRODUCT_STATUSES) ?? product.status;
      const skuId = body.text('skuId', 20);
      const sku = product.skus.find(({ id }) => skuId === undefined || id === skuId);
      if (sku === undefined) throw new ControlError('skuId', `SKU ${skuId} is not of this product`, 404);
      sku.priceMinor = body.int('priceMinor', 0, 1_000_000_000) ?? sku.priceMinor;
      const stock = body.int('stock', 0, 99_999);
      if (stock !== undefined)
        sku.stock = [{ warehouseId: sku.stock[0]?.warehouseId ?? '1', quantity: stock }];
      product.updateTime = body.int('updateTime', 0, MAX_SECONDS) ?? clock.nowSeconds();
      body.end();
      world.save({ kind: 'tiktok-product', shopId: shop.shop.id, product });
      return product;
    },
  );
}

export function registerWorld(control: FastifyInstance, parts: TikTokParts): void {
  registerShops(control, parts);
  registerOrders(control, parts);
  registerProducts(control, parts);
}
