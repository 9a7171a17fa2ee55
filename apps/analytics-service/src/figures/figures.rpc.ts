import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  type FigureQuery,
  Figures,
  type MetricDefinitionList,
  type Overview,
  type RevenueCheckPage,
  type RevenueCheckQuery,
  type SalesRank,
  type SalesRankQuery,
  type Trend,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { Database } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { metricDefinitions } from './metric-registry.js';
import { readOverview } from './overview.js';
import { readRevenueCheck } from './revenue-check.js';
import { readSalesRank } from './sales-rank.js';
import { readTrend } from './trend.js';

@Controller()
export class FiguresRpc {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @HandleRpc(Figures.overview)
  overview(@Payload() query: FigureQuery, @Ctx() caller: Caller): Promise<Overview> {
    return readOverview(this.database, query, caller, this.now());
  }

  @HandleRpc(Figures.trend)
  trend(@Payload() query: FigureQuery, @Ctx() caller: Caller): Promise<Trend> {
    return readTrend(this.database, query, caller, this.now());
  }

  @HandleRpc(Figures.salesRank)
  salesRank(@Payload() query: SalesRankQuery, @Ctx() caller: Caller): Promise<SalesRank> {
    return readSalesRank(this.database, query, caller, this.now());
  }

  @HandleRpc(Figures.revenueCheck)
  revenueCheck(@Payload() query: RevenueCheckQuery, @Ctx() caller: Caller): Promise<RevenueCheckPage> {
    return readRevenueCheck(this.database, query, caller, this.now());
  }

  @HandleRpc(Figures.definitions)
  async definitions(): Promise<MetricDefinitionList> {
    return { rows: metricDefinitions() };
  }
}
