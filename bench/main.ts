/** Started by `npm run bench`, which brings up Postgres and NATS first. Parts below; all when none is named. */
import { parseArgs } from 'node:util';
import { benchGateway } from './gateway.bench.js';
import { benchLag } from './lag.bench.js';
import { simulateRefusals } from './refusals-simulation.js';
import { benchRefused } from './refused.bench.js';
import { benchRefusedReading } from './refused-reading.js';
import { benchReplicas } from './replicas.bench.js';
import { print } from './report.js';
import { benchStoreOrders } from './store-orders.bench.js';
import { benchSync } from './sync.bench.js';
import { benchWebhooks } from './webhooks.bench.js';

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { orders: { type: 'string', default: '100000' } },
});
const orders = Number(values.orders);
if (!Number.isSafeInteger(orders) || orders < 1_000) {
  process.stderr.write('--orders must be a whole number of at least 1000: the orders of part sync.\n');
  process.exit(2);
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  store: async () => print('Storing orders', await benchStoreOrders(20_000)),
  gateway: async () => print('Reading a shop, and listing its orders over REST', await benchGateway()),
  sync: async () => print('A first load, end to end', await benchSync(orders)),
  replicas: async () => print('First loads by several replicas', await benchReplicas()),
  webhooks: async () => print('Webhooks, 100 a second', await benchWebhooks()),
  refused: async () => {
    print('Refusals, simulated', simulateRefusals());
    print('Reading pages while calls are refused', await benchRefusedReading());
    print('First loads while calls are refused', await benchRefused());
  },
  lag: async () => print('From a change to its figure', await benchLag()),
};

const unknown = wanted.find((part) => !Object.hasOwn(PARTS, part));
if (unknown !== undefined) {
  process.stderr.write(`There is no part ${unknown}. Parts: ${Object.keys(PARTS).join(', ')}.\n`);
  process.exit(2);
}
for (const [part, run] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(part)) await run();
}
