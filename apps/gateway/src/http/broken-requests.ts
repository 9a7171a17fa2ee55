import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HttpProblem, type Problem, toProblem } from './problem.js';

/** What Node's parser gave up on never becomes a request: the answer is written to the socket. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = toProblem(problemOf(error.code), randomUUID());
  const body = JSON.stringify(problem);
  const head = Object.entries({ ...headersOf(problem), 'content-length': Buffer.byteLength(body) });
  const lines = head.map(([name, value]) => `${name}: ${value}`);
  const text = [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, ...lines, '', body].join(
    '\r\n',
  );
  socket.end(text, () => socket.destroy());
}

/** `Expect` with anything but `100-continue`, which Node answers by itself otherwise. */
export function answerStrangeExpectations(fastify: FastifyInstance): void {
  fastify.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const error = new HttpProblem(417, 'request.expectation_failed', 'Leave the header Expect out.');
    const problem = toProblem(error, randomUUID());
    const body = JSON.stringify(problem);
    response.writeHead(417, { ...headersOf(problem), 'content-length': Buffer.byteLength(body) }).end(body);
  });
}

function headersOf(problem: Problem): Record<string, string> {
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'x-correlation-id': problem.correlationId,
    connection: 'close',
  };
}

function problemOf(code: string | undefined): HttpProblem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem(
        408,
        'request.timeout',
        'The request did not arrive whole in time. Send it again, faster.',
      );
    case 'HPE_HEADER_OVERFLOW':
      return new HttpProblem(
        431,
        'request.headers_too_large',
        'The headers are larger than 16 KiB. Send less.',
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpProblem(413, 'request.too_large', 'The chunk extensions are too large. Leave them out.');
    default:
      return new HttpProblem(400, 'request.malformed_http', 'The request could not be read as HTTP/1.1.');
  }
}
