import type { NatsConnection } from '@nats-io/transport-node';
import {
  type ArgumentsHost,
  Catch,
  type DynamicModule,
  Global,
  Module,
  type RpcExceptionFilter,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { type AnsweringContext, type BroadcastDescriptor, healthSubject } from '#contracts';
import { createLogger, type Database, type Logger, NestLogger, runProcess } from '#runtime';
import { Backlog } from './backlog.js';
import { CallerCheck } from './caller-signature.js';
import { connectNats } from './connection.js';
import { goesToInbox, NatsStrategy } from './nats-strategy.js';
import { OutboxRelay } from './outbox-relay.js';
import { RpcClient } from './rpc-client.js';
import { scheduledJobs } from './scheduled-jobs.js';
import { OwnStream } from './streams.js';

/** Tells every replica that listens now; nobody waits for an answer. */
export class Broadcaster {
  constructor(private readonly connection: NatsConnection) {}

  send<Data>(broadcast: BroadcastDescriptor<Data>, data: Data): void {
    if (this.connection.isClosed() || this.connection.isDraining()) return;
    this.connection.publish(broadcast.subject, JSON.stringify(data));
  }
}

/** Leaves the error as it was thrown: the transport decides what the caller may read of it. */
@Catch()
class AsThrown implements RpcExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

@Global()
@Module({})
class ServiceParts {}

export interface ServiceOptions {
  readonly context: AnsweringContext;
  readonly natsUrl: string;
  /** CALLER_PUBLIC_KEYS: whose signature under a person's call is believed. */
  readonly callerKeys: string;
  readonly module: Type | DynamicModule;
  /** Providers that modules may inject by class: the service's `Database` and what `main.ts` has made. */
  readonly database?: Database;
  readonly parts?: readonly { provide: Type | symbol; useValue: unknown }[];
  readonly logger?: Logger;
  /** What `main.ts` has opened beside the database. */
  readonly onClose?: () => Promise<void>;
}

export const LOGGER = Symbol('logger');

export interface RunningService {
  get<T>(token: Type<T> | symbol): T;
  readonly connection: NatsConnection;
  close(): Promise<void>;
}

/** Starts a service on its bus: Nest container, transport, outbox relay, health answer. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const logger = options.logger ?? createLogger(`${options.context}-service`);
  const callers = new CallerCheck(options.callerKeys);
  const connection = await connectNats(options.natsUrl, `${options.context}-service`);
  const { database } = options;
  // The relay's first event must find it.
  const stream = await OwnStream.keep(connection, options.context);
  const relay =
    database === undefined ? undefined : new OutboxRelay(database, connection, options.context, logger);
  const parts = [
    { provide: LOGGER, useValue: logger },
    { provide: RpcClient, useValue: new RpcClient(connection) },
    { provide: Backlog, useValue: new Backlog(connection, options.context) },
    { provide: Broadcaster, useValue: new Broadcaster(connection) },
    ...(database === undefined ? [] : [{ provide: databaseToken(database), useValue: database }]),
    ...(relay === undefined ? [] : [{ provide: OutboxRelay, useValue: relay }]),
    ...(options.parts ?? []),
  ];
  const root: DynamicModule = {
    module: ServiceParts,
    imports: [options.module as Type],
    providers: parts,
    exports: parts.map((part) => part.provide),
  };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(root, {
    strategy: new NatsStrategy(connection, options.context, callers, logger),
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new AsThrown());
  await app.listen();
  connection.subscribe(healthSubject(options.context), {
    queue: options.context,
    callback: (_error, message) => {
      if (!goesToInbox(message)) return;
      health(database)
        .then((text) => message.respond(text))
        .catch(() => undefined); // the connection has gone meanwhile
    },
  });
  relay?.start();
  // The operator's way to see that what should run by itself does.
  for (const job of scheduledJobs(app)) logger.info(`scheduled: ${job}`);
  return {
    get: (token) => app.get(token, { strict: false }),
    connection,
    close: async () => {
      await app.close();
      await relay?.close();
      stream.close();
      await connection.drain();
      await options.onClose?.();
      await database?.close();
    },
  };
}

function databaseToken(database: Database): Type {
  return database.constructor as Type;
}

async function health(database: Database | undefined): Promise<string> {
  try {
    await database?.query('SELECT 1');
    return 'ok';
  } catch {
    return 'database';
  }
}

/** A service's `main`: start, tell the parent, stop when told. */
export async function runService(
  name: string,
  prepare: (logger: Logger) => Promise<ServiceOptions>,
): Promise<void> {
  const logger = createLogger(name);
  await runProcess(logger, async () => {
    const service = await startService({ logger, ...(await prepare(logger)) });
    return { stop: () => service.close() };
  });
}
