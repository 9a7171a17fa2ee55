import { BusinessFault } from '../protocol/faults.js';
import type { ShopState } from '../world/shop-state.js';
import type { AfterSales, AfterSalesStatus } from '../world/types.js';
import { defineCall, LOCAL_REGIONS, readPage, required, slicePage } from './call.js';
import { isWithin, readWindow } from './time-window.js';

const INVALID = 130010001;
const WINDOW_CODES = { half: INVALID, notSeconds: INVALID, reversed: INVALID };

/** Group → statuses (reference §8). A status may lie in two groups. */
const GROUPS: ReadonlyMap<number, readonly AfterSalesStatus[]> = new Map<number, readonly AfterSalesStatus[]>(
  [
    [1, [1, 3, 8]],
    [2, [1, 10]],
    [3, [2]],
    [4, [11]],
    [5, [5]],
    [6, [7]],
    [7, [6]],
  ],
);

function groupOf(status: AfterSalesStatus): number {
  for (const [group, statuses] of GROUPS) if (statuses.includes(status)) return group;
  return 0;
}

/** 1 approve refund, 2 reject; only an open case can be operated. */
function availableOperations(item: AfterSales): number[] {
  return groupOf(item.status) <= 2 ? [1, 2] : [];
}

export function afterSalesView(item: AfterSales): Record<string, unknown> {
  const operations = availableOperations(item);
  return {
    parentAfterSalesSn: item.parentAfterSalesSn,
    parentOrderSn: item.parentOrderSn,
    parentAfterSalesStatus: item.status,
    afterSalesStatusGroup: groupOf(item.status),
    afterSalesType: item.type,
    returnDeliveryType: item.type === 2 ? 1 : null,
    availableOperateList: operations,
    operateExpireTimeMs: operations.length > 0 ? (item.createAt + 2 * 86_400) * 1000 : null,
    createAt: item.createAt,
    updateAt: item.updateAt,
  };
}

export function afterSalesLineView(shop: ShopState, item: AfterSales): Record<string, unknown> {
  const line = shop.order(item.parentOrderSn)?.lines.find((each) => each.orderSn === item.orderSn);
  return {
    parentAfterSalesSn: item.parentAfterSalesSn,
    afterSalesSn: `${item.parentAfterSalesSn}-1`,
    afterSalesStatus: item.status,
    afterSalesType: item.type,
    goodsId: line?.goodsId ?? null,
    skuId: line?.skuId ?? null,
    productSkuId: line?.productSkuId ?? null,
    applyAfterSalesGoodsNumber: item.quantity,
    productList: line === undefined ? [] : [{ productSkuId: line.productSkuId, extCode: line.extCode }],
  };
}

const afterSalesList = defineCall({
  type: 'bg.aftersales.parentaftersales.list.get',
  regions: LOCAL_REGIONS,
  fields: {
    pageNo: 'int',
    pageSize: 'int',
    createAtStart: 'int',
    createAtEnd: 'int',
    updateAtStart: 'int',
    updateAtEnd: 'int',
    afterSalesStatusGroup: 'int',
    parentOrderSnList: 'string[]',
    parentAfterSalesSnList: 'string[]',
  },
  handle: (input, { shop }) => {
    const page = readPage(
      { number: input.pageNo, size: input.pageSize },
      { names: ['pageNo', 'pageSize'], maxSize: 200, code: INVALID },
    );
    const created = readWindow(input, 'createAtStart', 'createAtEnd', WINDOW_CODES);
    const updated = readWindow(input, 'updateAtStart', 'updateAtEnd', WINDOW_CODES);
    const group = input.afterSalesStatusGroup;
    const statuses = group === undefined ? undefined : GROUPS.get(group);
    if (group !== undefined && statuses === undefined) {
      throw new BusinessFault(INVALID, 'afterSalesStatusGroup must be 1 to 7');
    }
    const isWanted = (list: readonly string[] | undefined, value: string): boolean =>
      list === undefined || list.length === 0 || list.includes(value);
    const items =
      updated === undefined
        ? shop.afterSalesByUpdate.all()
        : shop.afterSalesByUpdate.between(updated.start, updated.end);
    const found = items.filter(
      (item) =>
        isWithin(created, item.createAt) &&
        (statuses === undefined || statuses.includes(item.status)) &&
        isWanted(input.parentOrderSnList, item.parentOrderSn) &&
        isWanted(input.parentAfterSalesSnList, item.parentAfterSalesSn),
    );
    return {
      total: found.length,
      pageNumber: page.number,
      data: slicePage(found, page).map(afterSalesView),
    };
  },
});

/** The lines of cases; a simulated case has one. The call has no window of its own, so the list of cases is required. */
const afterSalesLines = defineCall({
  type: 'bg.aftersales.aftersales.list.get',
  regions: LOCAL_REGIONS,
  fields: { pageNo: 'int', pageSize: 'int', parentAfterSalesSnList: 'string[]' },
  handle: (input, { shop }) => {
    const page = readPage(
      { number: input.pageNo, size: input.pageSize },
      { names: ['pageNo', 'pageSize'], maxSize: 200, code: INVALID },
    );
    const wanted = required(input.parentAfterSalesSnList, 'parentAfterSalesSnList', INVALID);
    if (wanted.length === 0) throw new BusinessFault(INVALID, 'parentAfterSalesSnList is empty');
    const found = [...new Set(wanted)].flatMap((parentAfterSalesSn) => {
      const item = shop.afterSales(parentAfterSalesSn);
      return item === undefined ? [] : [afterSalesLineView(shop, item)];
    });
    return { total: found.length, pageNumber: page.number, data: slicePage(found, page) };
  },
});

export const AFTER_SALES_CALLS = [afterSalesList, afterSalesLines];
