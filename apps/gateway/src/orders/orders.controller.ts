import { Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  OrderCounts,
  OrderDetail,
  OrderFilters,
  OrderPage,
  Orders,
  RevealedAddress,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'orders.read',
    summary: 'List orders with their lines, newest first',
    ok: OrderPage,
  })
  list(@Query() filters: OrderFilters, @AskedBy() caller: Caller): Promise<OrderPage> {
    return this.rpc.call(Orders.list, filters, caller);
  }

  @Get('counts')
  @Endpoint({
    right: 'orders.read',
    summary: 'Count orders by status',
    description: 'Over the same filters as the list, but for `status`, `limit` and `cursor`.',
    ok: OrderCounts,
  })
  counts(@Query() filters: OrderFilters, @AskedBy() caller: Caller): Promise<OrderCounts> {
    return this.rpc.call(Orders.count, filters, caller);
  }

  @Get(':shopId/:orderNumber')
  @Endpoint({
    right: 'orders.read',
    summary: 'One order with its history',
    ok: OrderDetail,
    errors: ['order.not_found'],
  })
  get(
    @Param('shopId') shopId: string,
    @Param('orderNumber') orderNumber: string,
    @AskedBy() caller: Caller,
  ): Promise<OrderDetail> {
    return this.rpc.call(Orders.get, { shopId, orderNumber }, caller);
  }

  @Post(':shopId/:orderNumber/refresh')
  @Endpoint({
    right: 'sync.run',
    summary: 'Read one order again from the marketplace, now',
    ok: OrderDetail,
    errors: [
      'order.not_found',
      'shop.needs_reauthorization',
      'shop.disconnected',
      'shop.missing_permission',
      'order.unreadable',
      'marketplace.unavailable',
    ],
  })
  refresh(
    @Param('shopId') shopId: string,
    @Param('orderNumber') orderNumber: string,
    @AskedBy() caller: Caller,
  ): Promise<OrderDetail> {
    return this.rpc.call(Orders.refresh, { shopId, orderNumber }, caller);
  }

  @Post(':shopId/:orderNumber/address/reveal')
  @Header('cache-control', 'no-store')
  @Endpoint({
    right: 'addresses.read',
    summary: "The buyer's address in clear",
    description: 'Every call leaves a row in the audit log: who read the address of which order, and when.',
    ok: RevealedAddress,
    errors: ['order.not_found', 'address.not_known', 'address.withheld', 'marketplace.not_available'],
  })
  revealAddress(
    @Param('shopId') shopId: string,
    @Param('orderNumber') orderNumber: string,
    @AskedBy() caller: Caller,
  ): Promise<RevealedAddress> {
    return this.rpc.call(Orders.revealAddress, { shopId, orderNumber }, caller);
  }
}
