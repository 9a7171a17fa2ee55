import type { NatsConnection } from '@nats-io/transport-node';
import type { BroadcastDescriptor } from '#contracts';
import { describeError, type Logger } from '#runtime';

/** What the services say to everybody who listens now: caches to drop, progress to show. */
export class Broadcasts {
  constructor(
    private readonly connection: Pick<NatsConnection, 'subscribe'>,
    private readonly logger: Logger,
  ) {}

  /** Returns how to stop listening. */
  hear<Data>(broadcast: BroadcastDescriptor<Data>, handler: (data: Data) => void): () => void {
    const subscription = this.connection.subscribe(broadcast.subject, {
      callback: (error, message) => {
        if (error !== null) {
          this.logger.error({ err: error }, `subscription ${broadcast.subject} failed`);
          return;
        }
        try {
          handler(message.json<Data>());
        } catch (cause) {
          this.logger.error({ err: cause }, `broadcast ${broadcast.subject}: ${describeError(cause)}`);
        }
      },
    });
    return () => subscription.unsubscribe();
  }
}
