import { Injectable } from '@nestjs/common';
import { Database, Sealer } from '#runtime';
import { type RunContext, readDueQueue, ShopConnectors, type SyncKindHandler } from '#sync';
import { OrderServiceConfig } from '../config.js';
import { STILL_TO_SHIP } from '../orders/order-store.js';
import { dueAddresses } from './due-addresses.js';

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
  readonly waiting =
    `SELECT FROM order_addresses AS address JOIN orders AS parent USING (shop_id, order_number)
    WHERE address.shop_id = shops.shop_id AND address.due_at IS NOT NULL AND address.wanted_at < $longAgo
      AND (address.is_changed OR parent.status IN ${STILL_TO_SHIP})`;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly config: OrderServiceConfig,
    private readonly sealer: Sealer,
  ) {}

  async run(context: RunContext): Promise<void> {
    const { database, sealer } = this;
    const connector = await this.connectors.of(context.shopId);
    await readDueQueue(
      context,
      dueAddresses({ database, connector, sealer, concurrency: this.config.addressesConcurrency }),
    );
  }
}
