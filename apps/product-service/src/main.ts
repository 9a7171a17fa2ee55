import 'reflect-metadata';
import { ProductSync } from '#contracts';
import { openConnectors } from '#marketplace';
import { runService } from '#messaging';
import { Database, loadConfig } from '#runtime';
import { SyncModule } from '#sync';
import { ProductServiceConfig } from './config.js';
import { migrations } from './database/migrations/index.js';
import { ProductServiceModule } from './product-service.module.js';
import { ProductQuarantineReader } from './products/product-quarantine.js';
import { ProductsKind } from './products/products.kind.js';
import { PromotionsKind } from './promotions/promotions.kind.js';

await runService('product-service', async () => {
  const config = loadConfig(ProductServiceConfig);
  const database = await Database.open({
    url: config.databaseUrl,
    schema: 'products',
    migrations,
    applicationName: 'product-service',
    poolSize: 12,
  });
  const connectors = await openConnectors((sql, params) => database.query(sql, params));
  return {
    context: 'product',
    natsUrl: config.natsUrl,
    callerKeys: config.callerKeys,
    database,
    module: {
      module: ProductServiceModule,
      imports: [
        SyncModule.register({
          rpcs: ProductSync,
          config,
          connectors,
          leaseKey: config.leaseKey,
          handlers: { products: ProductsKind, promotions: PromotionsKind },
          quarantineReader: ProductQuarantineReader,
        }),
      ],
    },
    onClose: () => connectors.close(),
  };
});
