/** `node dist/apps/auth-service/src/reset-owner.js [address]`: a new password for an owner who cannot sign in any more. */
import { createLogger, loadConfig, runProcess } from '#runtime';
import { AuthConfig } from './config.js';
import { openAuthDatabase } from './database/open-database.js';
import { resetOwner } from './people/reset-owner.js';

await runProcess(createLogger('reset-owner', 'fatal'), async () => {
  const config = loadConfig(AuthConfig);
  const email = process.argv[2] ?? config.ownerEmail;
  const database = await openAuthDatabase(config.databaseUrl);
  try {
    const password = await resetOwner(database, email, new Date());
    process.stdout.write(
      `Sign in as ${email} with password ${password} (shown once; change it after signing in)\n`,
    );
  } finally {
    await database.close();
  }
  process.exit(0);
});
