import { Module } from '@nestjs/common';
import { Database } from '#runtime';
import { CredentialLeases, KnownShops, ShopConnectors } from '#sync';
import { AuditTick } from './audit-tick.js';
import { CompletenessRpc } from './completeness.rpc.js';
import { CompletenessQueries } from './completeness-queries.js';
import { StatusCounts } from './status-counts.js';

@Module({
  controllers: [CompletenessRpc],
  providers: [
    AuditTick,
    {
      provide: CompletenessQueries,
      inject: [Database],
      useFactory: (database: Database) => new CompletenessQueries(database),
    },
    {
      provide: StatusCounts,
      inject: [Database, ShopConnectors, CredentialLeases, KnownShops],
      useFactory: (
        database: Database,
        connectors: ShopConnectors,
        credentials: CredentialLeases,
        shops: KnownShops,
      ) => new StatusCounts(database, connectors, credentials, shops),
    },
  ],
})
export class CompletenessModule {}
