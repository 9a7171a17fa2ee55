import { Module } from '@nestjs/common';
import { Database } from '#runtime';
import { ProductQueries } from './products/product-queries.js';
import { ProductsRpc } from './products/products.rpc.js';

@Module({
  controllers: [ProductsRpc],
  providers: [
    {
      provide: ProductQueries,
      inject: [Database],
      useFactory: (database: Database) => new ProductQueries(database),
    },
  ],
})
export class ProductServiceModule {}
