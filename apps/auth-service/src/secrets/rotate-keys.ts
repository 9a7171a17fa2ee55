import type { Database } from '#runtime';
import { ConfigError } from '#runtime';
import { recordAudit, SYSTEM_ACTOR } from '../audit/audit.js';
import { appSecretContext, type Sealer, tokenContext } from './sealer.js';

interface Store {
  readonly table: 'shops' | 'marketplace_apps';
  readonly sealed: 'token_sealed' | 'secret_sealed';
  readonly keyId: 'token_key_id' | 'secret_key_id';
  readonly context: (id: string) => string;
}

/** Every place where a sealed secret is stored. */
const STORES: readonly Store[] = [
  { table: 'shops', sealed: 'token_sealed', keyId: 'token_key_id', context: tokenContext },
  { table: 'marketplace_apps', sealed: 'secret_sealed', keyId: 'secret_key_id', context: appSecretContext },
];

export interface KeyUse {
  readonly keyId: string;
  readonly tokens: number;
  readonly appSecrets: number;
}

export interface RotationReport {
  /** Secrets that were sealed anew with the current key. */
  readonly resealed: number;
  readonly uses: readonly KeyUse[];
}

/**
 * Seals every secret that an older key sealed anew with the current one, a row at a time, while the service works: a
 * row that is changed meanwhile is left to the next pass. Replicas may run it at once.
 *
 * Rotation without a stop: add the new key *behind* the current one on every replica; put it first; when the report
 * shows no use of the old key, remove it.
 */
export async function rotateKeys(database: Database, sealer: Sealer, now: Date): Promise<RotationReport> {
  await assertKeysKnown(database, sealer);
  let resealed = 0;
  for (const store of STORES) resealed += await resealStore(database, sealer, store);
  const uses = await keyUses(database);
  if (resealed > 0) {
    await database.transaction((tx) =>
      recordAudit(tx, {
        ...SYSTEM_ACTOR,
        action: 'keys.rotated',
        subject: sealer.currentKeyId,
        details: { resealed },
        at: now,
      }),
    );
  }
  return { resealed, uses };
}

async function resealStore(database: Database, sealer: Sealer, store: Store): Promise<number> {
  const rows = await database.query<{ id: string; sealed: string }>(
    `SELECT id, ${store.sealed} AS sealed FROM ${store.table}
     WHERE ${store.keyId} IS NOT NULL AND ${store.keyId} <> $1`,
    [sealer.currentKeyId],
  );
  let count = 0;
  for (const row of rows) {
    const secret = await sealer.open(row.sealed, store.context(row.id));
    const { sealed, keyId } = await sealer.seal(secret, store.context(row.id));
    const changed = await database.query(
      `UPDATE ${store.table} SET ${store.sealed} = $2, ${store.keyId} = $3
       WHERE id = $1 AND ${store.sealed} = $4 RETURNING id`,
      [row.id, sealed, keyId, row.sealed],
    );
    count += changed.length;
  }
  return count;
}

export async function keyUses(database: Database): Promise<KeyUse[]> {
  return database.query<{ keyId: string; tokens: number; appSecrets: number }>(
    `SELECT key_id AS "keyId", sum(tokens)::int AS tokens, sum(app_secrets)::int AS "appSecrets" FROM (
       SELECT token_key_id AS key_id, 1 AS tokens, 0 AS app_secrets FROM shops WHERE token_key_id IS NOT NULL
       UNION ALL SELECT secret_key_id, 0, 1 FROM marketplace_apps
     ) AS used GROUP BY key_id ORDER BY key_id`,
  );
}

/** @throws ConfigError when a stored secret could not be opened: better no start than a shop that fails later. */
async function assertKeysKnown(database: Database, sealer: Sealer): Promise<void> {
  const unknown = (await keyUses(database)).filter(({ keyId }) => !sealer.keyIds.includes(keyId));
  if (unknown.length === 0) return;
  const list = unknown.map((use) => `${use.keyId} (${use.tokens} tokens, ${use.appSecrets} app secrets)`);
  throw new ConfigError(
    `AUTH_MASTER_KEYS lacks keys that sealed stored secrets: ${list.join(', ')}. Put them back behind the current key.`,
  );
}
