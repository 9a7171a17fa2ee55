import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { ANSWERING_CONTEXTS, streamOf } from '#contracts';
import { connectNats } from '#messaging';
import { isList, isObject, type Json } from './dump-line.js';

export interface ToldEvent {
  readonly subject: string;
  readonly data: Json;
}

/** A field that says what an event is about, in the words of before and after: an id, a number. */
const IDENTITY = /(Id|Sn|Number)$/;

/** The last event about each thing, of all streams; an event of a list counts as one for each of its records. */
export async function lastEvents(natsUrl: string): Promise<ToldEvent[]> {
  const connection = await connectNats(natsUrl, 'dump');
  try {
    const manager = await jetstreamManager(connection);
    const last = new Map<string, ToldEvent>();
    for (const context of ANSWERING_CONTEXTS) {
      const stream = streamOf(context);
      const known = await manager.streams.info(stream).catch(() => undefined);
      if (known === undefined || known.state.messages === 0) continue;
      const { name } = await manager.consumers.add(stream, {
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.All,
        inactive_threshold: 60_000_000_000,
      });
      const consumer = await jetstream(connection).consumers.get(stream, name);
      let left = known.state.messages;
      for await (const message of await consumer.consume()) {
        const { data } = JSON.parse(message.string()) as { data: Json };
        for (const each of recordsOf(data))
          last.set(`${message.subject} ${identityOf(each)}`, { subject: message.subject, data: each });
        left -= 1;
        if (left === 0) break;
      }
    }
    return [...last.values()];
  } finally {
    await connection.close();
  }
}

/** `{ shopId, orders: [a, b] }` as `{ shopId, orders: a }` and `{ shopId, orders: b }`. */
function recordsOf(data: Json): Json[] {
  if (!isObject(data)) return [data];
  const list = Object.entries(data).find(
    ([, value]) => isList(value) && value.some((each) => isObject(each)),
  );
  if (list === undefined) return [data];
  const [field, records] = list;
  return isList(records) ? records.map((each) => ({ ...data, [field]: each })) : [data];
}

function identityOf(data: Json): string {
  if (!isObject(data)) return '';
  const parts = Object.entries(data).flatMap(([key, value]) => {
    if (isObject(value)) return [identityOf(value)];
    return IDENTITY.test(key) && typeof value === 'string' ? [value] : [];
  });
  return parts.join(' ');
}
