import { makeLine, makeOrder } from '../world/generate-orders.js';
import { moveDeadline, setLabel } from '../world/order-labels.js';
import { applyStatus } from '../world/order-status.js';
import { Prng } from '../world/prng.js';
import type { ShopState } from '../world/shop-state.js';
import {
  FULFILMENT_TYPES,
  type OrderLine,
  PARENT_STATUSES,
  type ParentOrder,
  WITHHELD_ADDRESSES,
} from '../world/types.js';
import { type ControlBody, ControlError } from './validate.js';

const MAX_SECONDS = 9_999_999_999;
const MAX_MINOR = 1_000_000_000;

function readLine(
  body: ControlBody,
  prng: Prng,
  state: ShopState,
  regionId: number,
  fulfilmentType: OrderLine['fulfilmentType'],
): OrderLine {
  const skuId = body.int('skuId', 1, Number.MAX_SAFE_INTEGER);
  const entry = skuId === undefined ? state.demand.pick(prng, MAX_SECONDS) : state.findSku(skuId);
  if (entry === undefined) throw new ControlError('lines', `the shop has no SKU ${skuId ?? 'to sell'}`);
  const line = makeLine(prng, state.shop, entry, regionId, fulfilmentType);
  line.discountFromSellerMinor = body.int('discountFromSellerMinor', 0, MAX_MINOR) ?? 0;
  line.discountFromTemuMinor = body.int('discountFromTemuMinor', 0, MAX_MINOR) ?? 0;
  line.quantity = body.int('quantity', 1, 10_000) ?? 1;
  line.unitBasePriceMinor = body.int('unitBasePriceMinor', 0, MAX_MINOR) ?? line.unitBasePriceMinor;
  line.unitRetailPriceMinor = body.int('unitRetailPriceMinor', 0, MAX_MINOR) ?? line.unitRetailPriceMinor;
  line.shippingMinor = body.int('shippingMinor', 0, MAX_MINOR) ?? 0;
  line.taxRateBp = body.int('taxRateBp', 0, 10_000) ?? line.taxRateBp;
  line.soldFactor = body.int('soldFactor', 1, 1000) ?? line.soldFactor;
  line.canceledQuantityBeforeShipment = body.int('canceledQuantityBeforeShipment', 0, line.quantity - 1) ?? 0;
  line.orderSn = body.text('orderSn', 60) ?? line.orderSn;
  body.end();
  if (line.discountFromSellerMinor + line.discountFromTemuMinor > line.unitRetailPriceMinor * line.quantity) {
    throw new ControlError('lines', 'the discounts of a line exceed its retail price');
  }
  return line;
}

/** Builds `count` orders; every field that is given replaces the generated one. Nothing is stored yet. */
export function readNewOrders(body: ControlBody, state: ShopState, nowSeconds: number): ParentOrder[] {
  const total = body.int('count', 1, 10_000) ?? 1;
  const createTime = body.int('createTime', 1, MAX_SECONDS) ?? nowSeconds;
  const updateTime = body.int('updateTime', 1, MAX_SECONDS) ?? createTime;
  const status = body.oneOf('status', PARENT_STATUSES) ?? 2;
  const fulfilmentType = body.oneOf('fulfilmentType', FULFILMENT_TYPES) ?? 'fulfillBySeller';
  const regionId = body.int('regionId', 1, 100_000);
  const parentOrderSn = body.text('parentOrderSn', 60);
  const amountReadyAt = body.int('amountReadyAt', 0, MAX_SECONDS);
  const spacingSeconds = body.int('spacingSeconds', 0, 86_400) ?? 0;
  const lineCount = body.int('lineCount', 1, 5_000);
  const paymentType = body.oneOf('paymentType', ['PPD', 'COD'] as const) ?? 'PPD';
  const expectShipLatestTime = body.int('expectShipLatestTime', 1, MAX_SECONDS);
  const signOnDeliveryMinor = body.int('signOnDeliveryMinor', 0, MAX_MINOR) ?? null;
  const withheldAddress = body.oneOf('withheldAddress', WITHHELD_ADDRESSES);
  const lines = body.objects('lines');
  body.end();
  if (updateTime < createTime)
    throw new ControlError('updateTime', 'updateTime must not be before createTime');
  if (parentOrderSn !== undefined && total > 1) {
    throw new ControlError('parentOrderSn', 'parentOrderSn can be given for one order only; leave count out');
  }
  if (parentOrderSn !== undefined && state.order(parentOrderSn) !== undefined) {
    throw new ControlError('parentOrderSn', `order ${parentOrderSn} exists already; change it instead`);
  }
  if (state.demand.size === 0) throw new ControlError('mallId', 'the shop has no products to sell');
  if (lines !== undefined && (lines.length === 0 || (lines.length > 1 && total > 1))) {
    throw new ControlError('lines', 'lines must hold at least one, and several only for a single order');
  }
  if (lines !== undefined && lineCount !== undefined) {
    throw new ControlError('lineCount', 'lineCount makes lines of its own; give lines or lineCount');
  }
  const prng = new Prng(`${state.shop.generation.seed}/control/${state.counts.orders}/${nowSeconds}`);
  return Array.from({ length: total }, (_, index) => {
    const createdAt = createTime + index * spacingSeconds;
    const order = makeOrder(prng, state.shop, state.demand, createdAt);
    if (order === undefined) throw new ControlError('mallId', 'the shop has no products to sell');
    order.parentOrderSn = parentOrderSn ?? order.parentOrderSn;
    order.regionId = regionId ?? order.regionId;
    order.amountReadyAt = amountReadyAt ?? createdAt;
    if (lines !== undefined) {
      order.lines = lines.map((line) => readLine(line, prng, state, order.regionId, fulfilmentType));
    } else {
      const least = lineCount ?? (status === 41 || status === 51 ? 2 : 1);
      while (order.lines.length < least) {
        const entry = state.demand.pick(prng, MAX_SECONDS);
        if (entry === undefined) break;
        order.lines.push(makeLine(prng, state.shop, entry, order.regionId, fulfilmentType));
      }
    }
    if (lineCount !== undefined) order.lines.length = lineCount;
    order.paymentType = paymentType;
    order.signOnDeliveryMinor = signOnDeliveryMinor;
    setLabel(order, 'signature_required_on_delivery', signOnDeliveryMinor !== null);
    if (withheldAddress !== undefined) order.withheldAddress = withheldAddress;
    for (const line of order.lines) line.fulfilmentType = fulfilmentType;
    try {
      applyStatus(order, status, createdAt);
    } catch (error) {
      if (error instanceof RangeError) throw new ControlError('status', error.message);
      throw error;
    }
    moveDeadline(order, expectShipLatestTime ?? order.expectShipLatestTime, nowSeconds);
    order.updateTime = updateTime + index * spacingSeconds;
    return order;
  });
}
