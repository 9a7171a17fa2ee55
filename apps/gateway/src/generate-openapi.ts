/** `node dist/apps/gateway/src/generate-openapi.js`: writes docs/openapi.json; needs no server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { NatsConnection } from '@nats-io/transport-node';
import { RpcClient } from '#messaging';
import { createLogger } from '#runtime';
import { Broadcasts } from './bus/broadcasts.js';
import { GatewayConfig } from './config.js';
import { createGateway } from './create-gateway.js';
import { createOpenApiDocument } from './openapi.js';

/** Nothing is asked while the description is made. */
const silentConnection = { subscribe: () => ({ unsubscribe: () => undefined }) } as unknown as NatsConnection;
const logger = createLogger('generate-openapi', 'warn');

const app = await createGateway({
  config: new GatewayConfig(),
  connection: silentConnection,
  logger,
  rpc: new RpcClient(silentConnection),
  broadcasts: new Broadcasts(silentConnection, logger),
});
await app.init();
const document = createOpenApiDocument(app);
mkdirSync('docs', { recursive: true });
writeFileSync('docs/openapi.json', `${JSON.stringify(sorted(document), null, 2)}\n`);
await app.close();

/** Paths and schemas by name, so that the file does not depend on the order of modules. */
function sorted<T extends { paths: object; components?: { schemas?: object } }>(open: T): T {
  const byName = <O extends object>(object: O): O =>
    Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))) as O;
  return {
    ...open,
    paths: byName(open.paths),
    components: { ...open.components, schemas: byName(open.components?.schemas ?? {}) },
  };
}
