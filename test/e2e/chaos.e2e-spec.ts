import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';

const CHAOS = join(import.meta.dirname, '../../../scripts/chaos.mjs');
/** The first twelve actions of every seed are one of each kind. */
const SHORT = ['--seed', '3', '--minutes', '0.75', '--gap', '3', '--settle', '3'];
const SMALL = ['--shops', '3', '--orders', '60', '--products', '20', '--changes', '3'];
const DONE_TO = ['kill gateway', 'kill auth', 'kill order', 'kill product', 'kill analytics', 'pause'];
const SERVERS = ['kill-postgres', 'kill-nats', 'wipe-nats'];

test('killed at random with every fault on, everything is equal to the truth afterwards', async () => {
  const child = spawn(process.execPath, [CHAOS, ...SHORT, ...SMALL], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, output);
  const [, doneTo = ''] = /- Done to: (.*)/.exec(output) ?? [];
  for (const kind of [...DONE_TO, ...SERVERS])
    assert.ok(doneTo.includes(kind), `${kind} is missing in ${doneTo}`);
});
