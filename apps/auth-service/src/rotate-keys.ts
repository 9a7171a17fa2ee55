/** `node dist/apps/auth-service/src/rotate-keys.js`: seals all secrets with the first key of AUTH_MASTER_KEYS and reports. */
import { createLogger, loadConfig, parseMasterKeys, runProcess, Sealer } from '#runtime';
import { AuthConfig } from './config.js';
import { openAuthDatabase } from './database/open-database.js';
import { rotateKeys, useText } from './secrets/rotate-keys.js';

await runProcess(createLogger('rotate-keys', 'warn'), async () => {
  const config = loadConfig(AuthConfig);
  const sealer = new Sealer(parseMasterKeys('AUTH_MASTER_KEYS', config.masterKeys));
  const database = await openAuthDatabase(config.databaseUrl);
  try {
    const { resealed, uses } = await rotateKeys(database, sealer, new Date());
    const lines = uses.map((use) => `  ${use.keyId}: ${useText(use)}`);
    process.stdout.write(
      `Sealed anew with ${sealer.currentKeyId}: ${resealed}. Stored by key:\n${lines.join('\n')}\n`,
    );
  } finally {
    await database.close();
  }
  process.exit(0);
});
