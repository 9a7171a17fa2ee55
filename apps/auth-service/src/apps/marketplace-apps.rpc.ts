import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  ChangeMarketplaceAppInput,
  CreateMarketplaceApp,
  changeMarketplaceAppRpc,
  createMarketplaceAppRpc,
  listMarketplaceAppsRpc,
  type MarketplaceAppList,
  type MarketplaceAppView,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { MarketplaceApps } from './marketplace-apps.js';

@Controller()
export class MarketplaceAppRpcs {
  constructor(private readonly apps: MarketplaceApps) {}

  @HandleRpc(listMarketplaceAppsRpc)
  list(): Promise<MarketplaceAppList> {
    return this.apps.list();
  }

  @HandleRpc(createMarketplaceAppRpc)
  create(@Payload() input: CreateMarketplaceApp, @Ctx() caller: Caller): Promise<MarketplaceAppView> {
    return this.apps.create(input, caller);
  }

  @HandleRpc(changeMarketplaceAppRpc)
  change(@Payload() input: ChangeMarketplaceAppInput, @Ctx() caller: Caller): Promise<MarketplaceAppView> {
    return this.apps.change(input, caller);
  }
}
