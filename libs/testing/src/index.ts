export { CALLER_PUBLIC_KEYS, rpcAs, testSigner } from './caller-keys.js';
export { registerLacking } from './lacking-marketplaces.js';
export { MovingList, type MovingListOptions, type MovingRow } from './moving-list.js';
export { oneConnector } from './one-connector.js';
export { SANDBOX_CONTROL_TOKEN, SandboxControl } from './sandbox-control.js';
export { seededRandom } from './seeded-random.js';
export { createEmptyTestDatabase, createTestDatabase, type TestDatabase } from './test-database.js';
export { startTestNats, type TestNats } from './test-nats.js';
export { waitFor } from './wait-for.js';
