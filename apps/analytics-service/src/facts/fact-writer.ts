import { Injectable } from '@nestjs/common';
import type { EventData, OrdersStored } from '#contracts';
import { Database } from '#runtime';
import { ShopDirectory } from '../shops/shop-directory.js';
import { Lanes } from './lanes.js';
import { storeOrderFacts } from './store-order-facts.js';

/** Writers of one shop wait for each other on a connection; the rest of the pool stays free for answers. */
const WRITERS_AT_ONCE = 4;

@Injectable()
export class FactWriter {
  private readonly lanes = new Lanes(WRITERS_AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly directory: ShopDirectory,
  ) {}

  /** @throws AppError `shop.unknown` (unavailable): the event is delivered again later, never dropped. */
  store({ shopId, orders }: EventData<typeof OrdersStored>): Promise<void> {
    return this.directory.withShop(shopId, () =>
      this.lanes.run(() => storeOrderFacts(this.database, shopId, orders)),
    );
  }
}
