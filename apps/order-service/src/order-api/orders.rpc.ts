import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  type EmitOrdersInput,
  type Order,
  type OrderChecksum,
  type OrderChecksumInput,
  type OrderCounts,
  type OrderDetail,
  type OrderFilters,
  type OrderKey,
  Orders,
  type PageWithLacks,
  type RevealedAddress,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { AddressReader } from '../addresses/address-reader.js';
import { OrderEmitter } from './order-emitter.js';
import { OrderQueries } from './order-queries.js';
import { OrderRefresh } from './order-refresh.js';

@Controller()
export class OrdersRpc {
  constructor(
    private readonly queries: OrderQueries,
    private readonly refresher: OrderRefresh,
    private readonly emitter: OrderEmitter,
    private readonly addresses: AddressReader,
  ) {}

  @HandleRpc(Orders.list)
  list(@Payload() filters: OrderFilters, @Ctx() caller: Caller): Promise<PageWithLacks<Order>> {
    return this.queries.list(filters, caller);
  }

  @HandleRpc(Orders.count)
  count(@Payload() filters: OrderFilters, @Ctx() caller: Caller): Promise<OrderCounts> {
    return this.queries.count(filters, caller);
  }

  @HandleRpc(Orders.get)
  get(@Payload() key: OrderKey, @Ctx() caller: Caller): Promise<OrderDetail> {
    return this.queries.get(key, caller);
  }

  @HandleRpc(Orders.refresh)
  async refresh(@Payload() key: OrderKey, @Ctx() caller: Caller): Promise<OrderDetail> {
    await this.refresher.refresh(key, caller);
    return this.queries.get(key, caller);
  }

  @HandleRpc(Orders.revealAddress)
  revealAddress(@Payload() key: OrderKey, @Ctx() caller: Caller): Promise<RevealedAddress> {
    return this.addresses.reveal(key, caller);
  }

  @HandleRpc(Orders.checksum)
  checksum(@Payload() { shopId }: OrderChecksumInput): Promise<OrderChecksum> {
    return this.queries.checksum(shopId);
  }

  @HandleRpc(Orders.emit)
  emit(@Payload() { shopId, utcDays }: EmitOrdersInput): Promise<{ orders: number }> {
    return this.emitter.emit(shopId, utcDays);
  }
}
