import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  ListSyncRuns,
  PageQuery,
  StartSync,
  SyncLogPage,
  SyncRun,
  SyncRunPage,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';
import { DomainParam, rpcsOf } from './sync-domain.js';

@ApiTags('sync')
@Controller('sync/:domain/runs')
export class SyncController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @DomainParam
  @Endpoint({ right: 'sync.read', summary: 'List sync runs, newest first', ok: SyncRunPage })
  list(
    @Param('domain') domain: string,
    @Query() query: ListSyncRuns,
    @AskedBy() caller: Caller,
  ): Promise<SyncRunPage> {
    return this.rpc.call(rpcsOf(domain).list, query, caller);
  }

  @Post()
  @DomainParam
  @Endpoint({
    right: 'sync.run',
    summary: 'Start a sync run',
    description: 'One run of a kind is open for a shop at a time.',
    ok: SyncRun,
    status: 202,
    errors: [
      'shop.not_found',
      'shop.needs_reauthorization',
      'shop.disconnected',
      'marketplace.not_available',
      'sync.already_running',
    ],
  })
  start(
    @Param('domain') domain: string,
    @Body() body: StartSync,
    @AskedBy() caller: Caller,
  ): Promise<SyncRun> {
    return this.rpc.call(rpcsOf(domain).start, body, caller);
  }

  @Get(':id')
  @DomainParam
  @Endpoint({ right: 'sync.read', summary: 'One sync run', ok: SyncRun, errors: ['sync.run_not_found'] })
  get(@Param('domain') domain: string, @Param('id') id: string, @AskedBy() caller: Caller): Promise<SyncRun> {
    return this.rpc.call(rpcsOf(domain).get, { id }, caller);
  }

  @Get(':id/log')
  @DomainParam
  @Endpoint({
    right: 'sync.read',
    summary: 'Log lines of a sync run, oldest first',
    ok: SyncLogPage,
    errors: ['sync.run_not_found'],
  })
  log(
    @Param('domain') domain: string,
    @Param('id') id: string,
    @Query() page: PageQuery,
    @AskedBy() caller: Caller,
  ): Promise<SyncLogPage> {
    return this.rpc.call(rpcsOf(domain).log, { ...page, id }, caller);
  }

  @Post(':id/cancel')
  @DomainParam
  @Endpoint({
    right: 'sync.run',
    summary: 'Cancel a sync run; what was read stays',
    ok: SyncRun,
    errors: ['sync.run_not_found', 'sync.already_ended'],
  })
  cancel(
    @Param('domain') domain: string,
    @Param('id') id: string,
    @AskedBy() caller: Caller,
  ): Promise<SyncRun> {
    return this.rpc.call(rpcsOf(domain).cancel, { id }, caller);
  }

  @Post(':id/retry')
  @DomainParam
  @Endpoint({
    right: 'sync.run',
    summary: 'Let a failed or cancelled run go on from where it was',
    ok: SyncRun,
    errors: ['sync.run_not_found', 'marketplace.not_available', 'sync.not_retryable', 'sync.already_running'],
  })
  retry(
    @Param('domain') domain: string,
    @Param('id') id: string,
    @AskedBy() caller: Caller,
  ): Promise<SyncRun> {
    return this.rpc.call(rpcsOf(domain).retry, { id }, caller);
  }
}
