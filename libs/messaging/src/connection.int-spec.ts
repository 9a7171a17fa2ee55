import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError } from '#runtime';
import { startTestNats } from '#testing';
import { BUS_LIMIT_BYTES } from './bus-limit.js';
import { connectNats } from './connection.js';

describe('connecting to NATS', () => {
  for (const maxPayload of ['1MB', String(BUS_LIMIT_BYTES - 1)]) {
    test(`a server that takes messages of ${maxPayload} only is refused, with the remedy`, async () => {
      const nats = await startTestNats({ maxPayload });
      try {
        await assert.rejects(connectNats(nats.url, 'connection-spec'), (error) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, /takes messages of at most \d+ bytes; 8388608 are needed/);
          assert.match(error.message, /max_payload: 8MB/);
          return true;
        });
      } finally {
        await nats.close();
      }
    });
  }

  for (const maxPayload of ['8MB', '16MB']) {
    test(`a server that takes ${maxPayload} is taken`, async () => {
      const nats = await startTestNats({ maxPayload });
      try {
        const connection = await connectNats(nats.url, 'connection-spec');
        assert.ok((connection.info?.max_payload ?? 0) >= BUS_LIMIT_BYTES);
        await connection.close();
      } finally {
        await nats.close();
      }
    });
  }

  test('nobody there: the address and the remedy', async () => {
    await assert.rejects(
      connectNats('nats://127.0.0.1:1', 'connection-spec'),
      /127\.0\.0\.1:1 does not answer/,
    );
  });
});
