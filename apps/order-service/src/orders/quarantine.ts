import type { UnreadableRecord } from '#marketplace';
import type { Transaction } from '#runtime';

/** Keeps what could not be understood, raw and with its reason; its neighbours go on. Returns how many. */
export async function quarantineOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  unreadable: readonly UnreadableRecord[],
): Promise<number> {
  if (unreadable.length === 0) return 0;
  const byId = new Map(
    unreadable.map((record) => [storable(record.platformId ?? `without id: ${record.reason}`), record]),
  );
  await tx.query(
    `INSERT INTO quarantine AS known (shop_id, kind, platform_id, reason, raw)
     SELECT $1, 'orders', id, reason, raw FROM unnest($2::text[], $3::text[], $4::text[]) AS listed (id, reason, raw)
     ON CONFLICT (shop_id, kind, platform_id) DO UPDATE
       SET reason = excluded.reason, raw = excluded.raw, last_seen_at = now(), sightings = known.sightings + 1,
           resolved_at = NULL`,
    [
      shopId,
      [...byId.keys()],
      [...byId.values()].map((record) => storable(record.reason)),
      [...byId.values()].map((record) => storable(record.raw)),
    ],
  );
  return byId.size;
}

/** What could be stored now has left quarantine; the row stays as its history. */
export async function resolveQuarantined(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<void> {
  if (parentOrderSns.length === 0) return;
  await tx.query(
    `UPDATE quarantine SET resolved_at = now()
     WHERE shop_id = $1 AND kind = 'orders' AND platform_id = ANY($2::text[]) AND resolved_at IS NULL`,
    [shopId, parentOrderSns.map(storable)],
  );
}

/** PostgreSQL's text holds no NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '');
}
