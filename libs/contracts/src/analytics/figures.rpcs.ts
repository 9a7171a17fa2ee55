import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import {
  FigureQuery,
  type MetricDefinitionList,
  type Overview,
  type RevenueCheckPage,
  RevenueCheckQuery,
  type SalesRank,
  SalesRankQuery,
  type Trend,
} from './figures.js';

export const Figures = {
  overview: defineRpc('analytics', 'overview', 'get', 1, {
    input: FigureQuery,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Overview>(),
  trend: defineRpc('analytics', 'trend', 'get', 1, {
    input: FigureQuery,
    kind: 'query',
    callers: ['gateway'],
  }).answers<Trend>(),
  salesRank: defineRpc('analytics', 'sales-rank', 'get', 1, {
    input: SalesRankQuery,
    kind: 'query',
    callers: ['gateway'],
  }).answers<SalesRank>(),
  revenueCheck: defineRpc('analytics', 'revenue-check', 'list', 1, {
    input: RevenueCheckQuery,
    kind: 'query',
    callers: ['gateway'],
  }).answers<RevenueCheckPage>(),
  definitions: defineRpc('analytics', 'metric-definition', 'list', 1, {
    input: NoInput,
    kind: 'query',
    callers: ['gateway'],
  }).answers<MetricDefinitionList>(),
} as const;
