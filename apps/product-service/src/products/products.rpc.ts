import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  type PageWithLacks,
  type Product,
  type ProductCounts,
  type ProductFilters,
  type ProductKey,
  Products,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { ProductQueries } from './product-queries.js';

@Controller()
export class ProductsRpc {
  constructor(private readonly queries: ProductQueries) {}

  @HandleRpc(Products.list)
  list(@Payload() filters: ProductFilters, @Ctx() caller: Caller): Promise<PageWithLacks<Product>> {
    return this.queries.list(filters, caller);
  }

  @HandleRpc(Products.count)
  count(@Payload() filters: ProductFilters, @Ctx() caller: Caller): Promise<ProductCounts> {
    return this.queries.count(filters, caller);
  }

  @HandleRpc(Products.get)
  get(@Payload() key: ProductKey, @Ctx() caller: Caller): Promise<Product> {
    return this.queries.get(key, caller);
  }
}
