import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  ChangeShop,
  changeShopRpc,
  disconnectShopRpc,
  getShopRpc,
  ListShops,
  listShopsRpc,
  ShopPage,
  ShopView,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('shops')
@Controller('shops')
export class ShopsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({ right: 'shops.read', summary: 'List shops', ok: ShopPage })
  list(@Query() query: ListShops, @AskedBy() caller: Caller): Promise<ShopPage> {
    return this.rpc.call(listShopsRpc, query, caller);
  }

  @Get(':id')
  @Endpoint({ right: 'shops.read', summary: 'One shop', ok: ShopView, errors: ['shop.not_found'] })
  get(@Param('id') shopId: string, @AskedBy() caller: Caller): Promise<ShopView> {
    return this.rpc.call(getShopRpc, { shopId }, caller);
  }

  @Patch(':id')
  @Endpoint({
    right: 'shops.manage',
    summary: 'Rename a shop or set its time zone',
    ok: ShopView,
    errors: ['shop.not_found'],
  })
  change(
    @Param('id') shopId: string,
    @Body() body: ChangeShop,
    @AskedBy() caller: Caller,
  ): Promise<ShopView> {
    return this.rpc.call(changeShopRpc, { ...body, shopId }, caller);
  }

  @Post(':id/disconnect')
  @Endpoint({
    right: 'shops.manage',
    summary: 'Forget the token of a shop',
    description: 'Nothing more is read; orders, products and figures stay.',
    ok: ShopView,
    errors: ['shop.not_found'],
  })
  disconnect(@Param('id') shopId: string, @AskedBy() caller: Caller): Promise<ShopView> {
    return this.rpc.call(disconnectShopRpc, { shopId }, caller);
  }
}
