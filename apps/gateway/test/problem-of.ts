import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Answer } from './gateway-harness.js';

export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fields?: { field: string; message: string }[];
  readonly correlationId: string;
}

/** Checks what every refusal must be, and hands it back. */
export function problemOf(answer: Answer, status: number, code: string): ProblemBody {
  const body = answer.body as ProblemBody;
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(body.status, status);
  assert.equal(body.code, code);
  assert.notEqual(body.title, code, 'the catalogue has a title');
  assert.equal(answer.headers.get('x-correlation-id'), body.correlationId);
  assert.doesNotMatch(answer.text, /\.[jt]s:\d+|node_modules|\bat \w+ \(/);
  return body;
}

/** Writes a text to the server and reads until it closes the connection. */
export async function rawAnswer(url: string, text: string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n', 2);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const isJson = headers.get('content-type')?.includes('json') ?? false;
  return {
    status: Number(first.split(' ')[1]),
    headers,
    text: body,
    body: isJson ? (JSON.parse(body) as unknown) : null,
  };
}
