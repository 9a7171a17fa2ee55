import { CreateProducts1763700000000 } from './1763700000000-create-products.js';

/** In the order in which they run. */
export const migrations = [CreateProducts1763700000000];
