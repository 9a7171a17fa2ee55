import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LOGGER } from '#messaging';
import { Database, describeError, type Logger, Sealer } from '#runtime';
import { OrderServiceConfig } from '../config.js';
import { MAY_HAVE_TO_SHIP } from '../orders/order-store.js';
import { assertAddressKeysKnown, resealAddresses } from './address-keys.js';

const TICK_MS = 3_600_000;
const ERASED_A_STEP = 1_000;

/**
 * Erases addresses that are no longer needed, and seals anew what an older key has sealed. Replicas may work at once.
 *
 * Rotation without a stop: add the new key *behind* the current one in ORDER_ADDRESS_KEYS on every replica; put it
 * first; once the report of `rotate-keys.ts` shows no use of the old key, remove it.
 */
@Injectable()
export class AddressUpkeep implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly config: OrderServiceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws ConfigError when a key is missing. */
  async onApplicationBootstrap(): Promise<void> {
    await assertAddressKeysKnown(this.database, this.sealer);
    void this.tick();
  }

  @Interval('upkeep of addresses', TICK_MS)
  async tick(): Promise<void> {
    try {
      const erased = await this.erase();
      if (erased > 0) this.logger.info({ erased }, 'addresses erased by age');
      const resealed = await resealAddresses(this.database, this.sealer);
      if (resealed > 0)
        this.logger.info({ resealed, keyId: this.sealer.currentKeyId }, 'addresses sealed anew');
    } catch (error) {
      this.logger.warn({ err: error }, `the upkeep of addresses broke off: ${describeError(error)}`);
    }
  }

  /**
   * Once nothing is left to ship, the marketplace's last change of an order is its delivery or its cancellation, or
   * something later: the days are counted from there. Returns how many addresses were erased.
   */
  async erase(): Promise<number> {
    for (let total = 0; ; ) {
      const erased = await this.database.query(
        `WITH old AS (
           SELECT address.shop_id, address.order_number FROM order_addresses AS address
           JOIN orders AS parent USING (shop_id, order_number)
           WHERE address.sealed IS NOT NULL AND parent.status NOT IN ${MAY_HAVE_TO_SHIP}
             AND parent.platform_updated_at < now() - $1 * interval '1 day'
           LIMIT ${ERASED_A_STEP} FOR UPDATE OF address SKIP LOCKED
         )
         UPDATE order_addresses AS address
         SET state = 'erased', sealed = NULL, key_id = NULL, due_at = NULL, is_changed = false, erased_at = now()
         FROM old WHERE address.shop_id = old.shop_id AND address.order_number = old.order_number
         RETURNING address.shop_id`,
        [this.config.addressRetentionDays],
      );
      total += erased.length;
      if (erased.length < ERASED_A_STEP) return total;
    }
  }
}
