import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  CountQuarantined,
  ListQuarantined,
  QuarantineCounts,
  QuarantinedKey,
  QuarantinedRecordDetail,
  QuarantinedRecordPage,
  QuarantineRetryStarted,
  RetryQuarantined,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';
import { DomainParam, rpcsOf } from './sync-domain.js';

@ApiTags('quarantine')
@Controller('quarantine/:domain')
export class QuarantineController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @DomainParam
  @Endpoint({
    right: 'sync.read',
    summary: 'Records that could not be understood, last met first',
    ok: QuarantinedRecordPage,
  })
  list(
    @Param('domain') domain: string,
    @Query() query: ListQuarantined,
    @AskedBy() caller: Caller,
  ): Promise<QuarantinedRecordPage> {
    return this.rpc.call(rpcsOf(domain).quarantine.list, query, caller);
  }

  @Get('counts')
  @DomainParam
  @Endpoint({
    right: 'sync.read',
    summary: 'How many records lie in quarantine, for each shop and kind',
    ok: QuarantineCounts,
  })
  counts(
    @Param('domain') domain: string,
    @Query() query: CountQuarantined,
    @AskedBy() caller: Caller,
  ): Promise<QuarantineCounts> {
    return this.rpc.call(rpcsOf(domain).quarantine.count, query, caller);
  }

  @Get('record')
  @DomainParam
  @Endpoint({
    right: 'sync.read',
    summary: 'One record in quarantine, raw and with its reason',
    ok: QuarantinedRecordDetail,
    errors: ['quarantine.not_found'],
  })
  get(
    @Param('domain') domain: string,
    @Query() key: QuarantinedKey,
    @AskedBy() caller: Caller,
  ): Promise<QuarantinedRecordDetail> {
    return this.rpc.call(rpcsOf(domain).quarantine.get, key, caller);
  }

  @Post('record/retry')
  @DomainParam
  @Endpoint({
    right: 'sync.run',
    summary: 'Ask the marketplace for one record again, now',
    description: 'The answer is the record afterwards: with `resolvedAt` when it can be read now.',
    ok: QuarantinedRecordDetail,
    errors: [
      'quarantine.not_found',
      'quarantine.not_retryable',
      'shop.needs_reauthorization',
      'shop.disconnected',
      'shop.missing_permission',
      'marketplace.not_available',
      'marketplace.unavailable',
    ],
  })
  retry(
    @Param('domain') domain: string,
    @Body() key: QuarantinedKey,
    @AskedBy() caller: Caller,
  ): Promise<QuarantinedRecordDetail> {
    return this.rpc.call(rpcsOf(domain).quarantine.retry, key, caller);
  }

  @Post('retry')
  @DomainParam
  @Endpoint({
    right: 'sync.run',
    summary: 'Ask the marketplace again for all records of a shop that are in quarantine',
    ok: QuarantineRetryStarted,
    status: 202,
    errors: ['shop.not_found', 'shop.needs_reauthorization', 'shop.disconnected'],
  })
  retryAll(
    @Param('domain') domain: string,
    @Body() body: RetryQuarantined,
    @AskedBy() caller: Caller,
  ): Promise<QuarantineRetryStarted> {
    return this.rpc.call(rpcsOf(domain).quarantine.retryAll, body, caller);
  }
}
