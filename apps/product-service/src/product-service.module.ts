import { Module } from '@nestjs/common';
import { Database } from '#runtime';
import { ProductQueries } from './products/product-queries.js';
import { ProductsRpc } from './products/products.rpc.js';
import { PromotionProductsQueries } from './promotions/promotion-products-queries.js';
import { PromotionQueries } from './promotions/promotion-queries.js';
import { PromotionsRpc } from './promotions/promotions.rpc.js';

@Module({
  controllers: [ProductsRpc, PromotionsRpc],
  providers: [
    {
      provide: ProductQueries,
      inject: [Database],
      useFactory: (database: Database) => new ProductQueries(database),
    },
    {
      provide: PromotionQueries,
      inject: [Database],
      useFactory: (database: Database) => new PromotionQueries(database),
    },
    {
      provide: PromotionProductsQueries,
      inject: [Database],
      useFactory: (database: Database) => new PromotionProductsQueries(database),
    },
  ],
})
export class ProductServiceModule {}
