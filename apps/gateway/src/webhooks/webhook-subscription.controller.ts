import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  ChangeWebhookSubscription,
  changeWebhookSubscriptionRpc,
  checkWebhookSubscriptionRpc,
  getWebhookSubscriptionRpc,
  WebhookSubscription,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import type { ErrorCode } from '../http/error-catalogue.js';
import { AskedBy } from '../http/request.js';

const MARKETPLACE_ASKED = [
  'shop.not_found',
  'shop.disconnected',
  'shop.needs_reauthorization',
  'token.refused',
  'marketplace.not_available',
  'marketplace.unavailable',
] as const satisfies readonly ErrorCode[];

@ApiTags('webhooks')
@Controller('shops/:id/webhook-subscription')
export class WebhookSubscriptionController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'shops.read',
    summary: 'Does the marketplace push for this shop: the four gates, and the address to enter',
    description: 'As it was known when the marketplace was asked last; asks nobody.',
    ok: WebhookSubscription,
    errors: ['shop.not_found'],
  })
  get(@Param('id') shopId: string, @AskedBy() caller: Caller): Promise<WebhookSubscription> {
    return this.rpc.call(getWebhookSubscriptionRpc, { shopId }, caller);
  }

  @Post('check')
  @Endpoint({
    right: 'shops.manage',
    summary: 'Ask the marketplace how the gates of this shop stand',
    ok: WebhookSubscription,
    errors: MARKETPLACE_ASKED,
  })
  check(@Param('id') shopId: string, @AskedBy() caller: Caller): Promise<WebhookSubscription> {
    return this.rpc.call(checkWebhookSubscriptionRpc, { shopId }, caller);
  }

  @Post()
  @Endpoint({
    right: 'shops.manage',
    summary: 'Subscribe the shop to events, or end them',
    description: 'Without a list: to every event that the seller has granted and that we use.',
    ok: WebhookSubscription,
    errors: [...MARKETPLACE_ASKED, 'webhook.subscription_refused'],
  })
  change(
    @Param('id') shopId: string,
    @Body() body: ChangeWebhookSubscription,
    @AskedBy() caller: Caller,
  ): Promise<WebhookSubscription> {
    return this.rpc.call(changeWebhookSubscriptionRpc, { ...body, shopId }, caller);
  }
}
