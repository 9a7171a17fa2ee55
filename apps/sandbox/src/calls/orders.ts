import { DECRYPTED_SHIPPING_INFO, SHIPPING_INFO } from '../schemas/addresses.js';
import { ORDER_AMOUNTS } from '../schemas/amounts.js';
import { ORDER_DETAIL, ORDER_LIST } from '../schemas/orders.js';
import type { ShopState } from '../world/shop-state.js';
import { FULFILMENT_TYPES, type FulfilmentType, type ParentOrder } from '../world/types.js';
import { type Withholding, withholdingOf } from '../world/withheld-address.js';
import { BusinessFault } from './business-fault.js';
import { buyerOf, maskedShippingInfo, plainShippingInfo } from './buyers.js';
import { defineCall, LOCAL_REGIONS, pageOf, slicePage } from './call.js';
import { amountView, orderDetailView, orderView } from './order-views.js';
import { isWithin, type TimeWindow, windowOf } from './time-window.js';

const ALL_TYPES: ReadonlySet<FulfilmentType> = new Set(FULFILMENT_TYPES);

/** The documented default is `fulfillBySeller` alone. */
function readFulfilmentTypes(given: readonly string[] | undefined): ReadonlySet<FulfilmentType> {
  if (given === undefined || given.length === 0) return new Set(['fulfillBySeller']);
  return new Set(FULFILMENT_TYPES.filter((type) => given.includes(type)));
}

function candidates(
  state: ShopState,
  sortby: string,
  created: TimeWindow | undefined,
  updated: TimeWindow | undefined,
): readonly ParentOrder[] {
  if (sortby === 'updateTime') {
    return updated === undefined
      ? state.ordersByUpdate.all()
      : state.ordersByUpdate.between(updated.start, updated.end);
  }
  if (created !== undefined) return state.ordersByCreate.between(created.start, created.end);
  if (updated === undefined) return state.ordersByCreate.all();
  // The other index finds the few quickly; they are then put in the order that was asked for.
  return [...state.ordersByUpdate.between(updated.start, updated.end)].sort(state.ordersByCreate.compare);
}

type Condition = (order: ParentOrder) => boolean;

/** Only what a request asks for is looked at: most ask for a window and nothing else, and a window holds thousands. */
function asked(conditions: readonly (readonly [isAsked: boolean, Condition])[]): Condition[] {
  return conditions.flatMap(([isAsked, condition]) => (isAsked ? [condition] : []));
}

const orderList = defineCall({
  schema: ORDER_LIST,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, origin }) => {
    const page = pageOf(input, ORDER_LIST);
    const created = windowOf(input.createAfter, input.createBefore);
    const updated = windowOf(input.updateAtStart, input.updateAtEnd);
    const confirmed = windowOf(input.parentConfirmTimeStart, input.parentConfirmTimeEnd);
    const expected = windowOf(input.expectShipLatestTimeStart, input.expectShipLatestTimeEnd);
    const status = input.parentOrderStatus ?? 0;
    const sortby = input.sortby ?? 'createTime';
    const numbers = input.parentOrderSnList;
    const wanted = numbers === undefined || numbers.length === 0 ? undefined : new Set(numbers);
    const types = readFulfilmentTypes(input.fulfillmentTypeList);
    const labels = input.parentOrderLabel ?? [];
    // No simulated package is ever abnormal and no order needs a qualification: such filters find nothing.
    const findsNothing =
      (input.packageAbnormalTypeList ?? []).length > 0 || input.hasQualificationRequiredOrder === true;

    const conditions = asked([
      [findsNothing, () => false],
      [status !== 0, (order) => order.status === status],
      [created !== undefined, (order) => isWithin(created, order.createTime)],
      [updated !== undefined, (order) => isWithin(updated, order.updateTime)],
      [confirmed !== undefined, (order) => isWithin(confirmed, order.confirmTime)],
      [expected !== undefined, (order) => isWithin(expected, order.expectShipLatestTime)],
      [wanted !== undefined, (order) => wanted?.has(order.parentOrderSn) === true],
      [input.regionId !== undefined, (order) => order.regionId === input.regionId],
      [labels.length > 0, (order) => labels.some((label) => order.labels.includes(label))],
      [types.size < ALL_TYPES.size, (order) => order.lines.some((line) => types.has(line.fulfilmentType))],
      [input.skuId !== undefined, (order) => order.lines.some((line) => line.skuId === input.skuId)],
      [
        input.hasPreSaleOrder !== undefined,
        (order) =>
          order.lines.some((line) => line.labels.includes('pre_sale_order')) === input.hasPreSaleOrder,
      ],
    ]);
    const found = candidates(shop, sortby, created, updated).filter((order) =>
      conditions.every((holds) => holds(order)),
    );
    return {
      totalItemNum: found.length,
      pageItems: slicePage(found, page).map((order) => orderView(order, types, origin)),
    };
  },
});

function findOrder(
  state: ShopState,
  parentOrderSn: string,
  types: ReadonlySet<FulfilmentType> = ALL_TYPES,
): ParentOrder {
  const order = state.order(parentOrderSn);
  if (order === undefined || !order.lines.some((line) => types.has(line.fulfilmentType))) {
    throw new BusinessFault(140020002, 'order not found');
  }
  return order;
}

const orderDetail = defineCall({
  schema: ORDER_DETAIL,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, origin }) => {
    const types = readFulfilmentTypes(input.fulfillmentTypeList);
    const order = findOrder(shop, input.parentOrderSn, types);
    const buyer = buyerOf(order);
    return orderDetailView(order, types, origin, [buyer.country, buyer.place[0], buyer.place[1]]);
  },
});

/** Some shops and orders are told to buy labels instead (180020030); other addresses come empty, with a reason. */
function addressOf(
  shop: ShopState,
  order: ParentOrder,
  view: (order: ParentOrder, withheld: Withholding | null) => unknown,
): unknown {
  const withheld = withholdingOf(shop, order);
  if (withheld?.code != null) {
    throw new BusinessFault(
      withheld.code,
      'your store has been restricted from confirming shipment by tracking number; buy shipping online instead',
    );
  }
  return view(order, withheld);
}

const shippingInfo = defineCall({
  schema: SHIPPING_INFO,
  regions: LOCAL_REGIONS,
  handle: (input, { shop }) => addressOf(shop, findOrder(shop, input.parentOrderSn), maskedShippingInfo),
});

const plainAddress = defineCall({
  schema: DECRYPTED_SHIPPING_INFO,
  regions: LOCAL_REGIONS,
  handle: (input, { shop }) => addressOf(shop, findOrder(shop, input.parentOrderSn), plainShippingInfo),
});

const orderAmount = defineCall({
  schema: ORDER_AMOUNTS,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, clock }) => {
    const order = findOrder(shop, input.parentOrderSn);
    if (clock.nowSeconds() < order.amountReadyAt) {
      throw new BusinessFault(
        140020008,
        'the amounts of this order are still being computed, try again later',
      );
    }
    return amountView(shop.shop, order);
  },
});

export const ORDER_CALLS = [orderList, orderDetail, shippingInfo, plainAddress, orderAmount];
