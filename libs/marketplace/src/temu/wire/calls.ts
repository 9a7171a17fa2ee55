import type { Ability, ScopesOfAbilities } from '../../descriptor.js';
import type { WireObject } from '../../payload/wire-json.js';

/** Orders and promotions page by `pageNumber`; local goods by `pageNo`. A wrong name is silently ignored by Temu. */
type PageNumberPaging = { pageNumber: number; pageSize: number };
type PageNoPaging = { pageNo: number; pageSize: number };

/** Seconds. Both halves of a pair or none (140020013); closed interval. */
type CreatedBetween = { createAfter: number; createBefore: number; sortby: 'createTime' };
type UpdatedBetween = { updateAtStart: number; updateAtEnd: number; sortby: 'updateTime' };

/** Seconds. One pair is required, also beside numbers (130010001 else; two copies of the reference, M). */
type AfterSalesCreatedBetween = { createAtStart: number; createAtEnd: number };
type AfterSalesUpdatedBetween = { updateAtStart: number; updateAtEnd: number };

export const FULFILMENT_TYPES = ['fulfillBySeller', 'fulfillByCooperativeWarehouse'] as const;
type BothFulfilmentTypes = { fulfillmentTypeList: typeof FULFILMENT_TYPES };

/** 1 on or off shelf, 4 unpublished, 5 draft, 6 deleted. An integer: a string is refused with 3000000. */
export type GoodsSearchType = 1 | 4 | 5 | 6;

/** The business fields of each call, flat beside the common ones. Unknown fields give no error, only wrong data. */
export type TemuCallParams = {
  'bg.open.accesstoken.create': { code: string };
  'bg.open.accesstoken.info.get': Record<never, never>;
  'bg.open.accesstoken.info.get.global': Record<never, never>;
  'bg.tmc.message.update': {
    permitEventCodeList: readonly string[];
    cancelEventCodeList: readonly string[];
  };
  'bg.order.list.v2.get': PageNumberPaging &
    BothFulfilmentTypes & { parentOrderStatus?: number } & (
      | CreatedBetween
      | UpdatedBetween
      | { parentOrderSnList: readonly string[] }
    );
  'bg.order.amount.query': { parentOrderSn: string };
  'bg.order.shippinginfo.v2.get': { parentOrderSn: string };
  'bg.aftersales.parentaftersales.list.get': PageNoPaging & { parentOrderSnList?: readonly string[] } & (
      | AfterSalesCreatedBetween
      | AfterSalesUpdatedBetween
    );
  'bg.aftersales.aftersales.list.get': PageNoPaging & { parentAfterSalesSnList: readonly string[] };
  /** 8 pending, 9 approved, 10 rejected, 11 revoked. No times: this list takes none. */
  'bg.aftersales.cancel.list.get': PageNoPaging & {
    afterSalesStatusGroup: 8;
    parentOrderSnList: readonly string[];
  };
  'temu.aftersales.parentaftersales.detail.get': { parentAfterSalesSn: string; parentOrderSn: string };
  /**
   * The official page requires both filters, the second as the "new version" of the first with the same numbers (three
   * copies, H; the live gateway has been seen to do without it).
   */
  'bg.local.goods.list.query': PageNoPaging & {
    goodsSearchType: GoodsSearchType;
    goodsStatusFilterType: GoodsSearchType;
    goodsIdList?: readonly bigint[];
  };
  /** 2 available, 3 not; both required, as above. */
  'bg.local.goods.sku.list.query': PageNoPaging & { skuSearchType: 2 | 3; skuStatusFilterType: 2 | 3 };
  'bg.local.goods.sku.list.price.query': {
    querySupplierPriceBaseList: readonly { goodsId: bigint; skuIdList: readonly bigint[] }[];
  };
  'bg.promotion.activity.query': PageNumberPaging & { activityType: number };
  'bg.promotion.activity.goods.query': PageNumberPaging & { activityId: bigint };
};

