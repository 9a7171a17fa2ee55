import { AckPolicy, DeliverPolicy, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
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
    // Nobody takes single events away, not by a detour either: the server itself refuses it, whoever asks.
    deny_delete: true,
    deny_purge: true,
  });
}

export async function ensureDeadLetterStream(manager: JetStreamManager): Promise<void> {
  await manager.streams.add({
    name: DEAD_LETTER_STREAM,
    subjects: [DEAD_LETTER_SUBJECTS],
    max_age: nanos(30 * DAY_MS),
    // A letter that is given again is deleted; all at once they never are.
    deny_purge: true,
  });
}

const KEEP_EVERY_MS = 5_000;

/**
 * Keeps the stream of a service there for as long as it runs: only the owner may make it, and consumers of a broker that
 * has lost everything wait for it even while the owner has nothing to say.
 */
export class OwnStream {
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly context: Context,
  ) {}

  static async keep(connection: NatsConnection, context: Context): Promise<OwnStream> {
    const stream = new OwnStream(connection, context);
    await stream.ensure();
    // A bus that is away is asked again; its connection says so in the log.
    stream.timer = setInterval(() => void stream.ensure().catch(() => undefined), KEEP_EVERY_MS);
    return stream;
  }

  private async ensure(): Promise<void> {
    await ensureStream(await jetstreamManager(this.connection), this.context);
  }

  close(): void {
    clearInterval(this.timer);
  }
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
