import type { Transaction } from '#runtime';
import { queueRun } from '#sync';

/** What becomes due when orders change; `DueTick` queues what is due and was not queued here. */
export async function queueFollowUps(tx: Pick<Transaction, 'query'>, shopId: string): Promise<void> {
  for (const kind of ['amounts', 'addresses'] as const) {
    await queueRun(tx, { shopId, kind, trigger: 'followup', mode: 'queue' });
  }
}
