import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What reached the gateway. `fields` holds each top-level value as text: strings unquoted, the rest as it was written. */
export interface SeenCall {
  path: string | undefined;
  body: string;
  fields: Map<string, string>;
}

export type Reply =
  | { result: unknown; date?: Date }
  | { code: number; message?: string; date?: Date; region?: string }
  | { status: number; body?: string; headers?: Record<string, string> }
  /** Exactly this text as an answer with HTTP 200. */
  | { text: string }
  | { fault: 'cut' | 'cut_in_body' | 'silence' | 'stall_in_body' };

export interface FakeGateway {
  url: string;
  calls: SeenCall[];
  /** Answers in turn; the last one again and again. */
  reply(...replies: Reply[]): void;
  close(): Promise<void>;
}

export const FAKE_SECRET = 'fakeSecret0123456789abcdef';

/**
 * A small Temu of its own, written without a line of the connector, so that both readings of the protocol check each
 * other: wrong signature and secrets on the wire are answered with 3000001.
 */
export async function startFakeGateway(): Promise<FakeGateway> {
  const calls: SeenCall[] = [];
  let replies: Reply[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const call = { path: request.url, body, fields: topLevelFields(body) };
      calls.push(call);
      const next = replies.length > 1 ? replies.shift() : replies[0];
      if (!isSigned(call.fields) || body.includes(FAKE_SECRET)) send(response, { code: 3000001 });
      else send(response, next ?? { code: 2000000, message: 'the test prepared no answer' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/us`,
    calls,
    reply(...next) {
      replies = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, reply: Reply): void {
  if ('fault' in reply) {
    if (reply.fault === 'cut') response.destroy();
    if (reply.fault === 'cut_in_body' || reply.fault === 'stall_in_body') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"success":true,"errorCode":1000000,"result":{"totalItem', () => {
        if (reply.fault === 'cut_in_body') response.destroy();
      });
    }
    return;
  }
  if ('status' in reply) {
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body ?? 'upstream error');
    return;
  }
  if ('date' in reply && reply.date) response.setHeader('Date', reply.date.toUTCString());
  response.setHeader('content-type', 'application/json');
  if ('text' in reply) response.end(reply.text);
  else if ('code' in reply) {
    response.end(
      JSON.stringify({
        success: false,
        errorCode: reply.code,
        errorMsg: reply.message ?? `code ${reply.code}`,
        requestId: 'us-00000000-fake',
      }),
    );
  } else {
    const rest = { success: true, errorCode: 1000000, errorMsg: '', requestId: 'us-00000000-fake' };
    response.end(JSON.stringify({ ...rest, result: reply.result }));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function isSigned(fields: Map<string, string>): boolean {
  const names = [...fields.keys()].filter((name) => name !== 'sign').sort();
  const base = names.map((name) => name + fields.get(name)).join('');
  const digest = createHash('md5')
    .update(FAKE_SECRET + base + FAKE_SECRET)
    .digest('hex');
  return fields.get('sign') === digest.toUpperCase();
}

/** Cuts a compact JSON object at its top-level commas, so that numbers keep every digit. */
function topLevelFields(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  const inner = body.slice(1, -1);
  let depth = 0;
  let inString = false;
  let start = 0;
  for (let i = 0; i <= inner.length; i += 1) {
    const char = inner[i];
    if (inString) {
      if (char === '\\') i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if ((char === ',' && depth === 0) || char === undefined) {
      const member = inner.slice(start, i);
      const colon = member.indexOf('":') + 1;
      const value = member.slice(colon + 1);
      fields.set(JSON.parse(member.slice(0, colon)), value.startsWith('"') ? JSON.parse(value) : value);
      start = i + 1;
    }
  }
  return fields;
}
