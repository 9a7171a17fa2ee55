import { randomUUID } from 'node:crypto';
import type { EventData, EventDescriptor } from '#contracts';
import { currentCorrelationId, expressionsOf, storableJson, type Transaction } from '#runtime';
import { MAX_EVENT_BYTES } from './bus-limit.js';

/** Each service's schema has this table; a migration of the service creates it. */
export const OUTBOX_DDL = `
  CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid NOT NULL,
    subject text NOT NULL,
    payload text NOT NULL,
    correlation_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
  );
  -- Published and pruned within the hour: not worth the time that compressing takes.
  ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
  CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
  CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
`;

/** An event of several records ends before it: many at once must not decide how much memory a service needs. */
const LIST_BYTES = 256 * 1024;

/**
 * No event can carry what it was given: against the event's schema, or larger than the bus takes. Of a list, the fault
 * of one record; its neighbours can go without it.
 */
export class EventRefused extends Error {}

/**
 * Records events in the transaction of the change they tell of. The relay publishes them afterwards, at least once.
 * @throws EventRefused, and nothing is recorded.
 */
export async function appendToOutbox<Descriptor extends EventDescriptor>(
  tx: Pick<Transaction, 'query'>,
  event: Descriptor,
  batches: readonly EventData<Descriptor>[],
): Promise<void> {
  for (const data of batches) assertFits(event, data);
  const payloads = batches.map(storableJson);
  for (const [index, payload] of payloads.entries()) assertTravels(event, payload, batches[index]);
  await insertPayloads(tx, event, payloads);
}

/**
 * The same for an event that carries a list: spread over as many events as number and bytes ask for, each item
 * serialised once. A large one has an event of its own.
 * @param head the event's other fields, the same in each
 * @throws EventRefused that names the item
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
    const texts = part.map(storableJson);
    for (const [index, text] of texts.entries()) assertTravels(event, start + text, part[index]);
    payloads.push(...inParts(texts, LIST_BYTES).map((items) => `${start}${items.join(',')}]}`));
  }
  await insertPayloads(tx, event, payloads);
}

/** In their order, each part with at most so many bytes; one text that has more is a part of its own. */
function inParts(texts: readonly string[], maxBytes: number): string[][] {
  const parts: string[][] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text);
    const open = parts.at(-1);
    if (open === undefined || bytes + size > maxBytes) {
      parts.push([text]);
      bytes = size;
    } else {
      open.push(text);
      bytes += size;
    }
  }
  return parts;
}

function assertFits(event: EventDescriptor, data: unknown): void {
  if (event.validator.Check(data)) return;
  const [first] = event.validator.Errors(data);
  throw new EventRefused(`${event.subject} breaks its schema: ${JSON.stringify(first)}`);
}

function assertTravels(event: EventDescriptor, payload: string, of: unknown): void {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= MAX_EVENT_BYTES) return;
  throw new EventRefused(
    `${nameOf(of)} is too large for ${event.subject}: ${bytes} bytes, at most ${MAX_EVENT_BYTES} travel.`,
  );
}

/** By its own ids: `orderNumber 211-1`. */
function nameOf(item: unknown): string {
  const ids = Object.entries(item ?? {}).filter(([key, value]) => /(Number|Id)$/.test(key) && value !== null);
  return ids.length === 0 ? 'a record' : ids.map(([key, value]) => `${key} ${String(value)}`).join(', ');
}

/** Of one statement: more at once would have to fit into one message to the database. */
const STATEMENT_BYTES = 16 * 1024 * 1024;

async function insertPayloads(
  tx: Pick<Transaction, 'query'>,
  event: EventDescriptor,
  payloads: readonly string[],
): Promise<void> {
  for (const part of inParts(payloads, STATEMENT_BYTES)) {
    // A parameter each: a text array would be quoted here and unquoted there, which large payloads feel.
    const rows = part.map((_, index) =>
      expressionsOf({
        subject: '$1',
        correlation_id: '$2',
        message_id: `$${2 * index + 3}::uuid`,
        payload: `$${2 * index + 4}`,
      }),
    );
    await tx.query(
      `INSERT INTO outbox (${rows[0]?.names}) VALUES ${rows.map(({ expressions }) => `(${expressions})`).join(', ')}`,
      [event.subject, currentCorrelationId(), ...part.flatMap((payload) => [randomUUID(), payload])],
    );
  }
}
