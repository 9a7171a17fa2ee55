import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  Completeness,
  type CompletenessDay,
  type CompletenessDayKey,
  type CompletenessShop,
  type CompletenessSpan,
  type CompletenessStatuses,
  type CompletenessSummary,
  type ListCompletenessDays,
  type ListCompletenessShops,
  type PageWithLacks,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { CompletenessQueries } from './completeness-queries.js';
import { StatusCounts } from './status-counts.js';

@Controller()
export class CompletenessRpc {
  constructor(
    private readonly queries: CompletenessQueries,
    private readonly statusCounts: StatusCounts,
  ) {}

  @HandleRpc(Completeness.days)
  days(
    @Payload() query: ListCompletenessDays,
    @Ctx() caller: Caller,
  ): Promise<PageWithLacks<CompletenessDay>> {
    return this.queries.days(query, caller);
  }

  @HandleRpc(Completeness.summary)
  summary(@Payload() span: CompletenessSpan, @Ctx() caller: Caller): Promise<CompletenessSummary> {
    return this.queries.summary(span, caller);
  }

  @HandleRpc(Completeness.shops)
  shops(
    @Payload() query: ListCompletenessShops,
    @Ctx() caller: Caller,
  ): Promise<PageWithLacks<CompletenessShop>> {
    return this.queries.shops(query, caller);
  }

  @HandleRpc(Completeness.statuses)
  statuses(@Payload() key: CompletenessDayKey, @Ctx() caller: Caller): Promise<CompletenessStatuses> {
    return this.statusCounts.count(key, caller);
  }
}
