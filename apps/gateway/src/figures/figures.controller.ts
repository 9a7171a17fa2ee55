import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  FigureQuery,
  Figures,
  MetricDefinitionList,
  Overview,
  RevenueCheckPage,
  RevenueCheckQuery,
  SalesRank,
  SalesRankQuery,
  Trend,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

const DAYS =
  'Days are local days of each shop by its own zone; `applied` says which were taken. Give `span`, or `from` and `to` ' +
  '(half-open, at most 731 days). Amounts stand for each currency apart, each with its coverage; `definitions` says of ' +
  'each its basis. Comparisons are over whole days: a day that is not over at the shop is left out of both sides.';

@ApiTags('figures')
@Controller('figures')
export class FiguresController {
  constructor(private readonly rpc: RpcClient) {}

  @Get('overview')
  @Endpoint({
    right: 'figures.read',
    summary: 'Orders, units and amounts of a span, and of its whole days against as many before',
    description: DAYS,
    ok: Overview,
    errors: ['shop.not_found'],
  })
  overview(@Query() query: FigureQuery, @AskedBy() caller: Caller): Promise<Overview> {
    return this.rpc.call(Figures.overview, query, caller);
  }

  @Get('trend')
  @Endpoint({
    right: 'figures.read',
    summary: 'The same figures day by day; a day without orders has zeros',
    description: DAYS,
    ok: Trend,
    errors: ['shop.not_found', 'reply.too_large'],
  })
  trend(@Query() query: FigureQuery, @AskedBy() caller: Caller): Promise<Trend> {
    return this.rpc.call(Figures.trend, query, caller);
  }

  @Get('sales-rank')
  @Endpoint({
    right: 'figures.read',
    summary: 'The best selling SKUs over all lines of valid orders, with growth against the span before',
    description: DAYS,
    ok: SalesRank,
    errors: ['shop.not_found'],
  })
  salesRank(@Query() query: SalesRankQuery, @AskedBy() caller: Caller): Promise<SalesRank> {
    return this.rpc.call(Figures.salesRank, query, caller);
  }

  @Get('revenue-check')
  @Endpoint({
    right: 'figures.read',
    summary: 'Orders whose net revenue is not what the marketplace estimates, the largest difference first',
    description:
      'The marketplace’s side is its estimated revenue − shipping − sign on delivery, of valid orders of which both sides ' +
      `are known; their sums stand in the overview. Sizes are minor units: give \`currency\` for one currency. ${DAYS}`,
    ok: RevenueCheckPage,
    errors: ['shop.not_found'],
  })
  revenueCheck(@Query() query: RevenueCheckQuery, @AskedBy() caller: Caller): Promise<RevenueCheckPage> {
    return this.rpc.call(Figures.revenueCheck, query, caller);
  }

  @Get('definitions')
  @Endpoint({
    right: 'figures.read',
    summary: 'What each figure means: its one name and formula, in English and Chinese',
    ok: MetricDefinitionList,
  })
  definitions(@AskedBy() caller: Caller): Promise<MetricDefinitionList> {
    return this.rpc.call(Figures.definitions, {}, caller);
  }
}
