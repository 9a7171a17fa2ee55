import type { Transaction } from '#runtime';
import { queueFollowUps } from '#sync';

/** What is to be asked of orders that are new or have changed. */
export function queueOrderFollowUps(tx: Pick<Transaction, 'query'>, shopId: string): Promise<void> {
  return queueFollowUps(tx, shopId, ['amounts', 'addresses']);
}
