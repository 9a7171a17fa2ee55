import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Module } from '@nestjs/common';
import { OrderSync, type ShopState, type SyncRun, shopChanged, shopConnected } from '#contracts';
import {
  connectNats,
  ensureStream,
  OUTBOX_DDL,
  RpcClient,
  type RunningService,
  startService,
} from '#messaging';
import { Database } from '#runtime';
import {
  CALLER_PUBLIC_KEYS,
  createEmptyTestDatabase,
  rpcAs,
  startTestNats,
  type TestNats,
  waitFor,
} from '#testing';
import { SyncConfig } from './config.js';
import type { QuarantineReader } from './quarantine/quarantine-retries.js';
import { SyncModule } from './sync.module.js';
import { CreateSync1700000000000, everybody, logger, ScriptedKind } from './sync-bed.fixture.js';

const nothing = { ids: 'many', read: async () => [] } as const;
class NothingToAsk implements QuarantineReader<'orders' | 'amounts'> {
  readonly readings = { orders: nothing, amounts: nothing };
}

/** What the handlers have worked on. */
const worked: string[] = [];
/** Nest makes one of each. */
class OrdersHandler extends ScriptedKind {
  constructor() {
    super('orders', async (context) => {
      worked.push(`${context.run.trigger} ${context.shopId}`);
    });
  }
}
class AmountsHandler extends ScriptedKind {
  constructor() {
    super('amounts', undefined, false);
  }
}

