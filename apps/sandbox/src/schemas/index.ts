import { DECRYPTED_SHIPPING_INFO, SHIPPING_INFO } from './addresses.js';
import { AFTER_SALES_DETAIL, AFTER_SALES_LINES, AFTER_SALES_LIST, CANCEL_LIST } from './after-sales.js';
import { ORDER_AMOUNTS } from './amounts.js';
import { MALL_INFO, PARTNER_TOKEN_INFO, TOKEN_CREATE, TOKEN_INFO } from './authorization.js';
import { GOODS_LIST, GOODS_RETRIEVE, SKU_LIST, SKU_PRICES, SKU_RETRIEVE } from './goods.js';
import type { CallSchema } from './notation.js';
import { ORDER_DETAIL, ORDER_LIST } from './orders.js';
import { ACTIVITIES, ACTIVITY_GOODS } from './promotions.js';
import { SUBSCRIPTION_UPDATE } from './webhooks.js';

/** Every simulated call as documented, by its `type`. */
export const SCHEMAS: ReadonlyMap<string, CallSchema> = new Map(
  [
    TOKEN_CREATE,
    TOKEN_INFO,
    PARTNER_TOKEN_INFO,
    MALL_INFO,
    ORDER_LIST,
    ORDER_DETAIL,
    SHIPPING_INFO,
    DECRYPTED_SHIPPING_INFO,
    ORDER_AMOUNTS,
    GOODS_LIST,
    SKU_LIST,
    GOODS_RETRIEVE,
    SKU_RETRIEVE,
    SKU_PRICES,
    AFTER_SALES_LIST,
    AFTER_SALES_LINES,
    AFTER_SALES_DETAIL,
    CANCEL_LIST,
    ACTIVITIES,
    ACTIVITY_GOODS,
    SUBSCRIPTION_UPDATE,
  ].map((schema): [string, CallSchema] => [schema.type, schema]),
);
