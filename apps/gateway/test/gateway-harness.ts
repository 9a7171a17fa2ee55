import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import type { RoleGrant } from '#contracts';
import { RATE_LIMIT_DDL } from '#marketplace';
import { connectNats } from '#messaging';
import { createLogger } from '#runtime';
import { CALLER_PUBLIC_KEYS, createEmptyTestDatabase, rpcAs, startTestNats, waitFor } from '#testing';
import { Broadcasts } from '../src/bus/broadcasts.js';
import { GatewayConfig } from '../src/config.js';
import { createGateway } from '../src/create-gateway.js';

const AUTH_MAIN = fileURLToPath(new URL('../../auth-service/src/main.js', import.meta.url));
export const OWNER = 'owner@omni.example';
export const PASSWORD = 'four unrelated words here';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** The gateway in this process; auth-service as a process of its own, as it runs; Postgres and NATS real. */
export interface GatewayHarness {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly sql: pg.Client;
  /** To answer for a service that does not run here. */
  readonly bus: NatsConnection;
  /** All that auth-service wrote. */
  output(): string;
  /** All that the gateway has logged. */
  gatewayLog(): string;
  readonly ownerPassword: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  signIn(email?: string, password?: string): Promise<{ accessToken: string; refreshToken: string }>;
  /** A user with these grants and a bearer token. */
  person(name: string, grants: readonly RoleGrant[]): Promise<{ id: string; token: string }>;
  /** A shop that is there without a marketplace. */
  shop(name: string): Promise<string>;
  close(): Promise<void>;
}

export async function startGateway(settings: Partial<GatewayConfig> = {}): Promise<GatewayHarness> {
  const nats = await startTestNats();
  const database = await createEmptyTestDatabase();
  const sql = new pg.Client({ connectionString: database.url, options: '-c search_path=auth' });
  await sql.connect();
  await sql.query(RATE_LIMIT_DDL);
  const child = spawn(process.execPath, [AUTH_MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      OMNI_ENV_FILE: '',
      LOG_LEVEL: 'trace',
      AUTH_DATABASE_URL: database.url,
      AUTH_NATS_URL: nats.url,
      CALLER_PUBLIC_KEYS,
      AUTH_MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      CREDENTIAL_LEASE_KEY: randomBytes(32).toString('base64'),
      OWNER_EMAIL: OWNER,
      TEMU_BOOTSTRAP_APPS: 'us:us-app-key:marked-app-secret',
      // Nobody listens there: a call to the marketplace fails at once.
      TEMU_GATEWAY_URL_US: 'http://127.0.0.1:9',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await waitFor(
    'auth-service to start',
    () => {
      if (child.exitCode !== null) throw new Error(`auth-service ended: ${output}`);
      return output.includes('"msg":"ready"');
    },
    120_000,
  ).catch(async (error: unknown) => {
    // Nobody closes what was never handed out: left running, it would hold the suite until its deadline.
    child.kill('SIGKILL');
    await Promise.allSettled([sql.end(), nats.close()]);
    throw new Error(`auth-service did not start; it wrote: ${output}`, { cause: error });
  });
  const ownerPassword = /First start: sign in as \S+ with password (\S+) /.exec(output)?.[1] ?? '';
  const connection = await connectNats(nats.url, 'gateway');
  let gatewayLog = '';
  const logger = createLogger('gateway-test', 'trace', {
    write: (line) => {
      gatewayLog += line;
    },
  });
  const config = Object.assign(new GatewayConfig(), { signInLimitPerMinute: 0 }, settings);
  const app = await createGateway({
    config,
    connection,
    logger,
    rpc: rpcAs('gateway', connection),
    broadcasts: new Broadcasts(connection, logger),
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  const call: GatewayHarness['call'] = async (method, path, { token, body, headers } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : null,
    };
  };
  const signIn: GatewayHarness['signIn'] = async (email = OWNER, password = ownerPassword) => {
    const answer = await call('POST', '/api/v1/auth/sign-in', {
      body: { email, password, transport: 'bearer' },
    });
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.text}`);
    return (answer.body as { tokens: { accessToken: string; refreshToken: string } }).tokens;
  };
  const { accessToken: ownerToken } = await signIn();
  return {
    url,
    app,
    sql,
    bus: connection,
    output: () => output,
    gatewayLog: () => gatewayLog,
    ownerPassword,
    call,
    signIn,
    person: async (name, grants) => {
      const email = `${name}@omni.example`;
      const created = await call('POST', '/api/v1/users', {
        token: ownerToken,
        body: { email, name, password: PASSWORD, grants },
      });
      if (created.status !== 201) throw new Error(`create user: ${created.text}`);
      const { accessToken } = await signIn(email, PASSWORD);
      return { id: (created.body as { id: string }).id, token: accessToken };
    },
    shop: async (name) => {
      const { rows } = await sql.query<{ id: string }>(
        `INSERT INTO shops (marketplace, region, platform_shop_id, app_id, name, time_zone, status, connected_at)
         SELECT 'temu', 'us', $1, id, $1, 'UTC', 'disconnected', now() FROM marketplace_apps LIMIT 1 RETURNING id`,
        [name],
      );
      return rows[0]?.id ?? '';
    },
    close: async () => {
      await app.close();
      await connection.close();
      await sql.end();
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await database.drop();
      await nats.close();
    },
  };
}
