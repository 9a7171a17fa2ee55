import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  type Page,
  type Product,
  type ProductChecksum,
  type ProductCounts,
  type ProductFilters,
  type ProductKey,
  type ProductShopInput,
  Products,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { ProductEmitter } from './product-emitter.js';
import { ProductQueries } from './product-queries.js';

@Controller()
export class ProductsRpc {
  constructor(
    @Inject(ProductQueries) private readonly queries: ProductQueries,
    @Inject(ProductEmitter) private readonly emitter: ProductEmitter,
  ) {}

  @HandleRpc(Products.list)
  list(@Payload() filters: ProductFilters, @Ctx() caller: Caller): Promise<Page<Product>> {
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

  @HandleRpc(Products.checksum)
  checksum(@Payload() { shopId }: ProductShopInput): Promise<ProductChecksum> {
    return this.emitter.checksum(shopId);
  }

  @HandleRpc(Products.emit)
  emit(@Payload() { shopId }: ProductShopInput): Promise<{ products: number }> {
    return this.emitter.emit(shopId);
  }
}
