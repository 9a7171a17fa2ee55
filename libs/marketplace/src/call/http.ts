import { Agent, type Dispatcher, request } from 'undici';
import { english, type Said, say } from '#said';

export interface HttpAnswer {
  status: number;
  text: string;
  /** The `Date` header, if it was there and could be read. */
  date: Date | null;
  retryAfterMs: number | null;
}

export type TransportFault = 'unreachable' | 'deadline' | 'aborted' | 'cut' | 'too_large';

/** No whole answer came. `sent` is false only where the request surely never left. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  constructor(
    readonly fault: TransportFault,
    readonly sent: boolean,
    /** The system's code, e.g. `ECONNRESET`. */
    readonly code: string | null,
    readonly what: Said,
  ) {
    super(english(what));
  }
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, sent as it is. */
  readonly body?: string | undefined;
}

export interface HttpPoster {
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>;
  postJson(url: URL, body: string, signal?: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface HttpPosterOptions {
  /** Deadline of one exchange: connecting, sending, waiting and reading the whole body. */
  timeoutMs: number;
  maxAnswerBytes: number;
  /** Sockets per host. */
  connections: number;
}

const NEVER_SENT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function createHttpPoster(options: HttpPosterOptions): HttpPoster {
  const agent = new Agent({
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connectTimeout: options.timeoutMs,
    // The deadline below covers these two, and covers them together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const poster: HttpPoster = {
    postJson: (url, body, signal) => poster.send({ method: 'POST', url, body }, signal),

    async send({ method, url, headers, body }, signal) {
      const deadline = startDeadline(options.timeoutMs, signal);
      try {
        const answer = await request(url, {
          method,
          headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
          body: body ?? null,
          dispatcher: agent,
          signal: deadline.signal,
        });
        const text = await readBounded(answer.body, options.maxAnswerBytes);
        return {
          status: answer.statusCode,
          text,
          date: parseHttpDate(answer.headers.date),
          retryAfterMs: parseRetryAfter(answer.headers['retry-after']),
        };
      } catch (error) {
        throw toTransportError(error, deadline.endedBy(), options.timeoutMs);
      } finally {
        deadline.clear();
      }
    },
    async close() {
      await agent.destroy();
    },
  };
  return poster;
}

/**
 * A deadline of our own joined with the caller's signal. Not `AbortSignal.any`: on Node 20 each use stays attached to
 * the caller's signal, which lives as long as a sync run of thousands of calls.
 */
function startDeadline(timeoutMs: number, callerSignal: AbortSignal | undefined) {
  const controller = new AbortController();
  let cause: 'deadline' | 'aborted' | null = null;
  const end = (by: 'deadline' | 'aborted') => {
    cause ??= by;
    controller.abort();
  };
  const timer = setTimeout(() => end('deadline'), timeoutMs);
  const onCallerAbort = () => end('aborted');
  if (callerSignal?.aborted) onCallerAbort();
  callerSignal?.addEventListener('abort', onCallerAbort, { once: true });
  return {
    signal: controller.signal,
    endedBy: () => cause,
    clear: () => {
      clearTimeout(timer);
      callerSignal?.removeEventListener('abort', onCallerAbort);
    },
  };
}

/** Reads to the end, so that the socket can be used again; a body over the bound ends the connection. */
async function readBounded(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > maxBytes) {
      // Leaving the loop destroys the body and with it the connection.
      throw new TransportError('too_large', true, null, say('transport.too_large', { bytes: maxBytes }));
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toTransportError(
  error: unknown,
  endedBy: 'deadline' | 'aborted' | null,
  timeoutMs: number,
): TransportError {
  if (error instanceof TransportError) return error;
  if (endedBy === 'deadline') {
    return new TransportError('deadline', true, null, say('transport.deadline', { ms: timeoutMs }));
  }
  if (endedBy === 'aborted') return new TransportError('aborted', true, null, say('transport.aborted'));
  const code = errorCode(error);
  return code !== null && NEVER_SENT_CODES.has(code)
    ? new TransportError('unreachable', false, code, say('transport.unreachable'))
    : new TransportError('cut', true, code, say('transport.cut'));
}

function errorCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Happy eyeballs joins one error per address.
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  return error.cause === undefined ? null : errorCode(error.cause);
}

function parseHttpDate(header: string | string[] | undefined): Date | null {
  if (typeof header !== 'string') return null;
  const ms = Date.parse(header);
  return Number.isNaN(ms) ? null : new Date(ms);
}

function parseRetryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/^\d{1,5}$/.test(header)) return null;
  return Number(header) * 1000;
}
