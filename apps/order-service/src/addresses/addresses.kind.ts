import { Inject, Injectable } from '@nestjs/common';
import type { CallContext, MarketplaceConnector } from '#marketplace';
import { Database, Sealer, type Transaction } from '#runtime';
import { CONNECTOR, type RunContext, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../order-service.config.js';
import { STILL_TO_SHIP } from '../orders/order-store.js';
import { DUE_BATCH, type DueOrder, readDueOrders } from '../sync/due-orders.js';
import { addressContext } from './address-view.js';
import { type AddressAnswer, storeAddresses } from './store-addresses.js';

interface DueAddress extends DueOrder {
  readonly sealed: string | null;
}

const DUE = `FROM order_addresses AS address JOIN parent_orders AS parent USING (shop_id, parent_order_sn)
  WHERE shop_id = $1 AND address.due_at IS NOT NULL AND address.due_at <= clock_timestamp()
    AND (address.is_changed OR parent.status IN ${STILL_TO_SHIP})`;

/**
 * Asks where orders go, one call each: only of those that must still be shipped or whose address the buyer has changed.
 * An address is sealed as soon as it has arrived; nothing of it stands in a log, an event or a clear column.
 */
@Injectable()
export class AddressesKind implements SyncKindHandler {
  readonly kind = 'addresses';
  readonly mode = 'queue';
  /** Queued by orders that change, and by `DueTick`. */
  readonly isScheduled = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(Sealer) private readonly sealer: Sealer,
  ) {}

  run(context: RunContext): Promise<void> {
    return readDueOrders<DueAddress, AddressAnswer>(context, {
      what: 'address',
      concurrency: this.config.addressesConcurrency,
      find: (shopId) => this.find(shopId),
      count: (tx, shopId) => this.count(tx, shopId),
      ask: (call, due) => this.ask(context.shopId, call, due),
      refused: ({ sn, dueAt }) => ({ parentOrderSn: sn, dueAt, address: 'postponed' }),
      store: storeAddresses,
      blocked: (shopId) => this.markBlocked(shopId),
      stored: () => undefined,
    });
  }

  /** What must be shipped first, first. */
  private find(shopId: string): Promise<DueAddress[]> {
    return this.database.query<DueAddress>(
      `SELECT address.parent_order_sn AS sn, address.due_at AS "dueAt", address.sealed ${DUE}
       ORDER BY parent.ship_by_at NULLS LAST, parent.ordered_at LIMIT ${DUE_BATCH}`,
      [shopId],
    );
  }

  private async count(tx: Transaction, shopId: string): Promise<number> {
    const [left] = await tx.query<{ count: number }>(`SELECT count(*) AS count ${DUE}`, [shopId]);
    return left?.count ?? 0;
  }

  private async ask(
    shopId: string,
    call: CallContext,
    { sn, dueAt, sealed }: DueAddress,
  ): Promise<AddressAnswer> {
    const answer = await this.connector.getOrderAddress(call, sn);
    if (answer.state !== 'known') return { parentOrderSn: sn, dueAt, address: 'postponed' };
    const text = JSON.stringify(answer.address);
    const context = addressContext(shopId, sn);
    const isSame = sealed !== null && (await this.sealer.open(sealed, context)) === text;
    return {
      parentOrderSn: sn,
      dueAt,
      address: isSame ? 'unchanged' : await this.sealer.seal(text, context),
    };
  }

  private async markBlocked(shopId: string): Promise<void> {
    await this.database.query(
      `UPDATE order_addresses SET state = 'blocked' WHERE shop_id = $1 AND state IN ('pending', 'computing')`,
      [shopId],
    );
  }
}
