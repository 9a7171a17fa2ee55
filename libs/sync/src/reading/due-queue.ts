import { type QuarantinedKind, type Said, say } from '#contracts';
import { type CallContext, isMarketplaceError, type UnreadableRecord } from '#marketplace';
import type { Columns, Database, Transaction } from '#runtime';
import { type Asked, askEach, unreadableOf } from '../quarantine/ask-each.js';
import { quarantine, resolveQuarantined } from '../quarantine/quarantine.js';
import { storeBadApart } from '../quarantine/store-bad-apart.js';
import type { RunContext } from '../runs/run-context.js';

/** About a second of calls: progress shows, and little is asked again after a crash. */
export const DUE_BATCH = 20;

/** After the first miss a minute, then twice as long each time, six hours at most. */
export const RETRY_MINUTES = (attempts: string): string => `least(360, 2 ^ least(${attempts}, 9))`;

/** A record of which something is to be asked. */
export interface DueRecord {
  readonly number: string;
  /** Compared for equality when the answer is stored: a later one means that it must be asked once more. */
  readonly dueAt: Date | null;
}

/** As statements name it. */
export const DUE_COLUMNS = {
  number: ['text', ({ number }) => number],
  dueAt: ['timestamptz', ({ dueAt }) => dueAt],
} satisfies Columns<DueRecord>;

export interface StoredAnswers {
  /** How many records changed. */
  readonly changed: number;
  /** Answers that know less than what is stored, which therefore stays; kept in quarantine. */
  readonly poorer: readonly UnreadableRecord[];
}

/** What is asked of each record by a call of its own: the amounts of an order, its address. */
export interface DueQueue<Due extends DueRecord, Answer extends { readonly number: string }> {
  /** For the log: amounts. */
  readonly what: Said;
  /** As what a record is kept aside whose answer cannot be understood, or that is refused. */
  readonly keptAs: QuarantinedKind;
  /** Nothing of the answers may stand in quarantine in clear. */
  readonly isPersonal: boolean;
  /** Whether they are what the run counts. */
  readonly isProgress: boolean;
  /** Calls under way at once. */
  readonly concurrency: number;
  /** By which quarantine keeps it. Default: its number. */
  idOf?(number: string): string;
  /** The next `DUE_BATCH` of them, the most urgent first. */
  find(shopId: string): Promise<Due[]>;
  /** The given ones, due or not, as long as anybody wants to know. */
  findByNumber(shopId: string, numbers: readonly string[]): Promise<Due[]>;
  count(tx: Transaction, shopId: string): Promise<number>;
  ask(call: CallContext, shopId: string, due: Due): Promise<Answer>;
  /** No answer this time: asked again later, after a growing gap. */
  putOff(due: Due): Answer;
  /** Part of the transaction of a batch. */
  store(tx: Transaction, shopId: string, answers: readonly Answer[]): Promise<StoredAnswers>;
  /** They lie in quarantine now and leave the queue; what was known of them stays. Part of the transaction. */
  setAside(tx: Transaction, shopId: string, refused: readonly Due[]): Promise<void>;
  /** The token lacks the permission. */
  blocked(shopId: string): Promise<void>;
  stored(): void;
}

/**
 * Asks until nothing is due. A queue of single questions isolates as a list does: what cannot be understood lies in
 * quarantine with its answer, what got no answer is put off, and the next goes on. What was answered before an error is
 * kept.
 */
export async function readDueQueue<Due extends DueRecord, Answer extends { readonly number: string }>(
  context: RunContext,
  queue: DueQueue<Due, Answer>,
): Promise<void> {
  const { shopId } = context;
  let oneFirst = true;
  for (let due = await queue.find(shopId); due.length > 0; due = await queue.find(shopId)) {
    const ask = (each: Due) => context.call((call) => queue.ask(call, shopId, each));
    const asked = await askEach(due, queue.concurrency, ask, { oneFirst });
    oneFirst = false;
    await storeBatch(context, queue, asked);
    for (const { item, error } of [...asked.refused, ...asked.putOff])
      await context.log('warn', say('log.of_record', { what: queue.what, id: item.number, why: error.what }));
    if (asked.error === undefined) continue;
    if (isScope(asked.error)) await queue.blocked(shopId);
    throw asked.error;
  }
}

