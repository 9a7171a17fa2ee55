import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { AfterSalesReachChanged, type EventData } from '#contracts';
import { HandleEvent } from '#messaging';
import { Database } from '#runtime';
import { ShopDirectory } from './shop-directory.js';
import { storeAfterSalesReach } from './store-after-sales-reach.js';

@Controller()
export class AfterSalesReachEvents {
  constructor(
    private readonly database: Database,
    private readonly directory: ShopDirectory,
  ) {}

  @HandleEvent(AfterSalesReachChanged, 'after-sales-reach')
  async changed(@Payload() { shopId, ...reach }: EventData<typeof AfterSalesReachChanged>): Promise<void> {
    await this.directory.withShop(shopId, () => storeAfterSalesReach(this.database, shopId, reach));
  }
}
