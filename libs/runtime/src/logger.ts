import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

const correlation = new AsyncLocalStorage<string>();

/** Runs `work` so that every log line and outgoing message in it carries the id. */
export function withCorrelation<T>(correlationId: string, work: () => T): T {
  return correlation.run(correlationId, work);
}

export function currentCorrelationId(): string {
  return correlation.getStore() ?? randomUUID();
}

/** Names of fields whose values never reach a log. */
const SECRET_FIELDS = [
  'password',
  'secret',
  'appSecret',
  'token',
  'accessToken',
  'refreshToken',
  'access_token',
  'authorization',
  'cookie',
  // An authorization's. That of an error is logged as `errorCode`.
  'code',
];

/** An error as it is logged; causes are within the stack as well. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  /** Our stable code, a SQLSTATE, or the one of a broken socket. */
  readonly errorCode?: string | number;
  readonly cause?: Pick<LoggedError, 'type' | 'errorCode'>;
}

/**
 * Of an error only what is named here: what else libraries hang on one (the parameters of a statement, the row that broke
 * a constraint, a request with its headers) may hold secrets and personal data. What is no error is left to `redact`.
 */
function loggedError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { type, message, stack } = pino.stdSerializers.err(thrown);
  return {
    type,
    message,
    stack,
    ...errorCodeOf(thrown),
    ...(thrown.cause instanceof Error
      ? { cause: { type: thrown.cause.name, ...errorCodeOf(thrown.cause) } }
      : {}),
  } satisfies LoggedError;
}

function errorCodeOf(error: Error): Pick<LoggedError, 'errorCode'> {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? { errorCode: code } : {};
}

/** @param destination left out: the standard output */
export function createLogger(
  service: string,
  level: string = process.env.LOG_LEVEL ?? 'info',
  destination?: DestinationStream,
): Logger {
  const options: LoggerOptions = {
    name: service,
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: loggedError },
    redact: {
      paths: [
        ...SECRET_FIELDS,
        ...SECRET_FIELDS.map((field) => `*.${field}`),
        ...SECRET_FIELDS.map((field) => `*.*.${field}`),
      ],
      censor: '[redacted]',
    },
    mixin: () => {
      const correlationId = correlation.getStore();
      return correlationId === undefined ? {} : { correlationId };
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Nest's own lines through pino; its start-up chatter stays at debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}

export type { Logger } from 'pino';
