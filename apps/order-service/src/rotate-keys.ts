/** `node dist/apps/order-service/src/rotate-keys.js`: seals buyers' addresses with the first key of ORDER_ADDRESS_KEYS and reports. */
import { createLogger, Database, loadConfig, parseMasterKeys, runProcess, Sealer } from '#runtime';
import { addressKeyUses, assertAddressKeysKnown, resealAddresses } from './addresses/address-keys.js';
import { OrderServiceConfig } from './config.js';
import { migrations } from './database/migrations/index.js';

await runProcess(createLogger('rotate-keys', 'warn'), async () => {
  const config = loadConfig(OrderServiceConfig);
  const sealer = new Sealer(parseMasterKeys('ORDER_ADDRESS_KEYS', config.addressKeys));
  const database = await Database.open({
    url: config.databaseUrl,
    schema: 'orders',
    migrations,
    applicationName: 'rotate-keys',
    poolSize: 2,
  });
  try {
    await assertAddressKeysKnown(database, sealer);
    const resealed = await resealAddresses(database, sealer);
    const uses = await addressKeyUses(database);
    const lines = uses.map(({ keyId, addresses }) => `  ${keyId}: ${addresses} addresses`);
    process.stdout.write(
      `Addresses sealed anew with ${sealer.currentKeyId}: ${resealed}. Stored by key:\n${lines.join('\n') || '  none'}\n`,
    );
  } finally {
    await database.close();
  }
  process.exit(0);
});
