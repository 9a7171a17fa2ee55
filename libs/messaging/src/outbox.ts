import { randomUUID } from 'node:crypto';
import type { EventData, EventDescriptor } from '#contracts';
import type { Transaction } from '#runtime';

/** Each service's schema has this table; a migration of the service creates it. */
export const OUTBOX_DDL = `
  CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid NOT NULL,
    subject text NOT NULL,
    payload text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
  );
  CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
  CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
`;

/** Well under the bus's limit of 1 MiB, envelope included. */
export const MAX_EVENT_BYTES = 512 * 1024;

/**
 * Records an event in the transaction of the change it tells of. The relay publishes it afterwards, at least once.
 * @throws when the payload breaks its own schema or is too large: that is a bug of the producer.
 */
export async function appendToOutbox<Descriptor extends EventDescriptor>(
  tx: Transaction,
  event: Descriptor,
  batches: readonly EventData<Descriptor>[],
): Promise<void> {
  if (batches.length === 0) return;
  const payloads = batches.map((data) => {
    if (!event.validator.Check(data)) {
      const [first] = event.validator.Errors(data);
      throw new Error(`${event.subject} breaks its schema: ${JSON.stringify(first)}`);
    }
    const payload = JSON.stringify(data);
    if (Buffer.byteLength(payload) > MAX_EVENT_BYTES)
      throw new Error(`${event.subject} is too large; split the batch`);
    return payload;
  });
  await tx.query(
    `INSERT INTO outbox (message_id, subject, payload)
     SELECT message_id, $1, payload FROM unnest($2::uuid[], $3::text[]) AS batch (message_id, payload)`,
    [event.subject, payloads.map(() => randomUUID()), payloads],
  );
}
