/** Of an order; a line has all but `ON_HOLD` and `PARTIALLY_SHIPPING`. */
export const ORDER_STATUSES = [
  'UNPAID',
  'ON_HOLD',
  'AWAITING_SHIPMENT',
  'PARTIALLY_SHIPPING',
  'AWAITING_COLLECTION',
  'IN_TRANSIT',
  'DELIVERED',
  'COMPLETED',
  'CANCELLED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type LineStatus = Exclude<OrderStatus, 'ON_HOLD' | 'PARTIALLY_SHIPPING'>;

export const PRODUCT_STATUSES = [
  'DRAFT',
  'PENDING',
  'FAILED',
  'ACTIVATE',
  'SELLER_DEACTIVATED',
  'PLATFORM_DEACTIVATED',
  'FREEZE',
  'DELETED',
] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

export const RETURN_STATUSES = [
  'RETURN_OR_REFUND_REQUEST_PENDING',
  'REFUND_OR_RETURN_REQUEST_REJECT',
  'AWAITING_BUYER_SHIP',
  'BUYER_SHIPPED_ITEM',
  'REJECT_RECEIVE_PACKAGE',
  'RETURN_OR_REFUND_REQUEST_SUCCESS',
  'RETURN_OR_REFUND_REQUEST_CANCEL',
  'RETURN_OR_REFUND_REQUEST_COMPLETE',
] as const;
export type ReturnStatus = (typeof RETURN_STATUSES)[number];

export const CANCEL_STATUSES = [
  'CANCELLATION_REQUEST_PENDING',
  'CANCELLATION_REQUEST_SUCCESS',
  'CANCELLATION_REQUEST_CANCELLED',
  'CANCELLATION_REQUEST_COMPLETE',
] as const;
export type CancelStatus = (typeof CANCEL_STATUSES)[number];

export type MarketCode = 'ES' | 'GB' | 'US' | 'JP';
export type Role = 'BUYER' | 'SELLER' | 'SYSTEM';

/** Times are UNIX seconds, money minor units, ids texts of up to 19 digits. */
export interface Shop {
  id: string;
  name: string;
  /** Shown in Seller Center. */
  code: string;
  market: MarketCode;
  sellerType: 'LOCAL' | 'CROSS_BORDER';
  /** Whose shop it is. */
  openId: string;
  /** What its history is made from. */
  seed: string;
  anchorSeconds: number;
  orders: number;
  products: number;
  days: number;
}

export interface Seller {
  openId: string;
  name: string;
  region: MarketCode;
}

export interface Sku {
  id: string;
  sellerSku: string;
  name: string;
  priceMinor: number;
  /** By warehouse. */
  stock: { warehouseId: string; quantity: number }[];
  isDeactivated: boolean;
}

export interface Product {
  id: string;
  title: string;
  status: ProductStatus;
  createTime: number;
  updateTime: number;
  skus: Sku[];
}

/** One unit: three of a SKU are three lines. */
export interface Line {
  id: string;
  productId: string;
  productName: string;
  skuId: string;
  skuName: string;
  sellerSku: string;
  status: LineStatus;
  isGift: boolean;
  /** List price; of a gift 0. */
  originalMinor: number;
  sellerDiscountMinor: number;
  platformDiscountMinor: number;
  /** On top of the price; only in the United States. */
  taxMinor: number;
  /** What a gift or sample would have cost. */
  giftRetailMinor: number;
  packageId: string | null;
  shippedAt: number | null;
  collectedAt: number | null;
  deliveredAt: number | null;
  cancelReason: string | null;
  cancelUser: Role | null;
}

export interface Order {
  id: string;
  userId: string;
  createTime: number;
  updateTime: number;
  paidTime: number | null;
  isOnHold: boolean;
  isSample: boolean;
  isCod: boolean;
  /** TIKTOK: the platform's label, and what is personal is masked. */
  shippingType: 'TIKTOK' | 'SELLER';
  isFulfilledByTikTok: boolean;
  shipping: {
    originalMinor: number;
    sellerDiscountMinor: number;
    platformDiscountMinor: number;
    taxMinor: number;
  };
  /** In basis points; 0 where prices hold the tax. */
  taxRateBp: number;
  cancelTime: number | null;
  cancelReason: string | null;
  cancelInitiator: Role | null;
  completedAt: number | null;
  /** How often the address has changed. */
  addressVersion: number;
  lines: Line[];
}

export interface ReturnCase {
  id: string;
  orderId: string;
  type: 'REFUND' | 'RETURN_AND_REFUND';
  status: ReturnStatus;
  reason: string;
  reasonText: string;
  createTime: number;
  updateTime: number;
  lines: { id: string; lineId: string }[];
}

export interface Cancellation {
  id: string;
  orderId: string;
  /** CANCEL: by seller or system at once; BUYER_CANCEL is asked for. */
  type: 'CANCEL' | 'BUYER_CANCEL';
  role: Role;
  status: CancelStatus;
  reason: string;
  reasonText: string;
  createTime: number;
  updateTime: number;
  lines: { id: string; lineId: string }[];
}
