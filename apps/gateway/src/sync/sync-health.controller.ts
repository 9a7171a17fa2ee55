import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, ListSyncHealth, ShopSyncHealthPage } from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';
import { DomainParam, rpcsOf } from './sync-domain.js';

@ApiTags('sync')
@Controller('sync/:domain/health')
export class SyncHealthController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @DomainParam
  @Endpoint({
    right: 'sync.read',
    summary: 'How fresh each shop is: last success of each kind, its age, and what is wrong',
    description:
      'A connected shop is `stale` when it was not read successfully for SYNC_STALE_AFTER_MINUTES.',
    ok: ShopSyncHealthPage,
  })
  list(
    @Param('domain') domain: string,
    @Query() query: ListSyncHealth,
    @AskedBy() caller: Caller,
  ): Promise<ShopSyncHealthPage> {
    return this.rpc.call(rpcsOf(domain).health, query, caller);
  }
}
