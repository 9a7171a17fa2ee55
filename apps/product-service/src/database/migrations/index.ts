import { CreateProducts1763700000000 } from './1763700000000-create-products.js';
import { QuarantineRetries1764200000000 } from './1764200000000-quarantine-retries.js';
import { CreatePromotions1764300000000 } from './1764300000000-create-promotions.js';

/** In the order in which they run. */
export const migrations = [
  CreateProducts1763700000000,
  QuarantineRetries1764200000000,
  CreatePromotions1764300000000,
];
