import { CreateOrders1763700000000 } from './1763700000000-create-orders.js';
import { HintsAddressesAfterSales1764100000000 } from './1764100000000-hints-addresses-after-sales.js';
import { CompletenessAndRetries1764200000000 } from './1764200000000-completeness-and-retries.js';
import { PreviousStatus1764300000000 } from './1764300000000-previous-status.js';

/** In the order in which they run. */
export const migrations = [
  CreateOrders1763700000000,
  HintsAddressesAfterSales1764100000000,
  CompletenessAndRetries1764200000000,
  PreviousStatus1764300000000,
];
