import { Type } from 'typebox';
import { defineEvent } from '../kernel/define-event.js';

const Instant = Type.String({ maxLength: 30 });
const ShopId = Type.String();
const Minor = Type.Union([Type.Integer(), Type.Null()]);
const Text = Type.Union([Type.String(), Type.Null()]);
/** Of this version of the event: a status that is new to us makes a new version. */
const Status = Type.Enum([
  'pending',
  'unshipped',
  'partially_shipped',
  'shipped',
  'partially_delivered',
  'delivered',
  'cancelled',
  'unknown',
]);

/** State of one order, all that a figure needs. A higher `version` replaces a lower one. */
export const OrderState = Type.Object({
  orderNumber: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  status: Status,
  orderedAt: Instant,
  shipByAt: Type.Union([Instant, Type.Null()]),
  shippedAt: Type.Union([Instant, Type.Null()]),
  /** Null until the amounts are known. */
  currency: Text,
  customerPaidMinor: Minor,
  /** The marketplace's own total; a check only. */
  refundsTotalMinor: Minor,
  estimatedRevenueMinor: Minor,
  shippingMinor: Minor,
  /** Null also where none was bought. */
  signOnDeliveryMinor: Minor,
  lines: Type.Array(
    Type.Object({
      lineId: Type.String(),
      status: Status,
      productId: Text,
      skuId: Text,
      sellerSku: Text,
      productName: Type.String(),
      spec: Text,
      imageUrl: Text,
      orderedQuantity: Type.Integer({ minimum: 0 }),
      cancelledBeforeShipment: Type.Integer({ minimum: 0 }),
      /** `orderedQuantity − cancelledBeforeShipment` */
      netQuantity: Type.Integer({ minimum: 0 }),
      soldFactor: Type.Integer(),
      /** Of all units as ordered. */
      retailMinor: Minor,
      /** Of all units as ordered, at supply price. */
      basePriceMinor: Minor,
      unitRetailMinor: Minor,
      unitBasePriceMinor: Minor,
      /** Units of finished after-sales cases, as far as those give a count. */
      refundedUnits: Type.Integer({ minimum: 0 }),
      /** The buyer's money of finished cases, retail basis; null where neither the case nor the retail price gives it. */
      refundedMinor: Minor,
      /** The part of `refundedMinor` whose cases give no count of units. */
      uncountedRefundMinor: Type.Integer({ minimum: 0 }),
      /** Part of `refundedMinor` is retail × units or a share of a case's sum, not a sum that the marketplace gave. */
      isRefundDerived: Type.Boolean(),
    }),
  ),
});

export type OrderState = Type.Static<typeof OrderState>;

export const OrdersStored = defineEvent(
  'order',
  'orders',
  'stored',
  1,
  Type.Object({ shopId: ShopId, orders: Type.Array(OrderState, { minItems: 1, maxItems: 500 }) }),
  'Orders of one shop that are new or have changed, with their state',
  { analytics: ['order-facts'] },
);

/**
 * Whether a shop's after-sales cases are known: they are once their first load has ended, as long as the token may read
 * them. Where they are not, the refunds of its orders are unknown and not zero. A higher `version` replaces a lower one.
 */
export const AfterSalesReachChanged = defineEvent(
  'order',
  'after-sales-reach',
  'changed',
  1,
  Type.Object({
    shopId: ShopId,
    version: Type.Integer({ minimum: 1 }),
    isKnown: Type.Boolean(),
    /** Creation time from which the cases are complete; null while they are not known. */
    knownFrom: Type.Union([Instant, Type.Null()]),
  }),
  "Whether a shop's after-sales cases are known, and from when on",
  { analytics: ['after-sales-reach'] },
);
