import { Body, Controller, Get, Param, Post, Query, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  type Caller,
  getWebhookRpc,
  ListWebhooks,
  listWebhookRefusalsRpc,
  listWebhooksRpc,
  type MarketplaceId,
  ReplayWebhooks,
  receiveWebhookRpc,
  replayWebhookRpc,
  replayWebhooksRpc,
  WebhookDetail,
  WebhookPage,
  WebhookReceipt,
  WebhookRefusalList,
  WebhookReplay,
} from '#contracts';
import { descriptorOf } from '#marketplaces';
import { RpcClient } from '#messaging';
import { AppError } from '#runtime';
import { PUSH_BODY } from '../http/body.js';
import { Endpoint } from '../http/endpoint.decorator.js';
import { marketplaceOf } from '../http/marketplace-param.js';
import { AskedBy } from '../http/request.js';

@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'sync.read',
    summary: 'List webhooks, newest first',
    description: 'With the right for single shops only, the webhooks of these shops.',
    ok: WebhookPage,
  })
  list(@Query() query: ListWebhooks, @AskedBy() caller: Caller): Promise<WebhookPage> {
    return this.rpc.call(listWebhooksRpc, query, caller);
  }

  @Get('refusals')
  @Endpoint({
    right: 'sync.read',
    summary: 'How many webhooks were refused, by day, app and reason',
    description: 'Of the apps of the shops that you may see; of no app for those who see all shops.',
    ok: WebhookRefusalList,
  })
  refusals(@AskedBy() caller: Caller): Promise<WebhookRefusalList> {
    return this.rpc.call(listWebhookRefusalsRpc, {}, caller);
  }

  @Get(':id')
  @Endpoint({
    right: 'sync.read',
    summary: 'One webhook with its text',
    ok: WebhookDetail,
    errors: ['webhook.not_found'],
  })
  get(@Param('id') id: string, @AskedBy() caller: Caller): Promise<WebhookDetail> {
    return this.rpc.call(getWebhookRpc, { id }, caller);
  }

  @Post('replays')
  @Endpoint({
    right: 'sync.run',
    summary: 'Hand the webhooks of a time span on again',
    description: 'At most 5,000 at once; `isTrial` only counts them.',
    ok: WebhookReplay,
    errors: ['webhook.range_too_large'],
  })
  replayRange(@Body() body: ReplayWebhooks, @AskedBy() caller: Caller): Promise<WebhookReplay> {
    return this.rpc.call(replayWebhooksRpc, body, caller);
  }

  @Post(':id/replay')
  @Endpoint({
    right: 'sync.run',
    summary: 'Hand one webhook on again',
    ok: WebhookDetail,
    errors: ['webhook.not_found', 'webhook.shop_not_connected'],
  })
  replay(@Param('id') id: string, @AskedBy() caller: Caller): Promise<WebhookDetail> {
    return this.rpc.call(replayWebhookRpc, { id }, caller);
  }

  @Post(':marketplace')
  @ApiBody({ schema: { type: 'object', properties: { eventData: { type: 'string' } } } })
  @Endpoint({
    public: 'the signature says who speaks',
    summary: 'Where marketplaces push to',
    description:
      'Stored before it is answered; answered within 500 ms, or refused so that the marketplace tries again.',
    ok: WebhookReceipt,
    body: PUSH_BODY,
    errors: [
      'route.not_found',
      'marketplace.not_available',
      'webhook.malformed',
      'webhook.refused',
      'webhook.too_old',
      'webhook.from_future',
      'webhook.storage_unavailable',
      'request.too_large',
    ],
  })
  async receive(
    @Param('marketplace') marketplace: string,
    @Req() request: RawBodyRequest<FastifyRequest>,
    @AskedBy() caller: Caller,
  ): Promise<WebhookReceipt> {
    const message = {
      marketplace: marketplaceOf(marketplace),
      headers: signedHeadersOf(marketplaceOf(marketplace), request),
      body: request.rawBody?.toString('utf8') ?? '',
    };
    await this.rpc.call(receiveWebhookRpc, message, caller).catch((error: unknown) => {
      throw isTimeout(error) ? notStored(error) : error;
    });
    return { result: {} };
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof AppError && error.code === 'service.timeout';
}

/** Whether it was stored after all is of no account: the marketplace pushes it again, and a double is only counted. */
function notStored(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    'webhook.storage_unavailable',
    'The message could not be stored now. Send it again.',
    {},
    { cause },
  );
}

/** Nothing else of the request is sent on. */
function signedHeadersOf(marketplace: MarketplaceId, request: FastifyRequest): Record<string, string> {
  const signed = descriptorOf(marketplace).pushes?.headers ?? [];
  return Object.fromEntries(
    Object.entries(request.headers).filter(
      (entry): entry is [string, string] => signed.includes(entry[0]) && typeof entry[1] === 'string',
    ),
  );
}
