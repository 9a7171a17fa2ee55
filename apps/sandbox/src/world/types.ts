import type { Region } from '../regions.js';

export const FULFILMENT_TYPES = ['fulfillBySeller', 'fulfillByCooperativeWarehouse'] as const;
export type FulfilmentType = (typeof FULFILMENT_TYPES)[number];

/** 1 pending, 2 to ship, 3 cancelled, 4 shipped, 5 delivered. */
export const LINE_STATUSES = [1, 2, 3, 4, 5] as const;
export type LineStatus = (typeof LINE_STATUSES)[number];
/** The line's, and 41 partially shipped, 51 partially received. */
export const PARENT_STATUSES = [1, 2, 3, 4, 5, 41, 51] as const;
export type ParentStatus = (typeof PARENT_STATUSES)[number];

/** 1 on or off shelf, 4 unpublished, 5 draft, 6 deleted. */
export const SEARCH_TYPES = [1, 4, 5, 6] as const;
export type SearchType = (typeof SEARCH_TYPES)[number];

export interface Shop {
  mallId: number;
  name: string;
  /** Shops of one account are authorised together. */
  account: string;
  region: Region;
  siteId: number;
  /** Sites the shop sells to, the first its home, with their share of the orders. */
  sites: { regionId: number; share: number }[];
  currency: string;
  /** Decimals of the currency: 0 for JPY and KRW. */
  decimals: number;
  /** IANA zone of the shop's day. */
  zone: string;
  /** 1 semi-managed, 100 local. */
  mallType: 1 | 100;
  semiUniqueId: string;
  /** Whether shown prices hold the tax (EU, JP …) or not (US). */
  taxIncluded: boolean;
  /** Basis points a line may be taxed with. */
  taxRatesBp: number[];
  /** Minor units of this currency for one US cent, to scale prices. */
  minorPerUsCent: number;
  generation: Generation;
}

/** What a shop's world is made from; with it, history can be made again instead of being stored. */
export interface Generation {
  seed: string;
  /** UNIX seconds; no generated order or change is newer than 15 minutes before. */
  anchorSeconds: number;
  orders: number;
  /** Products over search types 1, 4 and 5; deleted ones come on top. */
  products: number;
  deletedProducts: number;
  days: number;
}

export interface Sku {
  skuId: number;
  skuSn: string;
  productId: number;
  productSkuId: number;
  specEn: string;
  specZh: string;
  specIds: { specId: number; parentSpecId: number }[];
  stock: number;
  basePriceMinor: number;
  /** Tax excluded. */
  retailPriceMinor: number;
  listPriceMinor: number;
  /** How many pieces one ordered unit holds. */
  soldFactor: number;
  weightGrams: number;
  sizeCm: [number, number, number];
  statusChangedAtMs: number;
}

export interface Product {
  goodsId: number;
  nameEn: string;
  nameZh: string;
  outGoodsSn: string;
  catId: number;
  brandId: number;
  trademarkId: number;
  searchType: SearchType;
  subStatus: number;
  createdAtMs: number;
  statusChangedAtMs: number;
  skus: Sku[];
}

export interface OrderLine {
  orderSn: string;
  goodsId: number;
  skuId: number;
  productId: number;
  productSkuId: number;
  extCode: string;
  goodsName: string;
  originalGoodsName: string;
  spec: string;
  originalSpecName: string;
  status: LineStatus;
  fulfilmentType: FulfilmentType;
  /** As ordered; what is still wanted is this minus `canceledQuantityBeforeShipment`. */
  quantity: number;
  canceledQuantityBeforeShipment: number;
  canceledDuringPending: boolean;
  /** Given back after shipment, by the finished case that did it. */
  refunds: { afterSalesSn: string; units: number }[];
  soldFactor: number;
  unitBasePriceMinor: number;
  /** Tax excluded. */
  unitRetailPriceMinor: number;
  taxRateBp: number;
  /** Of the whole line, tax excluded. */
  discountFromSellerMinor: number;
  discountFromTemuMinor: number;
  shippingMinor: number;
  labels: string[];
  shippedAt: number | null;
  deliveredAt: number | null;
  packageSn: string | null;
}

/** `refused`: the call answers 180020030; the others give an empty address and a reason. */
export const WITHHELD_ADDRESSES = ['no_self_shipping', 'label_only', 'refused'] as const;
export type WithheldAddress = (typeof WITHHELD_ADDRESSES)[number];

/** Whether a shop is given addresses: not at all (it must buy labels), or not of what is shipped. */
export const ADDRESS_RULES = ['open', 'label_only', 'withheld_when_shipped'] as const;
export type AddressRule = (typeof ADDRESS_RULES)[number];

export interface ParentOrder {
  parentOrderSn: string;
  regionId: number;
  siteId: number;
  status: ParentStatus;
  createTime: number;
  confirmTime: number | null;
  updateTime: number;
  expectShipLatestTime: number;
  latestDeliveryTime: number;
  /** Until then the amounts "are still being computed". */
  amountReadyAt: number;
  labels: string[];
  warnings: string[];
  /** How often the buyer's address has been changed; journals of older worlds lack it. */
  addressVersion?: number;
  /** Set: the buyer's address is not given (`withheld-address.ts`). Cash on delivery withholds it by itself. */
  withheldAddress?: WithheldAddress | undefined;
  paymentType: 'PPD' | 'COD';
  /** What the buyer pays for a signature on delivery; null: not bought. */
  signOnDeliveryMinor: number | null;
  shippingMethod: 1 | 2;
  lines: OrderLine[];
}

/** Only statuses that belong to one of the documented groups are generated. */
export type AfterSalesStatus = 1 | 2 | 3 | 5 | 6 | 7 | 8 | 10 | 11;

export interface CaseLine {
  afterSalesSn: string;
  orderSn: string;
  quantity: number;
  reasonCode: number;
  reasonDesc: string;
  buyerComment: string | null;
}

/** One case of an order; an order may have several at once, and a case several lines. */
export interface AfterSales {
  parentAfterSalesSn: string;
  parentOrderSn: string;
  /** 1 refund only, 2 return and refund. */
  type: 1 | 2;
  status: AfterSalesStatus;
  lines: CaseLine[];
  createAt: number;
  updateAt: number;
}

/** 1 asked for, 4 and 9 being refunded, 5 refunded, 6 withdrawn by the buyer, 7 rejected. */
export const CANCEL_STATUSES = [1, 4, 5, 6, 7, 9] as const;
export type CancelStatus = (typeof CANCEL_STATUSES)[number];

export interface CancelLine {
  afterSalesSn: string;
  orderSn: string;
  quantity: number;
}

/** A buyer's wish to cancel what is not shipped; an order may have had several, of which one is undecided. */
export interface CancelRequest {
  parentAfterSalesSn: string;
  parentOrderSn: string;
  status: CancelStatus;
  lines: CancelLine[];
  createAt: number;
  updateAt: number;
}
