import { randomUUID } from 'node:crypto';
import { insertOf, type Transaction } from '#runtime';

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

/**
 * Takes the lease when nobody holds it, by the database's clock. Undefined when somebody does, or still has a
 * transaction open under an expired one: never waits for it, for that holder may itself be about to wait for the run
 * that the caller has locked.
 */
export async function takeLease(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  kind: string,
  leaseMs: number = LEASE_MS,
): Promise<Lease | undefined> {
  const taken = insertOf({ shop_id: shopId, kind, fence: 1, holder: replica }, 2);
  const [first] = await tx.query<{ fence: number }>(
    `INSERT INTO sync_leases (expires_at, ${taken.names})
     VALUES (clock_timestamp() + $1 * interval '1 ms', ${taken.parameters})
     ON CONFLICT (shop_id, kind) DO NOTHING RETURNING fence`,
    [leaseMs, ...taken.values],
  );
  const [row] =
    first !== undefined
      ? [first]
      : await tx.query<{ fence: number }>(
          `WITH free AS (
             SELECT shop_id, kind FROM sync_leases
             WHERE shop_id = $1 AND kind = $2 AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED
           )
           UPDATE sync_leases AS lease
           SET fence = lease.fence + 1, holder = $3, expires_at = clock_timestamp() + $4 * interval '1 ms'
           FROM free WHERE lease.shop_id = free.shop_id AND lease.kind = free.kind RETURNING lease.fence`,
          [shopId, kind, replica, leaseMs],
        );
  return row === undefined ? undefined : { shopId, kind, fence: row.fence, leaseMs };
}

/**
 * Ends the database session that still has a transaction open under a lease that ended more than a whole lease ago. A
 * holder that is paused between two statements has been thrown out by then (see `Database`); this is for one that is
 * paused in the middle of a COPY, where the server waits for it without end.
 */
export async function throwOutHolder(
  db: Pick<Transaction, 'query'>,
  shopId: string,
  kind: string,
  leaseMs: number = LEASE_MS,
): Promise<boolean> {
  const rows = await db.query<{ isEnded: boolean }>(
    `SELECT pg_terminate_backend(locks.pid) AS "isEnded" FROM sync_leases AS lease
     JOIN pg_locks AS locks ON locks.locktype = 'transactionid' AND locks.transactionid = lease.xmax AND locks.granted
     WHERE lease.shop_id = $1 AND lease.kind = $2 AND lease.expires_at < clock_timestamp() - $3 * interval '1 ms'`,
    [shopId, kind, leaseMs],
  );
  return rows.some(({ isEnded }) => isEnded);
}

/**
 * The first statement of each of the holder's transactions: prolongs the lease and locks it until the commit, so that
 * no successor can begin in between. The fence alone decides: a lease that has run out while nobody took it is still
 * this holder's.
 * @throws LeaseLost
 */
export async function proveLease(tx: Pick<Transaction, 'query'>, lease: Lease): Promise<void> {
  const rows = await tx.query(
    `UPDATE sync_leases SET expires_at = clock_timestamp() + $4 * interval '1 ms'
     WHERE shop_id = $1 AND kind = $2 AND fence = $3 RETURNING 1 AS held`,
    [lease.shopId, lease.kind, lease.fence, lease.leaseMs],
  );
  if (rows.length === 0)
    throw new LeaseLost(`the lease of ${lease.kind} for shop ${lease.shopId} has passed on`);
}

/** The fence rises: a heartbeat that is still on its way must not prolong what nobody holds. */
export async function releaseLease(tx: Pick<Transaction, 'query'>, lease: Lease): Promise<void> {
  await tx.query(
    'UPDATE sync_leases SET fence = fence + 1, expires_at = clock_timestamp() WHERE shop_id = $1 AND kind = $2 AND fence = $3',
    [lease.shopId, lease.kind, lease.fence],
  );
}