/**
 * Asks once more for what lies in quarantine; what is readable leaves it.
 * @returns those that the marketplace has answered for, all of them
 * @throws when one has no answer; what was answered for the others is kept
 */
export async function askAgain<Due extends DueRecord, Answer extends { readonly number: string }>(
  call: <T>(work: (context: CallContext) => Promise<T>) => Promise<T>,
  database: Pick<Database, 'transaction'>,
  shopId: string,
  queue: DueQueue<Due, Answer>,
  numbers: readonly string[],
): Promise<readonly string[]> {
  const wanted = await queue.findByNumber(shopId, numbers);
  const ask = (each: Due) => call((context) => queue.ask(context, shopId, each));
  const asked = await askEach(wanted, queue.concurrency, ask, { oneFirst: true });
  const isWanted = new Set(wanted.map(({ number }) => number));
  await database.transaction(async (tx) => {
    // Quarantine has set the next try of those without an answer already.
    await storeAsked(tx, shopId, queue, { ...asked, putOff: [] });
    const needless = numbers.filter((number) => !isWanted.has(number));
    await resolveQuarantined(tx, shopId, queue.keptAs, needless.map(idIn(queue)));
  });
  queue.stored();
  const error = asked.error ?? asked.putOff[0]?.error;
  if (error !== undefined) throw error;
  return numbers;
}

async function storeBatch<Due extends DueRecord, Answer extends { readonly number: string }>(
  context: RunContext,
  queue: DueQueue<Due, Answer>,
  asked: Asked<Due, Answer>,
): Promise<void> {
  const done = asked.answers.length + asked.refused.length;
  if (done + asked.putOff.length === 0) return;
  await context.commit(async (tx) => {
    const stored = await storeAsked(tx, context.shopId, queue, asked);
    if (!queue.isProgress) return { quarantinedDelta: stored.quarantined };
    const left = await queue.count(tx, context.shopId);
    return {
      doneDelta: done,
      changedDelta: stored.changed,
      quarantinedDelta: stored.quarantined,
      total: context.run.done + done + left,
    };
  });
  queue.stored();
}

async function storeAsked<Due extends DueRecord, Answer extends { readonly number: string }>(
  tx: Transaction,
  shopId: string,
  queue: DueQueue<Due, Answer>,
  { answers, refused, putOff }: Asked<Due, Answer>,
): Promise<{ changed: number; quarantined: number }> {
  const idOf = idIn(queue);
  const aside = refused.map(({ item, error }) => unreadableOf(idOf(item.number), error, queue));
  const poorer = new Map<string | null, UnreadableRecord>();
  const postponed = putOff.map(({ item }) => queue.putOff(item));
  const { changed, refused: unstorable } = await storeBadApart(tx, [...answers, ...postponed], {
    store: async (group) => {
      const stored = await queue.store(tx, shopId, group);
      for (const record of stored.poorer) poorer.set(record.platformId, record);
      return stored.changed;
    },
    idOf: ({ number }) => idOf(number),
    rawOf: (answer) => (queue.isPersonal ? '{}' : JSON.stringify(answer)),
  });
  const bad = new Set(unstorable.map(({ platformId }) => platformId));
  const outOfQueue = [
    ...refused.map(({ item }) => item),
    ...(bad.size === 0
      ? []
      : await queue.findByNumber(
          shopId,
          numbersIn(answers, (number) => bad.has(idOf(number))),
        )),
  ];
  if (outOfQueue.length > 0) await queue.setAside(tx, shopId, outOfQueue);
  const readable = answers.map(({ number }) => idOf(number)).filter((id) => !bad.has(id) && !poorer.has(id));
  await resolveQuarantined(tx, shopId, queue.keptAs, readable);
  const quarantined = await quarantine(tx, shopId, queue.keptAs, [
    ...aside,
    ...unstorable,
    ...[...poorer.values()].filter(({ platformId }) => !bad.has(platformId)),
  ]);
  return { changed, quarantined };
}

function idIn(queue: { idOf?(number: string): string }): (number: string) => string {
  return (number) => queue.idOf?.(number) ?? number;
}

function numbersIn(answers: readonly { number: string }[], isWanted: (number: string) => boolean): string[] {
  return answers.map(({ number }) => number).filter(isWanted);
}

function isScope(error: unknown): boolean {
  return isMarketplaceError(error) && error.kind === 'scope';
}
