import { runService } from '#messaging';
import { loadConfig } from '#runtime';
import { analyticsModule } from './analytics.module.js';
import { AnalyticsConfig } from './config.js';
import { openAnalyticsDatabase } from './database/open-database.js';

await runService('analytics-service', async () => {
  const config = loadConfig(AnalyticsConfig);
  const database = await openAnalyticsDatabase(config.databaseUrl);
  return {
    context: 'analytics',
    natsUrl: config.natsUrl,
    callerKeys: config.callerKeys,
    database,
    module: analyticsModule({ now: () => new Date(), compareMs: config.compareSeconds * 1_000 }),
  };
});
