import { BusinessFault } from '../protocol/faults.js';
import type { ShopState } from '../world/shop-state.js';
import { FULFILMENT_TYPES, type FulfilmentType, PARENT_STATUSES, type ParentOrder } from '../world/types.js';
import { buyerOf, maskedShippingInfo, plainShippingInfo } from './buyers.js';
import { defineCall, LOCAL_REGIONS, readPage, required, slicePage } from './call.js';
import { amountView, orderDetailView, orderView } from './order-views.js';
import { isWithin, readWindow, type TimeWindow } from './time-window.js';

const INVALID = 140020005;
const WINDOW_CODES = { half: 140020013, notSeconds: 140020014, reversed: 140020012 };
const ALL_TYPES: ReadonlySet<FulfilmentType> = new Set(FULFILMENT_TYPES);

/** The documented default is `fulfillBySeller` alone. */
function readFulfilmentTypes(given: readonly string[] | undefined): ReadonlySet<FulfilmentType> {
  if (given === undefined || given.length === 0) return new Set(['fulfillBySeller']);
  return new Set(
    given.map((text) => {
      const known = FULFILMENT_TYPES.find((type) => type === text);
      if (known === undefined) {
        throw new BusinessFault(INVALID, `fulfillmentTypeList: unknown value ${text.slice(0, 40)}`);
      }
      return known;
    }),
  );
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
  type: 'bg.order.list.v2.get',
  regions: LOCAL_REGIONS,
  fields: {
    pageNumber: 'int',
    pageSize: 'int',
    parentOrderStatus: 'int',
    parentOrderSnList: 'string[]',
    createAfter: 'int',
    createBefore: 'int',
    updateAtStart: 'int',
    updateAtEnd: 'int',
    parentConfirmTimeStart: 'int',
    parentConfirmTimeEnd: 'int',
    expectShipLatestTimeStart: 'int',
    expectShipLatestTimeEnd: 'int',
    regionId: 'int',
    fulfillmentTypeList: 'string[]',
    parentOrderLabel: 'string[]',
    packageAbnormalTypeList: 'string[]',
    sortby: 'string',
    hasPreSaleOrder: 'boolean',
    hasQualificationRequiredOrder: 'boolean',
    skuId: 'int',
  },
  handle: (input, { shop, origin }) => {
    const page = readPage(
      { number: input.pageNumber, size: input.pageSize },
      { names: ['pageNumber', 'pageSize'], maxSize: 100, code: INVALID },
    );
    const created = readWindow(input, 'createAfter', 'createBefore', WINDOW_CODES);
    const updated = readWindow(input, 'updateAtStart', 'updateAtEnd', WINDOW_CODES);
    const confirmed = readWindow(input, 'parentConfirmTimeStart', 'parentConfirmTimeEnd', WINDOW_CODES);
    const expected = readWindow(input, 'expectShipLatestTimeStart', 'expectShipLatestTimeEnd', WINDOW_CODES);
    const status = input.parentOrderStatus ?? 0;
    if (status !== 0 && !PARENT_STATUSES.some((known) => known === status)) {
      throw new BusinessFault(INVALID, `parentOrderStatus: unknown value ${status}`);
    }
    const sortby = input.sortby ?? 'createTime';
    if (sortby !== 'createTime' && sortby !== 'updateTime') {
      throw new BusinessFault(INVALID, 'sortby must be createTime or updateTime');
    }
    const numbers = input.parentOrderSnList;
    if (numbers !== undefined && numbers.length > 20) {
      throw new BusinessFault(INVALID, 'parentOrderSnList holds more than 20 numbers');
    }
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
  parentOrderSn: string | undefined,
  types: ReadonlySet<FulfilmentType> = ALL_TYPES,
): ParentOrder {
  const order = state.order(required(parentOrderSn, 'parentOrderSn'));
  if (order === undefined || !order.lines.some((line) => types.has(line.fulfilmentType))) {
    throw new BusinessFault(140020002, 'order not found');
  }
  return order;
}

const orderDetail = defineCall({
  type: 'bg.order.detail.v2.get',
  regions: LOCAL_REGIONS,
  fields: { parentOrderSn: 'string', fulfillmentTypeList: 'string[]' },
  handle: (input, { shop, origin }) => {
    const types = readFulfilmentTypes(input.fulfillmentTypeList);
    const order = findOrder(shop, input.parentOrderSn, types);
    const buyer = buyerOf(order);
    return orderDetailView(order, types, origin, [buyer.country, buyer.place[0], buyer.place[1]]);
  },
});

const shippingInfo = defineCall({
  type: 'bg.order.shippinginfo.v2.get',
  regions: LOCAL_REGIONS,
  fields: { parentOrderSn: 'string' },
  handle: (input, { shop }) => maskedShippingInfo(findOrder(shop, input.parentOrderSn)),
});

const plainAddress = defineCall({
  type: 'bg.order.decryptshippinginfo.get',
  regions: LOCAL_REGIONS,
  fields: { parentOrderSn: 'string' },
  handle: (input, { shop }) => plainShippingInfo(findOrder(shop, input.parentOrderSn)),
});

const orderAmount = defineCall({
  type: 'bg.order.amount.query',
  regions: LOCAL_REGIONS,
  fields: { parentOrderSn: 'string' },
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