export type TemuCallType = keyof TemuCallParams;

/** Calls that share one breaker: when one of a group is down its siblings are too. */
export type OperationGroup =
  | 'auth'
  | 'orders'
  | 'amounts'
  | 'addresses'
  | 'after-sales'
  | 'products'
  | 'promotions';

export interface TemuCallTraits {
  group: OperationGroup;
  /** Whether the call may be sent again when we cannot know if the first one was carried out. */
  repeatable: boolean;
}

export const TEMU_CALLS: Record<TemuCallType, TemuCallTraits> = {
  // The code is spent by the first try that arrives.
  'bg.open.accesstoken.create': { group: 'auth', repeatable: false },
  'bg.open.accesstoken.info.get': { group: 'auth', repeatable: true },
  'bg.open.accesstoken.info.get.global': { group: 'auth', repeatable: true },
  'bg.tmc.message.update': { group: 'auth', repeatable: true },
  'bg.order.list.v2.get': { group: 'orders', repeatable: true },
  'bg.order.amount.query': { group: 'amounts', repeatable: true },
  'bg.order.shippinginfo.v2.get': { group: 'addresses', repeatable: true },
  'bg.aftersales.parentaftersales.list.get': { group: 'after-sales', repeatable: true },
  'bg.aftersales.aftersales.list.get': { group: 'after-sales', repeatable: true },
  'bg.aftersales.cancel.list.get': { group: 'after-sales', repeatable: true },
  'temu.aftersales.parentaftersales.detail.get': { group: 'after-sales', repeatable: true },
  'bg.local.goods.list.query': { group: 'products', repeatable: true },
  'bg.local.goods.sku.list.query': { group: 'products', repeatable: true },
  'bg.local.goods.sku.list.price.query': { group: 'products', repeatable: true },
  'bg.promotion.activity.query': { group: 'promotions', repeatable: true },
  'bg.promotion.activity.goods.query': { group: 'promotions', repeatable: true },
};

const ABILITY_OF_GROUP: Readonly<Record<Exclude<OperationGroup, 'auth'>, Ability>> = {
  orders: 'orders',
  amounts: 'amounts',
  addresses: 'addresses',
  'after-sales': 'after_sales',
  products: 'products',
  promotions: 'promotions',
};

/** The calls that are made with a shop's token to read it: each is a permission that the seller grants with the token. */
export const TEMU_ABILITY_CALLS: ScopesOfAbilities = Object.fromEntries(
  Object.entries(ABILITY_OF_GROUP).map(([group, ability]) => [
    ability,
    Object.entries(TEMU_CALLS).flatMap(([call, traits]) => (traits.group === group ? [call] : [])),
  ]),
);

/**
 * `bg.promotion.activity.query` requires one of them (220010001 else), so that each type is a list of its own:
 * 2 lightning deals, 13 advanced big sale, 27 clearance deals, 100 official big sale. Two copies of the official page, H.
 */
export const PROMOTION_TYPES = ['2', '13', '27', '100'] as const;

export const MAX_PAGE_SIZE = 100;
export const MAX_AFTER_SALES_PAGE_SIZE = 200;
export const MAX_ORDER_NUMBERS = 20;
/**
 * Where a pair of times must stand beside numbers, cases are named by their number and the pair only has to hold them
 * all: from before Temu's first order (it opened in September 2022) to now. No document bounds the span (L).
 */
export const BEFORE_ALL_CASES = Date.UTC(2022, 7, 1) / 1000;

/** Undocumented; the same as for orders is surely allowed. */
export const MAX_CASE_NUMBERS = 20;
export const MAX_GOODS_IDS = 100;
/** In each of the two lists of one subscription call. */
export const MAX_PUSH_EVENTS = 20;

/**
 * The fields as they are sent: undefined, null and empty strings are left out, because no source agrees on how Temu
 * signs them (vectors V12, V13).
 */
export function buildFields(fields: WireObject): WireObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}
