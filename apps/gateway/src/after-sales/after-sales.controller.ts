import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AfterSales,
  AfterSalesCounts,
  AfterSalesDetail,
  AfterSalesFilters,
  AfterSalesPage,
  type Caller,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('after-sales')
@Controller('after-sales')
export class AfterSalesController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'orders.read',
    summary: 'List after-sales cases: open ones first by their latest moment to act, then ended ones',
    ok: AfterSalesPage,
  })
  list(@Query() filters: AfterSalesFilters, @AskedBy() caller: Caller): Promise<AfterSalesPage> {
    return this.rpc.call(AfterSales.list, filters, caller);
  }

  @Get('counts')
  @Endpoint({
    right: 'orders.read',
    summary: 'Count after-sales cases by status',
    description: 'Over the same filters as the list, but for `status`, `open`, `limit` and `cursor`.',
    ok: AfterSalesCounts,
  })
  counts(@Query() filters: AfterSalesFilters, @AskedBy() caller: Caller): Promise<AfterSalesCounts> {
    return this.rpc.call(AfterSales.count, filters, caller);
  }

  @Get(':shopId/:caseNumber')
  @Endpoint({
    right: 'orders.read',
    summary: 'One after-sales case with its history',
    ok: AfterSalesDetail,
    errors: ['after_sales.not_found'],
  })
  get(
    @Param('shopId') shopId: string,
    @Param('caseNumber') caseNumber: string,
    @AskedBy() caller: Caller,
  ): Promise<AfterSalesDetail> {
    return this.rpc.call(AfterSales.get, { shopId, caseNumber }, caller);
  }
}
