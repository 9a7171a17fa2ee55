import { type CallContext, isMarketplaceError } from '#marketplace';
import type { Transaction } from '#runtime';
import type { RunContext } from '#sync';

/** About a second of calls: progress shows, and little is asked again after a crash. */
export const DUE_BATCH = 20;

/** After the first miss a minute, then twice as long each time, six hours at most. */
export const RETRY_MINUTES = (attempts: string): string => `least(360, 2 ^ least(${attempts}, 9))`;

/** An order of which something is to be asked. */
export interface DueOrder {
  readonly sn: string;
  /** Compared for equality when the answer is stored: a later one means that it must be asked once more. */
  readonly dueAt: Date;
}

/** What is asked of each order by a call of its own: amounts, addresses. */
export interface DueOrders<Due extends DueOrder, Answer> {
  /** For the log: `amounts`. */
  readonly what: string;
  /** Calls under way at once. */
  readonly concurrency: number;
  /** The next `DUE_BATCH` of them, the most urgent first. */
  find(shopId: string): Promise<Due[]>;
  count(tx: Transaction, shopId: string): Promise<number>;
  ask(call: CallContext, due: Due): Promise<Answer>;
  /** The marketplace refuses this one order: asked again later. */
  refused(due: Due): Answer;
  /** Part of the transaction of a batch; returns how many orders changed. */
  store(tx: Transaction, shopId: string, answers: readonly Answer[]): Promise<number>;
  /** The token lacks the permission. */
  blocked(shopId: string): Promise<void>;
  stored(): void;
}

/** Asks until nothing is due. What was answered before an error is kept. */
export async function readDueOrders<Due extends DueOrder, Answer>(
  context: RunContext,
  orders: DueOrders<Due, Answer>,
): Promise<void> {
  for (let due = await orders.find(context.shopId); due.length > 0; due = await orders.find(context.shopId)) {
    const { answers, error } = await askBatch(context, orders, due);
    if (answers.length > 0) await storeBatch(context, orders, answers);
    if (error === undefined) continue;
    if (isMarketplaceError(error) && error.kind === 'scope') await orders.blocked(context.shopId);
    throw error;
  }
}

/** A few calls at once. The first error that is not the order's own ends the batch; what was answered is kept. */
async function askBatch<Due extends DueOrder, Answer>(
  context: RunContext,
  orders: DueOrders<Due, Answer>,
  batch: readonly Due[],
): Promise<{ answers: Answer[]; error: unknown }> {
  const answers: Answer[] = [];
  const queue = [...batch];
  let error: unknown;
  const askInTurn = async (): Promise<void> => {
    for (let due = queue.shift(); due !== undefined && error === undefined; due = queue.shift()) {
      const asked = due;
      try {
        answers.push(await context.call((call) => orders.ask(call, asked)));
      } catch (thrown) {
        if (isMarketplaceError(thrown) && thrown.kind === 'business') {
          answers.push(orders.refused(asked));
          await context.log('warn', `${orders.what} of ${asked.sn}: ${thrown.message}`);
        } else error ??= thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: orders.concurrency }, askInTurn));
  return { answers, error };
}

async function storeBatch<Due extends DueOrder, Answer>(
  context: RunContext,
  orders: DueOrders<Due, Answer>,
  answers: readonly Answer[],
): Promise<void> {
  await context.commit(async (tx) => {
    const changed = await orders.store(tx, context.shopId, answers);
    const left = await orders.count(tx, context.shopId);
    return {
      doneDelta: answers.length,
      changedDelta: changed,
      total: context.run.done + answers.length + left,
    };
  });
  orders.stored();
}
