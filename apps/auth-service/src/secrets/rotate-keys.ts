import { ConfigError, type Database } from '#runtime';
import { recordAudit, SYSTEM_ACTOR } from '../audit/audit.js';
import {
  accessTokenContext,
  appSecretContext,
  refreshTokenContext,
  type Sealer,
  shopExtrasContext,
  webhookTextContext,
} from './sealer.js';

const RESEALED_A_STEP = 200;

interface Store {
  readonly table: string;
  readonly sealed: string;
  readonly keyId: string;
  readonly context: (id: string) => string;
  /** What is counted, for people. */
  readonly what: string;
}

/** Every place where a sealed secret is stored; a test compares it with the columns that there are. */
export const STORES = {
  tokens: {
    table: 'authorizations',
    sealed: 'access_sealed',
    keyId: 'access_key_id',
    context: accessTokenContext,
    what: 'tokens',
  },
  refreshTokens: {
    table: 'authorizations',
    sealed: 'refresh_sealed',
    keyId: 'refresh_key_id',
    context: refreshTokenContext,
    what: 'refresh tokens',
  },
  formerRefreshTokens: {
    table: 'authorizations',
    sealed: 'former_refresh_sealed',
    keyId: 'former_refresh_key_id',
    context: refreshTokenContext,
    what: 'former refresh tokens',
  },
  shopExtras: {
    table: 'shops',
    sealed: 'extras_sealed',
    keyId: 'extras_key_id',
    context: shopExtrasContext,
    what: 'extras of shops',
  },
  appSecrets: {
    table: 'marketplace_apps',
    sealed: 'secret_sealed',
    keyId: 'secret_key_id',
    context: appSecretContext,
    what: 'app secrets',
  },
  webhooks: {
    table: 'webhooks',
    sealed: 'text_sealed',
    keyId: 'text_key_id',
    context: webhookTextContext,
    what: 'webhooks',
  },
} as const satisfies Record<string, Store>;
type StoreName = keyof typeof STORES;
const STORE_NAMES = Object.keys(STORES) as StoreName[];

/** How much each key has sealed, by store. */
export type KeyUse = { readonly keyId: string } & Readonly<Record<StoreName, number>>;

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
  for (const name of STORE_NAMES) resealed += await resealStore(database, sealer, STORES[name]);
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
  for (let total = 0; ; ) {
    // Named one by one, so that an index leads to the few that are left.
    const rows = await database.query<{ id: string; sealed: string }>(
      `SELECT id, ${store.sealed} AS sealed FROM ${store.table} WHERE ${store.keyId} = ANY ($1) LIMIT $2`,
      [sealer.keyIds.filter((keyId) => keyId !== sealer.currentKeyId), RESEALED_A_STEP],
    );
    for (const row of rows) total += await resealRow(database, sealer, store, row);
    if (rows.length < RESEALED_A_STEP) return total;
  }
}

async function resealRow(
  database: Database,
  sealer: Sealer,
  store: Store,
  row: { readonly id: string; readonly sealed: string },
): Promise<number> {
  const secret = await sealer.open(row.sealed, store.context(row.id));
  const { sealed, keyId } = await sealer.seal(secret, store.context(row.id));
  const changed = await database.query(
    `UPDATE ${store.table} SET ${store.sealed} = $2, ${store.keyId} = $3
     WHERE id = $1 AND ${store.sealed} = $4 RETURNING id`,
    [row.id, sealed, keyId, row.sealed],
  );
  return changed.length;
}

export async function keyUses(database: Database): Promise<KeyUse[]> {
  const counts = STORE_NAMES.map(
    (name) => `coalesce(sum(n) FILTER (WHERE store = '${name}'), 0)::int AS "${name}"`,
  );
  const used = STORE_NAMES.map((name) => {
    const { table, keyId } = STORES[name];
    return `SELECT '${name}' AS store, ${keyId} AS key_id, count(*) AS n FROM ${table} WHERE ${keyId} IS NOT NULL GROUP BY ${keyId}`;
  });
  return database.query<KeyUse>(
    `SELECT key_id AS "keyId", ${counts.join(', ')} FROM (${used.join(' UNION ALL ')}) AS used
     GROUP BY key_id ORDER BY key_id`,
  );
}

/** "2 tokens, 3 app secrets, 120 webhooks" */
export function useText(use: KeyUse): string {
  return STORE_NAMES.map((name) => `${use[name]} ${STORES[name].what}`).join(', ');
}

/** @throws ConfigError when a stored secret could not be opened: better no start than a shop that fails later. */
async function assertKeysKnown(database: Database, sealer: Sealer): Promise<void> {
  const unknown = (await keyUses(database)).filter(({ keyId }) => !sealer.keyIds.includes(keyId));
  if (unknown.length === 0) return;
  const list = unknown.map((use) => `${use.keyId} (${useText(use)})`);
  throw new ConfigError(
    `AUTH_MASTER_KEYS lacks keys that sealed stored secrets: ${list.join(', ')}. Put them back behind the current key.`,
  );
}
