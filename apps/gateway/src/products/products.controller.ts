import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, Product, ProductCounts, ProductFilters, ProductPage, Products } from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('products')
@Controller('products')
export class ProductsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'products.read',
    summary: 'List products with their SKUs, newest first',
    description:
      'A page of products with very many SKUs may hold fewer rows than `limit`; `nextCursor` goes on.',
    ok: ProductPage,
  })
  list(@Query() filters: ProductFilters, @AskedBy() caller: Caller): Promise<ProductPage> {
    return this.rpc.call(Products.list, filters, caller);
  }

  @Get('counts')
  @Endpoint({
    right: 'products.read',
    summary: 'Count products and SKUs by listing',
    description: 'Over the same filters as the list, but for `listing`, `limit` and `cursor`.',
    ok: ProductCounts,
  })
  counts(@Query() filters: ProductFilters, @AskedBy() caller: Caller): Promise<ProductCounts> {
    return this.rpc.call(Products.count, filters, caller);
  }

  @Get(':shopId/:productId')
  @Endpoint({
    right: 'products.read',
    summary: 'One product with its SKUs',
    ok: Product,
    errors: ['product.not_found'],
  })
  get(
    @Param('shopId') shopId: string,
    @Param('productId') productId: string,
    @AskedBy() caller: Caller,
  ): Promise<Product> {
    return this.rpc.call(Products.get, { shopId, productId }, caller);
  }
}