describe('what auth-service tells of shops', () => {
  let nats: TestNats;
  let empty: Awaited<ReturnType<typeof createEmptyTestDatabase>>;
  let service: RunningService;
  let connection: Awaited<ReturnType<typeof connectNats>>;
  let rpc: RpcClient;
  let opened: Database;
  const database = () => opened;

  before(async () => {
    [nats, empty] = await Promise.all([startTestNats(), createEmptyTestDatabase()]);
    const config = new SyncConfig();
    config.isAutomatic = false;
    opened = await Database.open({
      url: empty.url,
      schema: 'sync',
      migrations: [CreateSync1700000000000],
      applicationName: 'test',
    });
    await opened.query(OUTBOX_DDL);
    @Module({})
    class Root {}
    service = await startService({
      context: 'order',
      natsUrl: nats.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      logger,
      database: opened,
      module: {
        module: Root,
        imports: [
          SyncModule.register({
            rpcs: { ...OrderSync, kinds: ['orders', 'amounts'] },
            config,
            connectors: { of: () => assert.fail('nobody is called here') },
            leaseKey: randomBytes(32).toString('base64'),
            handlers: { orders: OrdersHandler, amounts: AmountsHandler },
            quarantineReader: NothingToAsk,
          }),
        ],
      },
    });
    connection = await connectNats(nats.url, 'sync-spec');
    // auth-service does not run here.
    await ensureStream(await jetstreamManager(connection), 'auth');
    rpc = rpcAs('gateway', connection);
  });
  after(async () => {
    await connection.close();
    await service.close();
    await empty.drop();
    await nats.close();
  });

  const state = (shopId: string, version: number, status: ShopState['status']): ShopState => ({
    shopId,
    marketplace: 'temu',
    region: 'us',
    platformShopId: '635517726820718',
    name: 'Temu US',
    timeZone: 'America/Los_Angeles',
    currency: 'USD',
    status,
    credentialVersion: version,
    version,
  });

  /** Two messages of one subject are settled in any order, so the test waits for the effect of each. */
  async function tell(event: typeof shopConnected | typeof shopChanged, shop: ShopState): Promise<void> {
    await jetstream(connection).publish(
      event.subject,
      JSON.stringify({
        id: randomUUID(),
        type: event.subject,
        occurredAt: new Date().toISOString(),
        data: shop,
      }),
    );
  }
  const known = async (shopId: string) => {
    const [shop] = await database().query<{ status: string; version: number }>(
      'SELECT status, version FROM shops WHERE shop_id = $1',
      [shopId],
    );
    return shop;
  };
  const runsOf = (shopId: string) =>
    database().query<{ kind: string; trigger: string; status: string }>(
      'SELECT kind, trigger, status FROM sync_runs WHERE shop_id = $1 ORDER BY created_at',
      [shopId],
    );
  const settled = (shopId: string, version: number) =>
    waitFor(`version ${version} of the shop`, async () => (await known(shopId))?.version === version);

  test('connected: read at once. Needs authorization: left alone. Connected again: read at once', async () => {
    const shopId = randomUUID();
    const connectedRun = { kind: 'orders', trigger: 'connected', status: 'succeeded' };
    await tell(shopConnected, state(shopId, 1, 'connected'));
    await waitFor('the run', () => worked.includes(`connected ${shopId}`));
    await waitFor('its end', async () => (await runsOf(shopId))[0]?.status === 'succeeded');
    assert.deepEqual(await runsOf(shopId), [connectedRun]);

    await tell(shopChanged, state(shopId, 2, 'needs_reauthorization'));
    await settled(shopId, 2);
    await assert.rejects(rpc.call(OrderSync.start, { shopId, kind: 'orders' }, everybody), {
      code: 'shop.needs_reauthorization',
    });
    assert.equal((await runsOf(shopId)).length, 1);

    await tell(shopChanged, state(shopId, 3, 'connected'));
    await waitFor('the second run', async () => (await runsOf(shopId))[1]?.status === 'succeeded');
    // Told once more, and an older state late: neither is news.
    await tell(shopChanged, state(shopId, 3, 'connected'));
    await tell(shopChanged, state(shopId, 2, 'needs_reauthorization'));
    await tell(shopChanged, state(shopId, 4, 'connected'));
    await settled(shopId, 4);
    assert.deepEqual(await runsOf(shopId), [connectedRun, connectedRun]);
    assert.equal((await known(shopId))?.status, 'connected');
  });

  test('a shop whose runs could not be queued is not taken for learned: the event comes again', async () => {
    const shopId = randomUUID();
    await database().query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '53200'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON sync_runs FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    await tell(shopConnected, state(shopId, 1, 'connected'));
    await waitFor('a failed delivery', async () => {
      const manager = await jetstream(connection).jetstreamManager();
      return (await manager.consumers.info('EVT_AUTH', 'order__shop-connected')).num_redelivered > 0;
    });
    await database().query('DROP FUNCTION refuse CASCADE');
    await waitFor('the run', () => worked.includes(`connected ${shopId}`));
  });

  test('runs are asked for, watched, cancelled and tried again over the bus', async () => {
    const shopId = randomUUID();
    await tell(shopConnected, state(shopId, 1, 'connected'));
    await waitFor('the first run to end', async () => (await runsOf(shopId))[0]?.status === 'succeeded');
    const told: SyncRun[] = [];
    connection.subscribe(OrderSync.progressed.subject, {
      callback: (_error, message) => {
        told.push(message.json<SyncRun>());
      },
    });
    await connection.flush();
    const { id } = await rpc.call(OrderSync.start, { shopId, kind: 'orders' }, everybody);
    await waitFor(
      'its end',
      async () => (await rpc.call(OrderSync.get, { id }, everybody)).status === 'succeeded',
    );
    // Runs of other kinds are told of at the same time.
    const seen = () => told.filter((run) => run.id === id).map(({ status }) => status);
    await waitFor('the end to be told', () => seen().includes('succeeded'));
    assert.deepEqual([...new Set(seen())], ['queued', 'running', 'succeeded']);
    await assert.rejects(rpc.call(OrderSync.cancel, { id }, everybody), { code: 'sync.already_ended' });
    await assert.rejects(rpc.call(OrderSync.retry, { id }, everybody), { code: 'sync.not_retryable' });
    const log = await rpc.call(OrderSync.log, { id }, everybody);
    assert.match(log.rows.at(-1)?.message ?? '', /done: 0 read/);
  });
});
