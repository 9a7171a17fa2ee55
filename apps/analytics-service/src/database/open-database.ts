import { Database, type DatabaseOptions } from '#runtime';
import { Builds1764100000000 } from './builds.migration.js';
import { FactsAndRollUps1764000000000 } from './facts-and-roll-ups.migration.js';
import { PreviousDay1764300000000 } from './previous-day.migration.js';

export const ANALYTICS_SCHEMA = {
  schema: 'analytics',
  migrations: [FactsAndRollUps1764000000000, Builds1764100000000, PreviousDay1764300000000],
} as const satisfies Omit<DatabaseOptions, 'url' | 'applicationName'>;

/** Answers, the worker and the writers share the pool; `FactWriter` takes only a part of it. */
const POOL_SIZE = 12;

export function openAnalyticsDatabase(url: string): Promise<Database> {
  return Database.open({
    ...ANALYTICS_SCHEMA,
    url,
    applicationName: 'analytics-service',
    poolSize: POOL_SIZE,
  });
}
