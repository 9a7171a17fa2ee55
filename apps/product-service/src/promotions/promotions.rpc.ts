import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  type Page,
  type Promotion,
  type PromotionCounts,
  type PromotionFilters,
  type PromotionGoods,
  type PromotionGoodsFilters,
  type PromotionKey,
  Promotions,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { PromotionGoodsQueries } from './promotion-goods-queries.js';
import { PromotionQueries } from './promotion-queries.js';

@Controller()
export class PromotionsRpc {
  constructor(
    @Inject(PromotionQueries) private readonly queries: PromotionQueries,
    @Inject(PromotionGoodsQueries) private readonly goodsQueries: PromotionGoodsQueries,
  ) {}

  @HandleRpc(Promotions.list)
  list(@Payload() filters: PromotionFilters, @Ctx() caller: Caller): Promise<Page<Promotion>> {
    return this.queries.list(filters, caller);
  }

  @HandleRpc(Promotions.count)
  count(@Payload() filters: PromotionFilters, @Ctx() caller: Caller): Promise<PromotionCounts> {
    return this.queries.count(filters, caller);
  }

  @HandleRpc(Promotions.get)
  get(@Payload() key: PromotionKey, @Ctx() caller: Caller): Promise<Promotion> {
    return this.queries.get(key, caller);
  }

  @HandleRpc(Promotions.goods)
  goods(@Payload() filters: PromotionGoodsFilters, @Ctx() caller: Caller): Promise<Page<PromotionGoods>> {
    return this.goodsQueries.list(filters, caller);
  }
}
