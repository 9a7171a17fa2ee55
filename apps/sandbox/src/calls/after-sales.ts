import {
  AFTER_SALES_DETAIL,
  AFTER_SALES_LINES,
  AFTER_SALES_LIST,
  CANCEL_LIST,
} from '../schemas/after-sales.js';
import { afterSalesDetailView, afterSalesLineViews, afterSalesView, GROUPS } from './after-sales-views.js';
import { BusinessFault } from './business-fault.js';
import { defineCall, LOCAL_REGIONS, pageOf, slicePage } from './call.js';
import { CANCEL_GROUPS, cancelView } from './cancel-views.js';
import { isWithin, windowOf } from './time-window.js';

function isWanted(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.length === 0 || list.includes(value);
}

const afterSalesList = defineCall({
  schema: AFTER_SALES_LIST,
  regions: LOCAL_REGIONS,
  handle: (input, { shop }) => {
    const page = pageOf(input, AFTER_SALES_LIST);
    const created = windowOf(input.createAtStart, input.createAtEnd);
    const updated = windowOf(input.updateAtStart, input.updateAtEnd);
    const group = input.afterSalesStatusGroup;
    const statuses = group === undefined ? undefined : GROUPS.get(group);
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

/** The lines of cases. The call has no window of its own, so the list of cases is required. */
const afterSalesLines = defineCall({
  schema: AFTER_SALES_LINES,
  regions: LOCAL_REGIONS,
  handle: (input, { shop }) => {
    const page = pageOf(input, AFTER_SALES_LINES);
    const found = [...new Set(input.parentAfterSalesSnList)].flatMap((parentAfterSalesSn) => {
      const item = shop.afterSales(parentAfterSalesSn);
      return item === undefined ? [] : afterSalesLineViews(shop, item);
    });
    return { total: found.length, pageNumber: page.number, data: slicePage(found, page) };
  },
});

const afterSalesDetail = defineCall({
  schema: AFTER_SALES_DETAIL,
  regions: LOCAL_REGIONS,
  handle: (input, { shop }) => {
    const item = shop.afterSales(input.parentAfterSalesSn);
    if (item === undefined || item.parentOrderSn !== input.parentOrderSn) {
      throw new BusinessFault(130010001, 'the order has no such after-sales case');
    }
    return afterSalesDetailView(shop, item);
  },
});

/** Buyers' requests to cancel what is not shipped. */
const cancelList = defineCall({
  schema: CANCEL_LIST,
  regions: LOCAL_REGIONS,
  handle: (input, { shop }) => {
    const page = pageOf(input, CANCEL_LIST);
    const group = input.afterSalesStatusGroup;
    const statuses = group === undefined ? undefined : CANCEL_GROUPS.get(group);
    const found = shop.cancelsByCreate
      .all()
      .filter(
        (request) =>
          (statuses === undefined || statuses.includes(request.status)) &&
          isWanted(input.parentOrderSnList, request.parentOrderSn) &&
          isWanted(input.parentAfterSalesSnList, request.parentAfterSalesSn),
      );
    return {
      total: found.length,
      pageNumber: page.number,
      data: slicePage(found, page).map((request) => cancelView(shop, request)),
    };
  },
});

export const AFTER_SALES_CALLS = [afterSalesList, afterSalesLines, afterSalesDetail, cancelList];
