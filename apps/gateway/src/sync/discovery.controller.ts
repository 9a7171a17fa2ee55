import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, DiscoveryQuery, getOrderDiscovery, OrderDiscovery } from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('sync')
@Controller('sync/orders/discovery')
export class DiscoveryController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'sync.read',
    summary: 'How changes of orders were found (webhook, poll, hand), and how long after they happened',
    description: 'What the first load of a shop brings does not count.',
    ok: OrderDiscovery,
  })
  get(@Query() query: DiscoveryQuery, @AskedBy() caller: Caller): Promise<OrderDiscovery> {
    return this.rpc.call(getOrderDiscovery, query, caller);
  }
}
