import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  Completeness,
  CompletenessDayPage,
  CompletenessShopPage,
  CompletenessSpan,
  CompletenessStatuses,
  CompletenessSummary,
  ListCompletenessDays,
  ListCompletenessShops,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

/** The ledger is filled by runs of kind `audit`: `POST /sync/orders/runs`. */
@ApiTags('completeness')
@Controller('completeness')
export class CompletenessController {
  constructor(private readonly rpc: RpcClient) {}

  @Get('days')
  @Endpoint({
    right: 'sync.read',
    summary: 'The completeness ledger: each creation day of each shop, newest first',
    description:
      'To fill it now, start a sync run of kind `audit`; what it finds missing or stale is stored at once. `of=after_sales`: of after-sales cases.',
    ok: CompletenessDayPage,
  })
  days(@Query() query: ListCompletenessDays, @AskedBy() caller: Caller): Promise<CompletenessDayPage> {
    return this.rpc.call(Completeness.days, query, caller);
  }

  @Get('summary')
  @Endpoint({
    right: 'sync.read',
    summary: 'Sums of the completeness ledger',
    description:
      'Complete without doubt: `difference`, `daysWithGap`, `daysUnchecked` and `shopsNotConnected` are all 0. What shops count that are not connected is left out, and their days are unchecked.',
    ok: CompletenessSummary,
  })
  summary(@Query() span: CompletenessSpan, @AskedBy() caller: Caller): Promise<CompletenessSummary> {
    return this.rpc.call(Completeness.summary, span, caller);
  }

  @Get('shops')
  @Endpoint({
    right: 'sync.read',
    summary: 'Sums of the completeness ledger for each shop',
    ok: CompletenessShopPage,
  })
  shops(@Query() page: ListCompletenessShops, @AskedBy() caller: Caller): Promise<CompletenessShopPage> {
    return this.rpc.call(Completeness.shops, page, caller);
  }

  @Get(':shopId/days/:day/statuses')
  @Endpoint({
    right: 'sync.run',
    summary: 'One day by status, counted by the marketplace now and by us',
    description: 'Costs eight calls to the marketplace.',
    ok: CompletenessStatuses,
    errors: [
      'shop.not_found',
      'shop.needs_reauthorization',
      'shop.disconnected',
      'shop.missing_permission',
      'marketplace.not_available',
      'marketplace.unavailable',
    ],
  })
  statuses(
    @Param('shopId') shopId: string,
    @Param('day') day: string,
    @AskedBy() caller: Caller,
  ): Promise<CompletenessStatuses> {
    return this.rpc.call(Completeness.statuses, { shopId, day }, caller);
  }
}
