/** Started by `npm run bench`, which brings up Postgres and NATS first. */
import { print } from './report.js';
import { benchStoreOrders } from './store-orders.bench.js';

print('Storing orders', await benchStoreOrders(20_000));
