import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { Context } from '#contracts';
import type { Database, Logger } from '#runtime';
import { describeError } from '#runtime';
import { ensureStream } from './streams.js';

/** Header of an event: the correlation id of what it came of. */
export const CORRELATION_HEADER = 'correlation-id';

const BATCH = 16;
/** Once so many bytes are taken, no further event is: large ones must not decide how much memory the service needs. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** Long enough for a large one to be stored by a busy bus. */
const PUBLISH_TIMEOUT_MS = 10_000;
const IDLE_MS = 500;
const AFTER_FAILURE_MS = 1_000;
/** Published rows are kept for a look back, then pruned. */
const KEEP_PUBLISHED = '1 hour';
const PRUNE_EVERY_MS = 60_000;

interface OutboxRow {
  id: number;
  message_id: string;
  subject: string;
  payload: string;
  created_at: Date;
  correlation_id: string | null;
  /** How many were locked, those included that are too many at once. */
  locked: number;
}

/** The sizes are known without reading the payloads. $1: what was refused the last time; it takes nobody's place. */
const TAKE = `
  WITH locked AS (
    SELECT id, octet_length(payload) AS bytes FROM outbox
    WHERE published_at IS NULL ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ), sized AS (
    SELECT id, sum(bytes) OVER (ORDER BY id = ANY($1::bigint[]), id) - bytes AS before, count(*) OVER () AS locked
    FROM locked
  )
  SELECT outbox.id, message_id, subject, payload, created_at, correlation_id, locked
  FROM sized JOIN outbox USING (id) WHERE before < ${BATCH_BYTES} ORDER BY outbox.id`;

/**
 * Publishes what the outbox holds and is not yet published: a flag, never `id > last`, because ids are taken before
 * their transactions commit. Any number of replicas may run one; they skip each other's rows.
 */
export class OutboxRelay {
  private readonly client: JetStreamClient;
  private isClosed = false;
  private wakeUp: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private prunedAt = 0;
  private refused: readonly number[] = [];

  constructor(
    private readonly database: Database,
    private readonly connection: NatsConnection,
    private readonly context: Context,
    private readonly logger: Logger,
  ) {
    this.client = jetstream(connection);
  }

  start(): void {
    this.running = this.run();
  }

  /** Call after a commit that wrote to the outbox; without it the relay looks twice a second. */
  wake(): void {
    this.wakeUp?.();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    let isFailing = false;
    while (!this.isClosed) {
      let published = 0;
      try {
        const batch = await this.publishBatch();
        published = batch.published;
        if (batch.error !== undefined) throw batch.error;
        if (isFailing) this.logger.info('outbox relay works again');
        isFailing = false;
        if (!batch.isMoreWaiting) await this.pause(IDLE_MS);
        await this.prune();
      } catch (error) {
        if (!isFailing) this.logger.warn({ err: error }, `outbox relay waits: ${describeError(error)}`);
        isFailing = true;
        // The broker may have lost its streams: put them back before the next try.
        await jetstreamManager(this.connection)
          .then((manager) => ensureStream(manager, this.context))
          .catch(() => undefined);
        if (published === 0) await this.pause(AFTER_FAILURE_MS);
      }
    }
  }

  /** What the bus has taken is flagged, also when it refuses another of the batch: that one is tried again alone. */
  private async publishBatch(): Promise<{ published: number; isMoreWaiting: boolean; error?: unknown }> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<OutboxRow>(TAKE, [this.refused]);
      const locked = rows[0]?.locked ?? 0;
      const isMoreWaiting = locked === BATCH || rows.length < locked;
      if (rows.length === 0) return { published: 0, isMoreWaiting };
      const answers = await Promise.allSettled(rows.map((row) => this.publish(row)));
      const published = rows.filter((_, each) => answers[each]?.status === 'fulfilled');
      if (published.length > 0) {
        await tx.query('UPDATE outbox SET published_at = now() WHERE id = ANY($1::bigint[])', [
          published.map((row) => row.id),
        ]);
      }
      this.refused = rows.filter((row) => !published.includes(row)).map((row) => row.id);
      const refused = answers.find((answer) => answer.status === 'rejected');
      return {
        published: published.length,
        isMoreWaiting,
        ...(refused === undefined ? {} : { error: refused.reason }),
      };
    });
  }

  private async publish(row: OutboxRow): Promise<void> {
    await this.client.publish(row.subject, envelope(row), {
      msgID: row.message_id,
      ...(row.correlation_id === null ? {} : { headers: correlated(row.correlation_id) }),
      timeout: PUBLISH_TIMEOUT_MS,
    });
  }

  private async prune(): Promise<void> {
    if (Date.now() - this.prunedAt < PRUNE_EVERY_MS) return;
    this.prunedAt = Date.now();
    await this.database.query(`DELETE FROM outbox WHERE published_at < now() - interval '${KEEP_PUBLISHED}'`);
  }

  private async pause(ms: number): Promise<void> {
    if (this.isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = undefined;
  }
}

function correlated(correlationId: string): MsgHdrs {
  const marked = headers();
  marked.set(CORRELATION_HEADER, correlationId);
  return marked;
}

/** The payload is spliced in as it stands: it was serialised and checked when it was appended. */
function envelope(row: OutboxRow): string {
  const head = JSON.stringify({
    id: row.message_id,
    type: row.subject,
    occurredAt: row.created_at.toISOString(),
  });
  return `${head.slice(0, -1)},"data":${row.payload}}`;
}
