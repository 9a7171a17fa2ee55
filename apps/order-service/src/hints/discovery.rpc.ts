import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type Caller, type DiscoveryQuery, getOrderDiscovery, type OrderDiscovery } from '#contracts';
import { HandleRpc } from '#messaging';
import { Discovery } from './discovery.js';

@Controller()
export class DiscoveryRpc {
  constructor(private readonly discovery: Discovery) {}

  @HandleRpc(getOrderDiscovery)
  get(@Payload() query: DiscoveryQuery, @Ctx() caller: Caller): Promise<OrderDiscovery> {
    return this.discovery.get(query, caller);
  }
}
