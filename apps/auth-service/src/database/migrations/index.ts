import type { DatabaseOptions } from '#runtime';
import { Auth1764000000000 } from './1764000000000-auth.js';
import { Webhooks1764100000000 } from './1764100000000-webhooks.js';
import { AuditEvents1764110000000 } from './1764110000000-audit-events.js';
import { ApiKeys1764120000000 } from './1764120000000-api-keys.js';

/** In the order they run; a new one is added at the end, an old one is never changed. */
export const migrations: DatabaseOptions['migrations'] = [
  Auth1764000000000,
  Webhooks1764100000000,
  AuditEvents1764110000000,
  ApiKeys1764120000000,
];
