import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  FigureQuery,
  Figures,
  MetricDefinitionList,
  Overview,
  SalesRank,
  SalesRankQuery,
  Trend,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

const DAYS =
  'Days are local days of each shop by its own zone; `applied` says which were taken. Give `span`, or `from` and `to` ' +
  '(half-open, at most 731 days). Amounts stand for each currency apart, each with its coverage.';

@ApiTags('figures')
@Controller('figures')
export class FiguresController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get('overview')
  @Endpoint({
    right: 'figures.read',
    summary: 'Orders, units and amounts of a span, and of the equal span before',
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
