import { Controller, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  AfterSalesReachChanged,
  type EmitOrdersInput,
  listShopStatesRpc,
  type OrderChecksum,
  type OrderChecksumInput,
  type OrderDayChecksum,
  type OrderState,
  Orders,
  OrdersStored,
  type ShopState,
} from '#contracts';
import {
  appendListToOutbox,
  appendToOutbox,
  HandleRpc,
  OUTBOX_DDL,
  OutboxRelay,
  type RunningService,
  startService,
} from '#messaging';
import { createLogger, Database } from '#runtime';
import { CALLER_PUBLIC_KEYS, createTestDatabase, type TestDatabase } from '#testing';

class OwnersTables1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE orders (
        shop_id uuid NOT NULL, number text NOT NULL, version bigint NOT NULL, ordered_at timestamptz NOT NULL,
        state jsonb NOT NULL, PRIMARY KEY (shop_id, number)
      );
      ${OUTBOX_DDL}`);
  }
  async down(): Promise<void> {
    throw new Error('not needed');
  }
}

/** Of every shop. */
const KNOWS_AFTER_SALES = { version: 1, isKnown: true, knownFrom: null } as const;

@Controller()
class OwnerRpc {
  constructor(
    private readonly database: Database,
    private readonly relay: OutboxRelay,
  ) {}

  @HandleRpc(Orders.checksum)
  async checksum(@Payload() { shopId }: OrderChecksumInput): Promise<OrderChecksum> {
    const days = await this.database.query<OrderDayChecksum>(
      `SELECT (ordered_at AT TIME ZONE 'UTC')::date AS "utcDay", count(*) AS orders, sum(version)::bigint AS "versionSum"
       FROM orders WHERE shop_id = $1 GROUP BY 1 ORDER BY 1`,
      [shopId],
    );
    return { days, afterSalesReach: KNOWS_AFTER_SALES };
  }

  @HandleRpc(Orders.emit)
  async emit(@Payload() { shopId, utcDays }: EmitOrdersInput): Promise<{ orders: number }> {
    const orders = await this.database.transaction(async (tx) => {
      const rows = await tx.query<{ state: OrderState }>(
        `SELECT state FROM orders WHERE shop_id = $1
           AND ($2::date[] IS NULL OR (ordered_at AT TIME ZONE 'UTC')::date = ANY($2)) ORDER BY number`,
        [shopId, utcDays ?? null],
      );
      const states = rows.map(({ state }) => state);
      await appendListToOutbox(tx, OrdersStored, { shopId }, 'orders', states, 200);
      return states.length;
    });
    this.relay.wake();
    return { orders };
  }
}

@Module({ controllers: [OwnerRpc] })
class OwnerModule {}

/**
 * The owner of the orders as far as a consumer can tell: a service on the bus with a table, an outbox and a relay of
 * its own. It answers for auth-service too.
 */
export class OrderOwner {
  readonly shops: ShopState[] = [];
  /** Shops of which it was said that their after-sales are known. */
  private readonly told = new Set<string>();

  private constructor(
    private readonly store: TestDatabase,
    private readonly service: RunningService,
  ) {}

  static async start(natsUrl: string): Promise<OrderOwner> {
    const store = await createTestDatabase({ schema: 'orders', migrations: [OwnersTables1700000000000] });
    const service = await startService({
      context: 'order',
      natsUrl,
      callerKeys: CALLER_PUBLIC_KEYS,
      // Its own pool: closing the service closes it.
      database: await Database.open({
        url: store.url,
        schema: 'orders',
        migrations: [OwnersTables1700000000000],
        applicationName: 'owner',
      }),
      module: OwnerModule,
      logger: createLogger('owner', 'silent'),
    });
    const owner = new OrderOwner(store, service);
    service.connection.subscribe(listShopStatesRpc.subject, {
      callback: (_error, message) => {
        message.respond(JSON.stringify({ result: { rows: owner.shops, nextCursor: null } }));
      },
    });
    return owner;
  }

  /** Stores and emits in one transaction, as order-service does. */
  async change(shopId: string, states: readonly OrderState[]): Promise<void> {
    await this.store.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO orders (shop_id, number, version, ordered_at, state)
         SELECT $1, s->>'orderNumber', (s->>'version')::bigint, (s->>'orderedAt')::timestamptz, s
         FROM jsonb_array_elements($2::jsonb) AS s
         ON CONFLICT (shop_id, number) DO UPDATE SET version = excluded.version, ordered_at = excluded.ordered_at,
           state = excluded.state WHERE orders.version < excluded.version`,
        [shopId, JSON.stringify(states)],
      );
      if (!this.told.has(shopId))
        await appendToOutbox(tx, AfterSalesReachChanged, [{ shopId, ...KNOWS_AFTER_SALES }]);
      await appendListToOutbox(tx, OrdersStored, { shopId }, 'orders', [...states], 200);
    });
    this.told.add(shopId);
    this.service.get(OutboxRelay).wake();
  }

  /** The truth: every order's newest state. */
  async ordersOf(shopId: string): Promise<OrderState[]> {
    const rows = await this.store.database.query<{ state: OrderState }>(
      'SELECT state FROM orders WHERE shop_id = $1',
      [shopId],
    );
    return rows.map(({ state }) => state);
  }

  /** Events that the bus has not taken yet. */
  async unpublished(): Promise<number> {
    const [row] = await this.store.database.query<{ count: number }>(
      'SELECT count(*) FROM outbox WHERE published_at IS NULL',
    );
    return row?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.store.drop();
  }
}
