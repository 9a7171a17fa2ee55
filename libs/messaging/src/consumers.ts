import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { countDeadLetters } from './dead-letters.js';

/** A durable consumer as the bus sees it. */
export interface ConsumerState {
  readonly durable: string;
  readonly stream: string;
  readonly subject: string;
  /** Events that it was not given yet. */
  readonly pending: number;
  /** Given and not settled yet, those that are tried again included. */
  readonly inFlight: number;
  readonly triedAgain: number;
  /** When it last settled one; null when it never did. */
  readonly lastSettledAt: string | null;
  readonly deadLetters: number;
}

/** Every consumer of events, by name. */
export async function listConsumers(connection: NatsConnection): Promise<ConsumerState[]> {
  const manager = await jetstreamManager(connection);
  const deadLetters = await countDeadLetters(connection);
  const states: ConsumerState[] = [];
  for await (const { config } of manager.streams.list()) {
    if (!config.name.startsWith('EVT_')) continue;
    for await (const info of manager.consumers.list(config.name)) {
      states.push({
        durable: info.name,
        stream: config.name,
        subject: info.config.filter_subject ?? '',
        pending: info.num_pending,
        inFlight: info.num_ack_pending,
        triedAgain: info.num_redelivered,
        lastSettledAt: instant(info.ack_floor.last_active),
        deadLetters: deadLetters.get(info.name) ?? 0,
      });
    }
  }
  return states.sort((a, b) => (a.durable < b.durable ? -1 : 1));
}

/** The client gives a duration here by its types and an instant by the wire. */
function instant(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Everything that the stream still keeps (a week) is given to the consumer again: its durable is removed, and the
 * service makes it anew within seconds, from the first event on. Consumers take the same event twice without harm.
 */
export async function giveAllAgain(
  connection: NatsConnection,
  { stream, durable }: Pick<ConsumerState, 'stream' | 'durable'>,
): Promise<void> {
  const manager = await jetstreamManager(connection);
  await manager.consumers.delete(stream, durable);
}
