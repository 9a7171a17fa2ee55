import { type Caller, type GrantView, type Right, shopsWithRight } from '#contracts';
import type { Transaction } from '#runtime';
import { GRANTS_OF_USER } from '../accounts/grants.js';
import { lockPeopleShared } from './people.js';

/**
 * The caller with the shops for which the right is held *now*: between a request and what it does in the end a grant may
 * have been withdrawn, the person disabled. Whoever changes grants waits for this transaction, and this for them.
 */
export async function withCurrentReach(tx: Transaction, caller: Caller, right: Right): Promise<Caller> {
  if (caller.userId === null) return caller;
  await lockPeopleShared(tx);
  const [person] = await tx.query<{ grants: GrantView[] }>(
    `SELECT ${GRANTS_OF_USER} AS grants FROM users u WHERE u.id = $1 AND u.is_active`,
    [caller.userId],
  );
  return { ...caller, shopIds: inBoth(caller.shopIds, shopsWithRight(person?.grants ?? [], right)) };
}

/** Null is all shops. */
function inBoth(one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null {
  if (one === null) return other;
  return other === null ? one : one.filter((shopId) => other.includes(shopId));
}
