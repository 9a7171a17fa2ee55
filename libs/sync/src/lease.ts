import { randomUUID } from 'node:crypto';
import type { Transaction } from '#runtime';

/**
 * How long a holder that says nothing keeps its right. A holder paused inside a transaction is thrown out earlier by
 * `idle_in_transaction_session_timeout` (see `Database`), so it can neither block nor write after its lease has passed on.
 */
export const LEASE_MS = 15_000;

/** Another replica holds the lease, or this one was too slow: nothing may be written any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface Lease {
  readonly shopId: string;
  readonly kind: string;
  /** Rises with every holder; each transaction of the holder proves that it is still the last. */
  readonly fence: number;
  readonly leaseMs: number;
}

const replica = randomUUID();

/** Takes the lease when nobody holds it, by the database's clock. Undefined when somebody does. */
export async function takeLease(
  tx: Transaction,
  shopId: string,
  kind: string,
  leaseMs: number = LEASE_MS,
): Promise<Lease | undefined> {
  const [row] = await tx.query<{ fence: number }>(
    `INSERT INTO sync_leases AS lease (shop_id, kind, fence, holder, expires_at)
     VALUES ($1, $2, 1, $3, clock_timestamp() + $4 * interval '1 ms')
     ON CONFLICT (shop_id, kind) DO UPDATE
       SET fence = lease.fence + 1, holder = excluded.holder, expires_at = excluded.expires_at
       WHERE lease.expires_at <= clock_timestamp()
     RETURNING fence`,
    [shopId, kind, replica, leaseMs],
  );
  return row === undefined ? undefined : { shopId, kind, fence: row.fence, leaseMs };
}

/**
 * The first statement of each of the holder's transactions: prolongs the lease and locks it until the commit, so that
 * no successor can begin in between.
 * @throws LeaseLost
 */
export async function proveLease(tx: Pick<Transaction, 'query'>, lease: Lease): Promise<void> {
  const rows = await tx.query(
    `UPDATE sync_leases SET expires_at = clock_timestamp() + $4 * interval '1 ms'
     WHERE shop_id = $1 AND kind = $2 AND fence = $3 AND expires_at > clock_timestamp() RETURNING 1 AS held`,
    [lease.shopId, lease.kind, lease.fence, lease.leaseMs],
  );
  if (rows.length === 0)
    throw new LeaseLost(`the lease of ${lease.kind} for shop ${lease.shopId} has passed on`);
}

export async function releaseLease(tx: Pick<Transaction, 'query'>, lease: Lease): Promise<void> {
  await tx.query(
    'UPDATE sync_leases SET expires_at = clock_timestamp() WHERE shop_id = $1 AND kind = $2 AND fence = $3',
    [lease.shopId, lease.kind, lease.fence],
  );
}
