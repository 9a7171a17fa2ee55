import { ConfigError, type Database, type Sealer } from '#runtime';
import { addressContext } from './address-view.js';

const RESEALED_A_STEP = 200;

export interface AddressKeyUse {
  readonly keyId: string;
  readonly addresses: number;
}

export function addressKeyUses(database: Pick<Database, 'query'>): Promise<AddressKeyUse[]> {
  return database.query<{ keyId: string; addresses: number }>(
    `SELECT key_id AS "keyId", count(*)::integer AS addresses FROM order_addresses
     WHERE sealed IS NOT NULL GROUP BY key_id ORDER BY key_id`,
  );
}

/** @throws ConfigError when a stored address could not be opened: better no start than an address that is lost. */
export async function assertAddressKeysKnown(
  database: Pick<Database, 'query'>,
  sealer: Sealer,
): Promise<void> {
  const unknown = (await addressKeyUses(database)).filter(({ keyId }) => !sealer.keyIds.includes(keyId));
  if (unknown.length === 0) return;
  const list = unknown.map(({ keyId, addresses }) => `${keyId} (${addresses} addresses)`);
  throw new ConfigError(
    `ORDER_ADDRESS_KEYS lacks keys that sealed stored addresses: ${list.join(', ')}. Put them back behind the current key.`,
  );
}

/**
 * Seals with the current key what an older one has sealed, while the service works: a row that is changed meanwhile is
 * left to the next pass. Returns how many were sealed anew.
 */
export async function resealAddresses(database: Pick<Database, 'query'>, sealer: Sealer): Promise<number> {
  for (let total = 0; ; ) {
    const rows = await database.query<{ shopId: string; number: string; sealed: string }>(
      `SELECT shop_id AS "shopId", order_number AS number, sealed FROM order_addresses
       WHERE sealed IS NOT NULL AND key_id <> $1 LIMIT ${RESEALED_A_STEP}`,
      [sealer.currentKeyId],
    );
    for (const { shopId, number, sealed } of rows) {
      const context = addressContext(shopId, number);
      const anew = await sealer.seal(await sealer.open(sealed, context), context);
      const changed = await database.query(
        `UPDATE order_addresses SET sealed = $3, key_id = $4
         WHERE shop_id = $1 AND order_number = $2 AND sealed = $5 RETURNING shop_id`,
        [shopId, number, anew.sealed, anew.keyId, sealed],
      );
      total += changed.length;
    }
    if (rows.length < RESEALED_A_STEP) return total;
  }
}
