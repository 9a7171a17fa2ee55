import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.js';

export interface TestNats {
  readonly url: string;
  close(): Promise<void>;
}

/** A real nats-server with JetStream of its own for one suite: up in tens of milliseconds, so nothing is shared. */
export async function startTestNats(): Promise<TestNats> {
  const binary = process.env.TEST_NATS_SERVER_BIN;
  if (binary === undefined || binary === '') {
    throw new Error(
      'TEST_NATS_SERVER_BIN is not set: run the tests with `npm test`, which finds a nats-server.',
    );
  }
  const dir = await mkdtemp(join(tmpdir(), 'omni-nats-'));
  const child = spawn(binary, ['-js', '-sd', dir, '-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', dir], {
    stdio: 'ignore',
  });
  const portsFile = join(dir, `nats-server_${child.pid}.ports`);
  const url = await waitFor('nats-server to write its port', async () => {
    const text = await readFile(portsFile, 'utf8').catch(() => '');
    return (JSON.parse(text === '' ? '{}' : text) as { nats?: string[] }).nats?.[0];
  });
  return { url, close: () => stop(child, dir) };
}

async function stop(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  await rm(dir, { recursive: true, force: true });
}
