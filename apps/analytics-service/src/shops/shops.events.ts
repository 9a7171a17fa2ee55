import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type ShopState, shopChanged, shopConnected } from '#contracts';
import { HandleEvent } from '#messaging';
import { Database } from '#runtime';
import { storeShop } from './store-shops.js';

@Controller()
export class ShopsEvents {
  constructor(private readonly database: Database) {}

  @HandleEvent(shopConnected, 'shop-connected')
  connected(@Payload() shop: ShopState): Promise<void> {
    return storeShop(this.database, shop);
  }

  @HandleEvent(shopChanged, 'shop-changed')
  changed(@Payload() shop: ShopState): Promise<void> {
    return storeShop(this.database, shop);
  }
}
