import { openConnectors } from '#marketplace';
import { descriptorOf, MARKETPLACES } from '#marketplaces';
import { startService } from '#messaging';
import {
  createLogger,
  type Database,
  type Logger,
  loadConfig,
  parseMasterKeys,
  runProcess,
  Sealer,
} from '#runtime';
import { MarketplaceApps } from './apps/marketplace-apps.js';
import { AuthModule } from './auth.module.js';
import { AuthConfig } from './config.js';
import { parseLeaseKey } from './credentials/credentials.js';
import { openAuthDatabase } from './database/open-database.js';
import { createFirstOwner } from './people/owner.js';
import { rotateKeys } from './secrets/rotate-keys.js';
import { DEFAULT_SESSION_LIFE } from './sessions/sessions.js';
import { openInboxPool } from './webhooks/inbox-pool.js';

const logger = createLogger('auth-service');

await runProcess(logger, async () => {
  const config = loadConfig(AuthConfig);
  const sealer = new Sealer(parseMasterKeys('AUTH_MASTER_KEYS', config.masterKeys));
  const leaseKey = parseLeaseKey(config.leaseKey);
  const database = await openAuthDatabase(config.databaseUrl);
  try {
    await reportKeys(database, sealer, logger);
    await announceFirstOwner(database, config);
    const connectors = await openConnectors((sql, params) => database.query(sql, params), 'to authorise');
    const inboxPool = openInboxPool(config.databaseUrl);
    const module = AuthModule.with({
      sealer,
      leaseKey,
      connectors,
      publicUrl: config.publicUrl,
      sessionLife: {
        ...DEFAULT_SESSION_LIFE,
        refreshMs: config.sessionIdleDays * 86_400_000,
        sessionMs: config.sessionDays * 86_400_000,
      },
      inboxPool,
      webhookRetentionDays: config.webhookRetentionDays,
      now: () => new Date(),
    });
    const service = await startService({
      context: 'auth',
      natsUrl: config.natsUrl,
      callerKeys: config.callerKeys,
      database,
      module,
      logger,
    });
    const apps = service.get(MarketplaceApps);
    for (const marketplace of MARKETPLACES) {
      const { AuthSettings } = await descriptorOf(marketplace).load();
      await apps.bootstrap(marketplace, loadConfig(AuthSettings).bootstrapApps);
    }
    return {
      stop: async () => {
        await service.close();
        await connectors.close();
        await inboxPool.end();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
});

async function reportKeys(database: Database, sealer: Sealer, log: Logger): Promise<void> {
  const { resealed, uses } = await rotateKeys(database, sealer, new Date());
  if (resealed > 0 || uses.length > 1) log.info({ resealed, uses }, 'secrets by master key');
}

async function announceFirstOwner(database: Database, config: AuthConfig): Promise<void> {
  const password = await createFirstOwner(database, config.ownerEmail, new Date());
  if (password === null) return;
  process.stdout.write(
    `First start: sign in as ${config.ownerEmail} with password ${password} (shown once; change it after signing in)\n`,
  );
}
