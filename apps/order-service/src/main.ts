import 'reflect-metadata';
import { OrderSync } from '#contracts';
import { openConnectors } from '#marketplace';
import { runService } from '#messaging';
import { Database, loadConfig, parseMasterKeys, Sealer } from '#runtime';
import { SyncModule } from '#sync';
import { AddressesKind } from './addresses/addresses.kind.js';
import { AfterSalesKind } from './after-sales/after-sales.kind.js';
import { AmountsKind } from './amounts/amounts.kind.js';
import { AuditKind } from './completeness/audit.kind.js';
import { OrderServiceConfig } from './config.js';
import { migrations } from './database/migrations/index.js';
import { OrderServiceModule } from './order-service.module.js';
import { OrdersKind } from './orders/orders.kind.js';
import { OrderQuarantineReader } from './quarantine/order-quarantine.js';

await runService('order-service', async () => {
  const config = loadConfig(OrderServiceConfig);
  const sealer = new Sealer(parseMasterKeys('ORDER_ADDRESS_KEYS', config.addressKeys));
  const database = await Database.open({
    url: config.databaseUrl,
    schema: 'orders',
    migrations,
    applicationName: 'order-service',
    poolSize: 12,
  });
  const connectors = await openConnectors((sql, params) => database.query(sql, params));
  return {
    context: 'order',
    natsUrl: config.natsUrl,
    callerKeys: config.callerKeys,
    database,
    module: {
      module: OrderServiceModule,
      imports: [
        SyncModule.register({
          rpcs: OrderSync,
          config,
          connectors,
          leaseKey: config.leaseKey,
          handlers: {
            orders: OrdersKind,
            amounts: AmountsKind,
            addresses: AddressesKind,
            after_sales: AfterSalesKind,
            audit: AuditKind,
          },
          quarantineReader: OrderQuarantineReader,
        }),
      ],
    },
    parts: [
      { provide: OrderServiceConfig, useValue: config },
      { provide: Sealer, useValue: sealer },
    ],
    onClose: () => connectors.close(),
  };
});
