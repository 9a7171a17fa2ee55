import { Type } from 'typebox';
import { defineEvent } from '../kernel/define-event.js';
import { ORDER_STATUSES } from './parent-order.js';

const Instant = Type.String({ maxLength: 30 });
const Minor = Type.Union([Type.Integer(), Type.Null()]);
const Text = Type.Union([Type.String(), Type.Null()]);
const Status = Type.Enum(ORDER_STATUSES);

/** State of one parent order, all that a figure needs. A higher `version` replaces a lower one. */
export const OrderState = Type.Object({
  parentOrderSn: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  status: Status,
  orderedAt: Instant,
  shipByAt: Type.Union([Instant, Type.Null()]),
  shippedAt: Type.Union([Instant, Type.Null()]),
  /** Null until the amounts are known. */
  currency: Text,
  customerPaidMinor: Minor,
  refundedMinor: Minor,
  estimatedRevenueMinor: Minor,
  lines: Type.Array(
    Type.Object({
      orderSn: Type.String(),
      status: Status,
      goodsId: Text,
      skuId: Text,
      sellerSku: Text,
      goodsName: Type.String(),
      spec: Text,
      imageUrl: Text,
      quantity: Type.Integer(),
      cancelledBeforeShipment: Type.Integer(),
      soldFactor: Type.Integer(),
      retailMinor: Minor,
      basePriceMinor: Minor,
    }),
  ),
});

export type OrderState = Type.Static<typeof OrderState>;

export const ParentOrdersStored = defineEvent(
  'order',
  'parent-orders',
  'stored',
  1,
  Type.Object({ shopId: Type.String(), orders: Type.Array(OrderState, { minItems: 1, maxItems: 500 }) }),
  'Parent orders of one shop that are new or have changed, with their state',
);
