import type { NatsConnection } from '@nats-io/transport-node';
import { ANSWERING_CONTEXTS, type Context, healthSubject } from '#contracts';

const TIMEOUT_MS = 1_500;

export type ServiceState = 'ok' | 'database' | 'silent';

export class ServiceHealth {
  constructor(private readonly connection: Pick<NatsConnection, 'request'>) {}

  async check(): Promise<Record<string, ServiceState>> {
    const states = await Promise.all(
      ANSWERING_CONTEXTS.map(async (name) => [name, await this.ask(name)] as const),
    );
    return Object.fromEntries(states);
  }

  private async ask(context: Context): Promise<ServiceState> {
    try {
      const answer = await this.connection.request(healthSubject(context), undefined, {
        timeout: TIMEOUT_MS,
      });
      return answer.string() === 'ok' ? 'ok' : 'database';
    } catch {
      return 'silent';
    }
  }
}
