import { english, type InputCode, inputFault, type Said, say, sayOfField } from '#said';

/** What to do about an error; decides the HTTP status and whether asking again can help. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unavailable'
  | 'timeout'
  | 'internal';

/** Facts about an error that may be shown to the caller: no secrets, no personal data. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** One refused field: where, and what to write instead. */
export interface FieldError {
  readonly field: string;
  readonly why: Said;
}

export function refusedField<Code extends InputCode>(
  field: string,
  ...fault: Parameters<typeof inputFault<Code>>
): FieldError {
  return { field, why: sayOfField(inputFault(...fault), field) };
}

/**
 * Every error that this software raises on purpose. `code` is stable and documented (`shop.needs_reauthorization`);
 * the message names the thing and the remedy. Anything else that is thrown is a bug and leaves as `internal`.
 */
export class AppError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'AppError';
  }
}

export function invalid(code: string, message: string, fields: readonly FieldError[] = []): AppError {
  return new AppError('invalid', code, message, fields.length > 0 ? { fields } : {});
}

export function notFound(code: string, message: string): AppError {
  return new AppError('not_found', code, message);
}

export function conflict(code: string, message: string, details: ErrorDetails = {}): AppError {
  return new AppError('conflict', code, message, details);
}

export function forbidden(code: string, message: string): AppError {
  return new AppError('forbidden', code, message);
}

/** How an error travels between services. */
export interface ErrorBody {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly details: ErrorDetails;
  readonly correlationId: string;
}

/**
 * Connection exceptions, shutdown, cancelled statements, resources, lock and serialisation conflicts, a transaction that
 * idled too long; and sockets that break.
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    /^(08|53|57|40|55P|25P03)/.test(code) ||
    /^(ECONN|EPIPE|ETIMEDOUT)/.test(code) ||
    /Connection terminated|timeout exceeded|connection error and is not queryable/i.test(describeError(error))
  );
}

/**
 * What the data of one record did to PostgreSQL: `exception` (class 22, and 54000, an index row that is too large) fails
 * each time; `integrity` (class 23) may have been caused by another transaction. Undefined: the fault is not the record's.
 */
export function dataFaultOf(error: unknown): 'exception' | 'integrity' | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  if (/^22[0-9A-Z]{3}$/.test(code) || code === '54000') return 'exception';
  return /^23[0-9A-Z]{3}$/.test(code) ? 'integrity' : undefined;
}

/** A bug's text stays in the log; the caller gets a reference. A database that is away is no bug: asking again helps. */
export function toErrorBody(error: unknown, correlationId: string): ErrorBody {
  if (error instanceof AppError) {
    return {
      code: error.code,
      kind: error.kind,
      message: error.message,
      details: error.details,
      correlationId,
    };
  }
  if (isDatabaseAway(error)) {
    return {
      code: 'service.database_away',
      kind: 'unavailable',
      ...told(say('error.database_away')),
      correlationId,
    };
  }
  return {
    code: 'internal',
    kind: 'internal',
    ...told(say('error.internal', { reference: correlationId })),
    correlationId,
  };
}

function told(why: Said): Pick<ErrorBody, 'message' | 'details'> {
  return { message: english(why), details: { why } };
}

export function fromErrorBody(body: ErrorBody): AppError {
  return new AppError(body.kind, body.code, body.message, body.details);
}

/** Text of whatever was thrown, for logs. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
