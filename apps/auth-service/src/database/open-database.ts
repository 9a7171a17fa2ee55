import { Database } from '#runtime';
import { migrations } from './migrations/index.js';

export const AUTH_SCHEMA = 'auth';

export function openAuthDatabase(url: string): Promise<Database> {
  return Database.open({ url, schema: AUTH_SCHEMA, migrations, applicationName: 'auth-service' });
}
