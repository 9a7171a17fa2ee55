import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  PageQuery,
  Promotion,
  PromotionCounts,
  PromotionFilters,
  PromotionPage,
  PromotionProductsPage,
  Promotions,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('promotions')
@Controller('promotions')
export class PromotionsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'products.read',
    summary: 'List promotions, the latest start first',
    ok: PromotionPage,
  })
  list(@Query() filters: PromotionFilters, @AskedBy() caller: Caller): Promise<PromotionPage> {
    return this.rpc.call(Promotions.list, filters, caller);
  }

  @Get('counts')
  @Endpoint({
    right: 'products.read',
    summary: 'Count promotions by status',
    description: 'Over the same filters as the list, but for `status`, `limit` and `cursor`.',
    ok: PromotionCounts,
  })
  counts(@Query() filters: PromotionFilters, @AskedBy() caller: Caller): Promise<PromotionCounts> {
    return this.rpc.call(Promotions.count, filters, caller);
  }

  @Get(':shopId/:promotionId')
  @Endpoint({
    right: 'products.read',
    summary: 'One promotion',
    ok: Promotion,
    errors: ['promotion.not_found'],
  })
  get(
    @Param('shopId') shopId: string,
    @Param('promotionId') promotionId: string,
    @AskedBy() caller: Caller,
  ): Promise<Promotion> {
    return this.rpc.call(Promotions.get, { shopId, promotionId }, caller);
  }

  @Get(':shopId/:promotionId/products')
  @Endpoint({
    right: 'products.read',
    summary: 'The products of one promotion with their enrolled SKUs, by product id',
    description:
      'Those that no longer take part are listed with `goneAt`. A page of products with very many SKUs may hold fewer rows than `limit`; `nextCursor` goes on.',
    ok: PromotionProductsPage,
    errors: ['promotion.not_found'],
  })
  products(
    @Param('shopId') shopId: string,
    @Param('promotionId') promotionId: string,
    @Query() paging: PageQuery,
    @AskedBy() caller: Caller,
  ): Promise<PromotionProductsPage> {
    return this.rpc.call(Promotions.products, { ...paging, shopId, promotionId }, caller);
  }
}
