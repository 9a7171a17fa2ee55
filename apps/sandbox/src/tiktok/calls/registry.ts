import { AFTER_SALES_ENDPOINTS } from './after-sales.js';
import type { Endpoint } from './endpoint.js';
import { ORDER_ENDPOINTS } from './orders.js';
import { PRODUCT_ENDPOINTS } from './products.js';
import { SHOP_ENDPOINTS } from './shops.js';
import { WEBHOOK_ENDPOINTS } from './webhooks.js';

/** Every simulated call; whatever is not here "does not match any available endpoint". */
export const ENDPOINTS: readonly Endpoint[] = [
  ...SHOP_ENDPOINTS,
  ...ORDER_ENDPOINTS,
  ...PRODUCT_ENDPOINTS,
  ...AFTER_SALES_ENDPOINTS,
  ...WEBHOOK_ENDPOINTS,
];
