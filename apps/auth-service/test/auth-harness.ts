import { randomBytes } from 'node:crypto';
import { type Caller, type Principal, type Right, shopsWithRight, signInRpc } from '#contracts';
import { type ClosableConnector, Connectors } from '#marketplace';
import { MARKETPLACES, type Marketplace } from '#marketplaces';
import { type RpcClient, type RunningService, startService } from '#messaging';
import { createLogger, type Database } from '#runtime';
import { CALLER_PUBLIC_KEYS, createTestDatabase, rpcAs, startTestNats } from '#testing';
import { MarketplaceApps } from '../src/apps/marketplace-apps.js';
import { AuthModule } from '../src/auth.module.js';
import { migrations } from '../src/database/migrations/index.js';
import { AUTH_SCHEMA, openAuthDatabase } from '../src/database/open-database.js';
import { createFirstOwner } from '../src/people/owner.js';
import { Sealer } from '../src/secrets/sealer.js';
import { DEFAULT_SESSION_LIFE } from '../src/sessions/sessions.js';
import { openInboxPool } from '../src/webhooks/inbox-pool.js';
import { FakeMarketplace } from './fake-marketplace.js';

export const OWNER = 'owner@omni.example';
export const APP_SECRET = 'marked-app-secret-5f1d';
/** For webhooks: what is received is tested here, however busy the machine; that it is in time, through the gateway. */
export const PATIENCE_MS = 10_000;

/** auth-service as it runs, on its own Postgres and NATS, with a marketplace in memory and a clock of the test's. */
export interface AuthHarness {
  readonly rpc: RpcClient;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly service: RunningService;
  readonly marketplace: FakeMarketplace;
  readonly leaseKey: string;
  readonly masterKey: Uint8Array;
  readonly ownerPassword: string;
  readonly clock: { now: Date; advance(ms: number): void };
  /** Nobody in particular, as the gateway sends it before sign-in. */
  readonly stranger: Caller;
  /** A caller as the gateway makes one for an endpoint with this right. */
  callerOf(principal: Principal, right?: Right): Caller;
  owner(): Promise<Principal>;
  /** Another process of the same service: its own connections, one database and bus. Closed with the harness, or before. */
  replica(): Promise<RunningService>;
  close(): Promise<void>;
}

/** Tests set it. */
export type TestClock = AuthHarness['clock'];

export async function startAuth(
  market: (clock: TestClock) => FakeMarketplace = () => new FakeMarketplace(),
): Promise<AuthHarness> {
  const nats = await startTestNats();
  const { database, url, drop } = await createTestDatabase({ schema: AUTH_SCHEMA, migrations });
  const masterKey = new Uint8Array(randomBytes(32));
  const leaseKey = randomBytes(32);
  const clock = {
    now: new Date('2026-11-21T10:00:00Z'),
    advance(ms: number) {
      this.now = new Date(this.now.getTime() + ms);
    },
  };
  const marketplace = market(clock);
  const inboxPool = openInboxPool(url, PATIENCE_MS);
  const module = AuthModule.with({
    sealer: new Sealer([{ id: 'k1', key: masterKey }]),
    connectors: standingInForAll({ ...marketplace.connector(), close: () => Promise.resolve() }),
    publicUrl: 'https://omni.example',
    leaseKey: new Uint8Array(leaseKey),
    sessionLife: DEFAULT_SESSION_LIFE,
    inboxPool,
    webhookRetentionDays: 60,
    now: () => clock.now,
  });
  const ownerPassword = await createFirstOwner(database, OWNER, clock.now);
  if (ownerPassword === null) throw new Error('the test database was not empty');
  const start = (of: Database): Promise<RunningService> =>
    startService({
      context: 'auth',
      natsUrl: nats.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      database: of,
      module,
      logger: createLogger('auth-test', 'fatal'),
    });
  const service = await start(database);
  const replicas: RunningService[] = [];
  await service
    .get(MarketplaceApps)
    .bootstrap('temu', `us:us-app-key:${APP_SECRET},eu:eu-app-key:${APP_SECRET},cn:cn-app-key:${APP_SECRET}`);
  const rpc = rpcAs('gateway', service.connection);
  const stranger: Caller = {
    userId: null,
    userName: null,
    shopIds: [],
    correlationId: 'test',
    address: '192.0.2.1',
  };
  return {
    rpc,
    database,
    databaseUrl: url,
    natsUrl: nats.url,
    service,
    marketplace,
    leaseKey: leaseKey.toString('base64'),
    masterKey,
    ownerPassword,
    clock,
    stranger,
    callerOf: (principal, right = 'shops.manage') => ({
      userId: principal.userId,
      userName: principal.name,
      shopIds: shopsWithRight(principal.grants, right),
      correlationId: 'test',
      address: '192.0.2.1',
    }),
    owner: async () =>
      (await rpc.call(signInRpc, { email: OWNER, password: ownerPassword }, stranger)).session.principal,
    replica: async () => {
      const own = await openAuthDatabase(url);
      const running = await start(own);
      const replica = {
        ...running,
        close: async () => {
          replicas.splice(replicas.indexOf(replica), 1);
          await running.close();
        },
      };
      replicas.push(replica);
      return replica;
    },
    close: async () => {
      for (const replica of [...replicas]) await replica.close();
      await service.close();
      await inboxPool.end();
      await drop();
      await nats.close();
    },
  };
}

/** Every marketplace that is registered is this one. */
function standingInForAll(connector: ClosableConnector): Connectors {
  const all = Object.fromEntries(MARKETPLACES.map((marketplace) => [marketplace, connector]));
  return new Connectors(all as Record<Marketplace, ClosableConnector>);
}
