import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkAnswer, checkRequest } from './openapi.fixture.js';

/** What reached the server. */
export interface SeenCall {
  method: string;
  path: string;
  /** Without app key, time and signature. */
  query: Record<string, string>;
  timestamp: number;
  token: string | undefined;
  body: unknown;
}

export type Reply =
  /** An answer that TikTok's OpenAPI files allow. */
  | { data: unknown; date?: Date }
  /** One that they do not. */
  | { odd: unknown; date?: Date }
  | { code: number; message?: string; status?: number; date?: Date; retryAfter?: number }
  | { status: number; text: string }
  | { fault: 'cut' };

export interface FakeTikTok {
  url: string;
  calls: SeenCall[];
  /** What is wrong with a request, or with an answer of the test's own; each fails its call too. */
  complaints: string[];
  /** Answers in turn; the last one again and again. */
  reply(...replies: Reply[]): void;
  close(): Promise<void>;
}

export const FAKE_KEY = 'sbxAppKey6demo';
export const FAKE_SECRET = 'sbxSecret0123456789abcdef';

/**
 * A small TikTok Shop of its own, written without a line of the connector, so that both readings of the protocol check each
 * other. Requests must be signed and allowed by TikTok's OpenAPI files.
 */
export async function startFakeTikTok(): Promise<FakeTikTok> {
  const calls: SeenCall[] = [];
  const complaints: string[] = [];
  let replies: Reply[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const url = new URL(request.url ?? '', 'http://fake');
      const method = request.method ?? '';
      const { app_key: key, sign, timestamp, ...query } = Object.fromEntries(url.searchParams);
      const isToken = url.pathname.startsWith('/api/v2/token/');
      const token = request.headers['x-tts-access-token'];
      calls.push({
        method,
        path: url.pathname,
        query,
        timestamp: Number(timestamp),
        token: typeof token === 'string' ? token : undefined,
        body: body === '' ? undefined : JSON.parse(body),
      });
      const next = (replies.length > 1 ? replies.shift() : replies[0]) ?? { code: 1, message: 'no answer' };
      try {
        if (!isToken) {
          checkRequest(method, url.pathname, url.searchParams, request.headers, body);
          if ('data' in next) checkAnswer(method, url.pathname, envelopeOf(next.data));
          if (sign !== signatureOf(url, body)) {
            send(response, { code: 106001, message: 'Invalid parameter: sign' });
            return;
          }
        }
        if (key !== FAKE_KEY) complaints.push(`app key ${key}`);
      } catch (error) {
        complaints.push(error instanceof Error ? error.message : String(error));
        send(response, { code: 999, message: complaints.at(-1) ?? '' });
        return;
      }
      send(response, next);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    complaints,
    reply(...next) {
      replies = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const REQUEST_ID = '20260101000000INVENTED0000000001';

function envelopeOf(data: unknown): unknown {
  return { code: 0, message: 'Success', request_id: REQUEST_ID, data };
}

function send(response: ServerResponse, reply: Reply): void {
  if ('fault' in reply) {
    response.destroy();
    return;
  }
  if ('text' in reply) {
    response.writeHead(reply.status);
    response.end(reply.text);
    return;
  }
  if (reply.date) response.setHeader('Date', reply.date.toUTCString());
  response.setHeader('content-type', 'application/json');
  if ('code' in reply) {
    if (reply.retryAfter !== undefined) response.setHeader('retry-after', String(reply.retryAfter));
    response.statusCode = reply.status ?? 200;
    response.end(
      JSON.stringify({
        code: reply.code,
        message: reply.message ?? `code ${reply.code}`,
        request_id: REQUEST_ID,
      }),
    );
    return;
  }
  response.end(JSON.stringify(envelopeOf('data' in reply ? reply.data : reply.odd)));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A second writing of the rule. */
function signatureOf({ pathname, searchParams }: URL, body: string): string {
  const pairs = [...searchParams.entries()].filter(([name]) => name !== 'sign' && name !== 'access_token');
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = [FAKE_SECRET, pathname, ...pairs.flat(), body, FAKE_SECRET].join('');
  return createHmac('sha256', FAKE_SECRET).update(text).digest('hex');
}
