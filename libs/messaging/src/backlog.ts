import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Context, durableName, type EventDescriptor, type PurposeOf, streamOf } from '#contracts';

/** Tells what still waits on the bus for a consumer of this service. */
export class Backlog {
  constructor(
    private readonly connection: NatsConnection,
    private readonly context: Context,
  ) {}

  /**
   * True when every event that the stream holds has been delivered once and is settled, those excepted that are tried
   * again: nothing of what is missing here will arrive by itself.
   * @throws when the durable is not there (a broker that lost it gets it back within seconds).
   */
  async isDrained<Descriptor extends EventDescriptor>(
    event: Descriptor,
    purpose: PurposeOf<Descriptor>,
  ): Promise<boolean> {
    const manager = await jetstreamManager(this.connection);
    return isDrained(
      await manager.consumers.info(streamOf(event.context), durableName(this.context, purpose)),
    );
  }
}

export function isDrained(
  info: Pick<ConsumerInfo, 'num_pending' | 'num_ack_pending' | 'num_redelivered'>,
): boolean {
  return info.num_pending === 0 && info.num_ack_pending <= info.num_redelivered;
}
