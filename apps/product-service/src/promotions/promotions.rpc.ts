import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  type Page,
  type PageWithLacks,
  type Promotion,
  type PromotionCounts,
  type PromotionFilters,
  type PromotionKey,
  type PromotionProduct,
  type PromotionProductsFilters,
  Promotions,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { PromotionProductsQueries } from './promotion-products-queries.js';
import { PromotionQueries } from './promotion-queries.js';

@Controller()
export class PromotionsRpc {
  constructor(
    private readonly queries: PromotionQueries,
    private readonly productsQueries: PromotionProductsQueries,
  ) {}

  @HandleRpc(Promotions.list)
  list(@Payload() filters: PromotionFilters, @Ctx() caller: Caller): Promise<PageWithLacks<Promotion>> {
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

  @HandleRpc(Promotions.products)
  products(
    @Payload() filters: PromotionProductsFilters,
    @Ctx() caller: Caller,
  ): Promise<Page<PromotionProduct>> {
    return this.productsQueries.list(filters, caller);
  }
}
