import { Module } from '@nestjs/common';
import type { MarketplaceConnector } from '#marketplace';
import { Database } from '#runtime';
import { CONNECTOR, CredentialLeases, KnownShops } from '#sync';
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
      inject: [Database, CONNECTOR, CredentialLeases, KnownShops],
      useFactory: (
        database: Database,
        connector: MarketplaceConnector,
        credentials: CredentialLeases,
        shops: KnownShops,
      ) => new StatusCounts(database, connector, credentials, shops),
    },
  ],
})
export class CompletenessModule {}
