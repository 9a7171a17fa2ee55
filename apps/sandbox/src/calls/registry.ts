import { AFTER_SALES_CALLS } from './after-sales.js';
import { AUTHORIZATION_CALLS, EXCHANGE_CALLS } from './authorization.js';
import type { Call, ExchangeCall } from './call.js';
import { GOODS_CALLS } from './goods.js';
import { ORDER_CALLS } from './orders.js';
import { PROMOTION_CALLS } from './promotions.js';
import { WEBHOOK_CALLS } from './webhooks.js';

/** Every simulated call by its `type`; whatever is not here "does not exist". */
export const CALLS: ReadonlyMap<string, Call | ExchangeCall> = new Map(
  [
    ...EXCHANGE_CALLS,
    ...AUTHORIZATION_CALLS,
    ...ORDER_CALLS,
    ...GOODS_CALLS,
    ...AFTER_SALES_CALLS,
    ...PROMOTION_CALLS,
    ...WEBHOOK_CALLS,
  ].map((call) => [call.schema.type, call]),
);
