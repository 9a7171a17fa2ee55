import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { takeLock, withLock } from './lock.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-lock-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('the second one is told who holds the lock; after the release it may have it', () => {
  const file = path.join(folder, 'a.lock');
  const first = takeLock(file, { what: 'npm start' });
  assert.equal(first.taken, true);
  const second = takeLock(file);
  assert.ok(!second.taken);
  assert.equal(second.holder.what, 'npm start');
  assert.equal(second.holder.pid, process.pid);
  if (first.taken) first.release();
  assert.equal(takeLock(file).taken, true);
  assert.deepEqual(fs.readdirSync(folder), ['a.lock']);
});

test('a lock of a dead process, and of a living one that merely has its pid, is taken over', async () => {
  const file = path.join(folder, 'b.lock');
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  fs.writeFileSync(file, JSON.stringify({ pid: dead.pid, startedAt: '1' }));
  const taken = takeLock(file);
  assert.ok(taken.taken);
  taken.release();
  fs.writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
  assert.equal(takeLock(file).taken, true);
});

test('a damaged lock file does not block', () => {
  const file = path.join(folder, 'c.lock');
  fs.writeFileSync(file, '{"pid":');
  assert.equal(takeLock(file).taken, true);
});

test('work under a lock is done one after the other', async () => {
  const file = path.join(folder, 'd.lock');
  let inside = 0;
  let waited = 0;
  const work = async () => {
    inside += 1;
    assert.equal(inside, 1);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all([withLock(file, work), withLock(file, work, () => (waited += 1))]);
  assert.equal(waited, 1);
});
