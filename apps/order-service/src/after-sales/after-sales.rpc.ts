import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  AfterSales,
  type AfterSalesCase,
  type AfterSalesCounts,
  type AfterSalesDetail,
  type AfterSalesFilters,
  type AfterSalesKey,
  type Caller,
  type PageWithLacks,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { AfterSalesQueries } from './after-sales-queries.js';

@Controller()
export class AfterSalesRpc {
  constructor(private readonly queries: AfterSalesQueries) {}

  @HandleRpc(AfterSales.list)
  list(@Payload() filters: AfterSalesFilters, @Ctx() caller: Caller): Promise<PageWithLacks<AfterSalesCase>> {
    return this.queries.list(filters, caller);
  }

  @HandleRpc(AfterSales.count)
  count(@Payload() filters: AfterSalesFilters, @Ctx() caller: Caller): Promise<AfterSalesCounts> {
    return this.queries.count(filters, caller);
  }

  @HandleRpc(AfterSales.get)
  get(@Payload() key: AfterSalesKey, @Ctx() caller: Caller): Promise<AfterSalesDetail> {
    return this.queries.get(key, caller);
  }
}
