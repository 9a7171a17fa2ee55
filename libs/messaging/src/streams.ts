import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { type Context, DEAD_LETTER_STREAM, DEAD_LETTER_SUBJECTS, streamOf, streamSubjects } from '#contracts';

const nanos = (ms: number): number => ms * 1_000_000;
const DAY_MS = 86_400_000;

/** Events can be emitted again from their owner's tables, so a week is for consumers that were away. */
const EVENT_MAX_AGE_MS = 7 * DAY_MS;
/** The relay publishes again after a lost ack within seconds; two minutes cover a broker restart. */
const DUPLICATE_WINDOW_MS = 120_000;
/** A handler says `working()` at half of it. */
export const ACK_WAIT_MS = 30_000;
const MAX_ACK_PENDING = 256;

/** Creates what is missing; the same call with equal settings changes nothing. */
export async function ensureStream(manager: JetStreamManager, context: Context): Promise<void> {
  await manager.streams.add({
    name: streamOf(context),
    subjects: [streamSubjects(context)],
    max_age: nanos(EVENT_MAX_AGE_MS),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  });
}

export async function ensureDeadLetterStream(manager: JetStreamManager): Promise<void> {
  await manager.streams.add({
    name: DEAD_LETTER_STREAM,
    subjects: [DEAD_LETTER_SUBJECTS],
    max_age: nanos(30 * DAY_MS),
  });
}

/** One durable has one filter (server 2.9). It never gives up by count. */
export async function ensureDurable(
  manager: JetStreamManager,
  context: Context,
  durable: string,
  subject: string,
): Promise<void> {
  await manager.consumers.add(streamOf(context), {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: -1,
    max_ack_pending: MAX_ACK_PENDING,
  });
}
