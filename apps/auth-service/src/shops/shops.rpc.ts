import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  ChangeShopInput,
  changeShopRpc,
  disconnectShopRpc,
  getShopRpc,
  ListShopStates,
  ListShops,
  listShopStatesRpc,
  listShopsRpc,
  type Page,
  ShopById,
  type ShopPage,
  type ShopState,
  type ShopView,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { Shops } from './shops.js';

@Controller()
export class ShopRpcs {
  constructor(private readonly shops: Shops) {}

  @HandleRpc(listShopsRpc)
  list(@Payload() input: ListShops, @Ctx() caller: Caller): Promise<ShopPage> {
    return this.shops.list(input, caller);
  }

  @HandleRpc(listShopStatesRpc)
  listStates(@Payload() input: ListShopStates): Promise<Page<ShopState>> {
    return this.shops.listStates(input);
  }

  @HandleRpc(getShopRpc)
  get(@Payload() input: ShopById, @Ctx() caller: Caller): Promise<ShopView> {
    return this.shops.get(input, caller);
  }

  @HandleRpc(changeShopRpc)
  change(@Payload() input: ChangeShopInput, @Ctx() caller: Caller): Promise<ShopView> {
    return this.shops.change(input, caller);
  }

  @HandleRpc(disconnectShopRpc)
  disconnect(@Payload() input: ShopById, @Ctx() caller: Caller): Promise<ShopView> {
    return this.shops.disconnect(input, caller);
  }
}
