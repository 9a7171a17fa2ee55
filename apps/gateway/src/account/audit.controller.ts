import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditPage, type Caller, ListAudit, listAuditRpc } from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'audit.read',
    summary: 'Who did what, newest first',
    description: 'With the right for single shops only, the acts on these shops.',
    ok: AuditPage,
  })
  list(@Query() query: ListAudit, @AskedBy() caller: Caller): Promise<AuditPage> {
    return this.rpc.call(listAuditRpc, query, caller);
  }
}
