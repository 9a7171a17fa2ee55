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
  -- Published and pruned within the hour: not worth the time that compressing takes.
  ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
  CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
  CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
`;

/** Well under the bus's limit of 1 MiB, envelope included. */
export const MAX_EVENT_BYTES = 512 * 1024;

/**
 * Records events in the transaction of the change they tell of. The relay publishes them afterwards, at least once.
 * @throws when a payload breaks its own schema or is too large: that is a bug of the producer.
 */
export async function appendToOutbox<Descriptor extends EventDescriptor>(
  tx: Pick<Transaction, 'query'>,
  event: Descriptor,
  batches: readonly EventData<Descriptor>[],
): Promise<void> {
  for (const data of batches) assertFits(event, data);
  await insertPayloads(tx, event, batches.map(serialise));
}

/**
 * The same for an event that carries a list: spread over as many events as the bus's limit asks for, each item
 * serialised once.
 * @param head the event's other fields, the same in each
 */
export async function appendListToOutbox<
  Descriptor extends EventDescriptor,
  List extends string & keyof EventData<Descriptor>,
>(
  tx: Pick<Transaction, 'query'>,
  event: Descriptor,
  head: Omit<EventData<Descriptor>, List>,
  list: List,
  items: EventData<Descriptor>[List] & readonly unknown[],
  maxItems: number,
): Promise<void> {
  const start = `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(list)}:[`;
  const payloads: string[] = [];
  for (let from = 0; from < items.length; from += maxItems) {
    const part = items.slice(from, from + maxItems);
    assertFits(event, { ...head, [list]: part });
    payloads.push(...spread(start, part.map(serialise)));
  }
  await insertPayloads(tx, event, payloads);
}

/** Ends a payload with the item that would carry it over half of the limit. */
function spread(start: string, items: readonly string[]): string[] {
  const payloads: string[] = [];
  let held: string[] = [];
  let bytes = 0;
  for (const item of items) {
    held.push(item);
    bytes += Buffer.byteLength(item);
    if (bytes < MAX_EVENT_BYTES / 2) continue;
    payloads.push(`${start}${held.join(',')}]}`);
    held = [];
    bytes = 0;
  }
  return held.length === 0 ? payloads : [...payloads, `${start}${held.join(',')}]}`];
}

/** Without NUL, which no consumer could store: PostgreSQL's text cannot hold it. */
function serialise(data: unknown): string {
  const text = JSON.stringify(data);
  if (!text.includes('\\u0000')) return text;
  return JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\u0000', '') : value,
  );
}

function assertFits(event: EventDescriptor, data: unknown): void {
  if (event.validator.Check(data)) return;
  const [first] = event.validator.Errors(data);
  throw new Error(`${event.subject} breaks its schema: ${JSON.stringify(first)}`);
}

async function insertPayloads(
  tx: Pick<Transaction, 'query'>,
  event: EventDescriptor,
  payloads: readonly string[],
): Promise<void> {
  if (payloads.length === 0) return;
  if (payloads.some((payload) => Buffer.byteLength(payload) > MAX_EVENT_BYTES)) {
    throw new Error(`${event.subject} is too large; split the batch`);
  }
  // A parameter each: a text array would be quoted here and unquoted there, which large payloads feel.
  const rows = payloads.map((_, index) => `($1, $${2 * index + 2}::uuid, $${2 * index + 3})`);
  await tx.query(`INSERT INTO outbox (subject, message_id, payload) VALUES ${rows.join(', ')}`, [
    event.subject,
    ...payloads.flatMap((payload) => [randomUUID(), payload]),
  ]);
}
