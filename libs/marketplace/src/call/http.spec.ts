import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createHttpPoster, type HttpPoster, TransportError } from './http.js';

let server: Server;
let url: URL;
let poster: HttpPoster;
let answer: (response: ServerResponse) => void;
let connections = 0;

before(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  poster = createHttpPoster({ timeoutMs: 5_000, maxAnswerBytes: 1_000, connections: 2 });
});
after(async () => {
  await poster.close();
  server.closeAllConnections();
  server.close();
});

describe('the HTTP poster', () => {
  test('reads an answer whole, whatever its status, and uses its sockets again', async () => {
    answer = (response) => {
      response.writeHead(503, { 'retry-after': '7' });
      response.end('upstreäm');
    };
    for (let i = 0; i < 20; i += 1) {
      const { status, text, retryAfterMs, date } = await poster.postJson(url, '{}');
      assert.deepEqual([status, text, retryAfterMs], [503, 'upstreäm', 7_000]);
      assert.ok(date instanceof Date);
    }
    assert.ok(connections <= 2, `${connections} sockets for 20 calls`);
  });

  test('does not swallow an answer without end', async () => {
    answer = (response) => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(500)));
        response.once('drain', pour);
      };
      pour();
    };
    await assert.rejects(
      poster.postJson(url, '{}'),
      (error: unknown) => error instanceof TransportError && error.fault === 'too_large' && error.sent,
    );
  });

  test('a Date that is none is null', async () => {
    answer = (response) => {
      response.setHeader('date', 'yesterday');
      response.end('{}');
    };
    assert.equal((await poster.postJson(url, '{}')).date, null);
  });

  test('does not follow a redirect: the body holds a token', async () => {
    answer = (response) => {
      response.writeHead(307, { location: url.href });
      response.end();
    };
    assert.equal((await poster.postJson(url, '{}')).status, 307);
  });

  test("leaves nothing behind on the caller's signal", async () => {
    answer = (response) => response.end('{}');
    const caller = new AbortController();
    let listening = 0;
    const { signal } = caller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listening += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listening -= 1;
      remove(...args);
    };
    for (let i = 0; i < 5; i += 1) await poster.postJson(url, '{}', signal);
    assert.equal(listening, 0);
  });
});
