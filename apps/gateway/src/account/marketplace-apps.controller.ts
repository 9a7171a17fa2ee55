import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  ChangeMarketplaceApp,
  CreateMarketplaceApp,
  changeMarketplaceAppRpc,
  createMarketplaceAppRpc,
  listMarketplaceAppsRpc,
  MarketplaceAppList,
  MarketplaceAppView,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('marketplace apps')
@Controller('marketplace-apps')
export class MarketplaceAppsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({ right: 'apps.manage', summary: 'List marketplace apps', ok: MarketplaceAppList })
  list(@AskedBy() caller: Caller): Promise<MarketplaceAppList> {
    return this.rpc.call(listMarketplaceAppsRpc, {}, caller);
  }

  @Post()
  @Endpoint({
    right: 'apps.manage',
    summary: 'Enter a marketplace app',
    description: 'The secret is kept encrypted and never shown again.',
    ok: MarketplaceAppView,
    status: 201,
    errors: ['app.already_exists', 'app.fields_refused'],
  })
  create(@Body() body: CreateMarketplaceApp, @AskedBy() caller: Caller): Promise<MarketplaceAppView> {
    return this.rpc.call(createMarketplaceAppRpc, body, caller);
  }

  @Patch(':id')
  @Endpoint({
    right: 'apps.manage',
    summary: 'Rename an app, replace its secret or fields, switch it off or on',
    ok: MarketplaceAppView,
    errors: ['app.not_found', 'app.fields_refused'],
  })
  change(
    @Param('id') appId: string,
    @Body() body: ChangeMarketplaceApp,
    @AskedBy() caller: Caller,
  ): Promise<MarketplaceAppView> {
    return this.rpc.call(changeMarketplaceAppRpc, { ...body, appId }, caller);
  }
}
