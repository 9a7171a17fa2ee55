import { randomUUID } from 'node:crypto';
import { type JetStreamManager, jetstream, jetstreamManager, type MsgRequest } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { DEAD_LETTER_STREAM, DEAD_LETTER_SUBJECTS, readDeadLetterSubject } from '#contracts';

/** An event that a consumer could not take, for a reason that trying again does not change. */
export interface DeadLetter {
  /** For `replayDeadLetter`. */
  readonly id: number;
  readonly durable: string;
  readonly subject: string;
  readonly reason: string;
  readonly at: string;
}

/** How many each consumer has. */
export async function countDeadLetters(connection: NatsConnection): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const [subject, count] of await subjectsOf(await jetstreamManager(connection))) {
    const { durable } = readDeadLetterSubject(subject);
    counts.set(durable, (counts.get(durable) ?? 0) + count);
  }
  return counts;
}

/** The oldest first; of one consumer, or of all. */
export async function listDeadLetters(
  connection: NatsConnection,
  { durable, limit }: { readonly durable?: string; readonly limit: number },
): Promise<DeadLetter[]> {
  const manager = await jetstreamManager(connection);
  const filter = durable === undefined ? DEAD_LETTER_SUBJECTS : `dlq.${durable}.>`;
  const found: DeadLetter[] = [];
  for (let from = 1; found.length < limit; ) {
    const message = await manager.streams.getMessage(DEAD_LETTER_STREAM, next(from, filter));
    if (message === null) break;
    found.push({
      id: message.seq,
      ...readDeadLetterSubject(message.subject),
      reason: message.header.get('reason'),
      at: message.time.toISOString(),
    });
    from = message.seq + 1;
  }
  return found;
}

/**
 * Publishes the event once more under its own subject: everyone who consumes it gets it again, which changes nothing
 * for those who had taken it. Refused again, it becomes a new dead letter. Needs a user who may publish the subject.
 * @returns the letter, or undefined when there is none of that id.
 */
export async function replayDeadLetter(
  connection: NatsConnection,
  id: number,
): Promise<Pick<DeadLetter, 'durable' | 'subject'> | undefined> {
  const manager = await jetstreamManager(connection);
  const message = await manager.streams.getMessage(DEAD_LETTER_STREAM, { seq: id }).catch(() => null);
  if (message === null) return undefined;
  const letter = readDeadLetterSubject(message.subject);
  // An id of its own: within the duplicate window the stream would drop a second of the same.
  await jetstream(connection).publish(letter.subject, message.data, { msgID: `replay-${randomUUID()}` });
  await manager.streams.deleteMessage(DEAD_LETTER_STREAM, id);
  return letter;
}

/** The server knows it since 2.9; the client's types only for its direct reads, which the stream does not allow. */
function next(seq: number, subject: string): MsgRequest {
  return { seq, next_by_subj: subject } as MsgRequest;
}

/** Empty while no consumer has ever started: the stream is made then. */
async function subjectsOf(manager: JetStreamManager): Promise<[string, number][]> {
  const info = await manager.streams
    .info(DEAD_LETTER_STREAM, { subjects_filter: DEAD_LETTER_SUBJECTS })
    .catch((error: unknown) => {
      if (error instanceof Error && error.message.includes('not found')) return undefined;
      throw error;
    });
  return Object.entries(info?.state.subjects ?? {});
}
