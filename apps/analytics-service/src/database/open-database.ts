import { Database, type DatabaseOptions } from '#runtime';
import { migrations } from './migrations/index.js';

export const ANALYTICS_SCHEMA = {
  schema: 'analytics',
  migrations,
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
