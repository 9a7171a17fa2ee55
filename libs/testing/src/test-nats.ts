import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.js';

export interface TestNats {
  readonly url: string;
  /** Ends the server with SIGKILL; clients find nobody until `start`. */
  kill(): Promise<void>;
  /** Starts it again at the same address, with the store it had or, `wiped`, with an empty one. */
  start(options?: { readonly wiped?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/**
 * A real nats-server with JetStream of its own for one suite: up in tens of milliseconds, so nothing is shared.
 * @param options.maxPayload as nats-server's configuration has it
 */
export async function startTestNats({
  maxPayload = '8MB',
}: {
  readonly maxPayload?: string;
} = {}): Promise<TestNats> {
  const binary = process.env.TEST_NATS_SERVER_BIN;
  if (binary === undefined || binary === '') {
    throw new Error(
      'TEST_NATS_SERVER_BIN is not set: run the tests with `npm test`, which finds a nats-server.',
    );
  }
  const dir = await mkdtemp(join(tmpdir(), 'omni-nats-'));
  const store = join(dir, 'store');
  await writeFile(join(dir, 'nats.conf'), `max_payload: ${maxPayload}\n`);
  let server = await launch(binary, dir, store, '-1');
  const { url } = server;
  return {
    url,
    kill: () => end(server.child, 'SIGKILL'),
    start: async ({ wiped = false } = {}) => {
      if (wiped) await rm(store, { recursive: true, force: true });
      server = await launch(binary, dir, store, new URL(url).port);
    },
    close: async () => {
      await end(server.child, 'SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

async function launch(binary: string, dir: string, store: string, port: string): Promise<Server> {
  const child = spawn(
    binary,
    [
      ...['-c', join(dir, 'nats.conf'), '-js', '-sd', store],
      ...['-a', '127.0.0.1', '-p', port, '--ports_file_dir', dir],
    ],
    { stdio: 'ignore' },
  );
  const portsFile = join(dir, `nats-server_${child.pid}.ports`);
  const url = await waitFor('nats-server to write its port', async () => {
    if (child.exitCode !== null) throw new Error(`nats-server ended at once with ${child.exitCode}`);
    const text = await readFile(portsFile, 'utf8').catch(() => '');
    return (JSON.parse(text === '' ? '{}' : text) as { nats?: string[] }).nats?.[0];
  });
  return { child, url };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
