import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inboxPrefix } from '#contracts';
import { ConfigError } from '#runtime';
import { BUS_LIMIT_BYTES } from './bus-limit.js';

/**
 * Connects to NATS and keeps trying for ever once it was there.
 * @param url `nats://user:password@host:port`; the user decides what the service may publish and hear.
 * @throws ConfigError when the first connection fails, or the server has no JetStream or takes only small messages.
 */
export async function connectNats(url: string, name: string): Promise<NatsConnection> {
  const { username, password, host } = new URL(url);
  let connection: NatsConnection;
  try {
    connection = await connect({
      servers: host,
      name,
      ...(username === ''
        ? {}
        : {
            user: decodeURIComponent(username),
            pass: decodeURIComponent(password),
            // The only place where this user may listen for answers.
            inboxPrefix: inboxPrefix(decodeURIComponent(username)),
          }),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      timeout: 5_000,
      // A stack taken with each request costs more than the request; the caller's own error tells where it was asked.
      noAsyncTraces: true,
    });
  } catch (error) {
    throw new ConfigError(
      `NATS at ${host} does not answer (${String(error)}). Start it or correct the NATS URL.`,
    );
  }
  if (connection.info?.jetstream !== true) {
    await connection.close();
    throw new ConfigError(`NATS at ${host} runs without JetStream. Start nats-server with -js.`);
  }
  const { max_payload: allowed } = connection.info;
  if (allowed < BUS_LIMIT_BYTES) {
    await connection.close();
    throw new ConfigError(
      `NATS at ${host} takes messages of at most ${allowed} bytes; ${BUS_LIMIT_BYTES} are needed, because an order with all its lines is one message. Write max_payload: 8MB into the configuration of that nats-server and restart it.`,
    );
  }
  return connection;
}
