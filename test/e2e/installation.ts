import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SANDBOX_CONTROL_TOKEN, SandboxControl, waitFor } from '#testing';

const ROOT = join(import.meta.dirname, '../../..');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface SignIn {
  readonly email: string;
  readonly password: string;
}

/** A whole Temu Omni as `npm start` brings it up, with ports and data of its own. */
export class Installation {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly dataDir: string,
    private readonly gatewayPort: number,
    private readonly sandboxPort: number,
    private readonly root: string,
  ) {}

  /** @param root another checkout than this one */
  static async create(root: string = ROOT): Promise<Installation> {
    const dataDir = await mkdtemp(join(tmpdir(), 'omni-e2e-'));
    return new Installation(dataDir, await freePort(), await freePort(), root);
  }

  get page(): string {
    return `http://localhost:${this.gatewayPort}`;
  }

  get sandbox(): string {
    return `http://127.0.0.1:${this.sandboxPort}`;
  }

  /** All that the launcher has printed, the first password included. */
  get printed(): string {
    return this.output;
  }

  /** Resolves when the launcher says that all is running. */
  async start(env: Record<string, string> = {}): Promise<void> {
    this.output = '';
    const child = spawn(process.execPath, [join(this.root, 'scripts/start.mjs')], {
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        OMNI_DATA_DIR: this.dataDir,
        GATEWAY_PORT: String(this.gatewayPort),
        SANDBOX_PORT: String(this.sandboxPort),
        SANDBOX_CONTROL: '1',
        SANDBOX_CONTROL_TOKEN,
        // A parameter that the API does not know is refused, not ignored (peer failure 5).
        SANDBOX_STRICT: '1',
        RATE_LIMIT_PER_MINUTE: '0',
        ...env,
      },
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    await waitFor(
      'npm start to say that it is running',
      () => {
        if (child.exitCode !== null)
          throw new Error(`npm start ended with ${child.exitCode}:\n${this.output}`);
        return this.output.includes('is running');
      },
      180_000,
    );
  }

  /** What the box says of the sign-in; only the first start says the password. */
  get signIn(): SignIn {
    const [, email, password] = /Sign in +(\S+) +password (\S+)/.exec(this.output) ?? [];
    if (email === undefined || password === undefined) throw new Error(`no sign-in in:\n${this.output}`);
    return { email, password };
  }

  /** SIGKILL to the launcher and everything below it, at once. */
  async killAll(): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined) return;
    const gone = once(child, 'exit');
    const pids = await descendants(child.pid);
    for (const pid of [child.pid, ...pids]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was quicker.
      }
    }
    await gone;
    this.child = undefined;
  }

  /** Everything that runs below the launcher, Postgres' sessions included. */
  async pids(): Promise<number[]> {
    return this.child?.pid === undefined ? [] : descendants(this.child.pid);
  }

  /** @param service folder below `apps` */
  async pidOf(service: string): Promise<number> {
    for (const pid of await this.pids()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes(join('apps', service, 'src', 'main.js'))) return pid;
    }
    throw new Error(`${service} is not running`);
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    await gone;
    this.child = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    const location = await readFile(join(this.dataDir, 'pg-location.json'), 'utf8').catch(() => '{}');
    const { folder } = JSON.parse(location) as { folder?: string };
    for (const each of [this.dataDir, ...(folder === undefined ? [] : [folder])]) {
      await rm(each, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** Every log line that the parts have written. */
  async logs(): Promise<string> {
    const folder = join(this.dataDir, 'logs');
    const files = await readdir(folder);
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    return texts.join('\n');
  }

  /** Everything that NATS has written to disk, as text. */
  async streams(): Promise<string> {
    const folder = join(this.dataDir, 'nats', 'store');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
  }

  /** `KEY=value` pairs that the launcher leaves for tools. */
  async variables(): Promise<ReadonlyMap<string, string>> {
    const text = await readFile(join(this.dataDir, 'omni.env'), 'utf8');
    const pairs = text.split('\n').flatMap((line) => {
      const [, name, value] = /^([A-Z0-9_]+)=['"]?(.*?)['"]?$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
    return new Map(pairs);
  }

  control<T>(...asked: Parameters<SandboxControl['control']>): Promise<T> {
    return new SandboxControl(this.sandbox).control(...asked);
  }
}

async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const [, parent] = /\) \S (\d+)/.exec(stat) ?? [];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const found: number[] = [];
  for (let level = [pid]; level.length > 0; ) {
    level = [...parents].filter(([, parent]) => level.includes(parent)).map(([child]) => child);
    found.push(...level);
  }
  return found;
}
