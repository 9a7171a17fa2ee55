import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  ChangeWebhookSubscriptionInput,
  changeWebhookSubscriptionRpc,
  checkWebhookSubscriptionRpc,
  getWebhookSubscriptionRpc,
  ShopById,
  type WebhookSubscription,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { WebhookSubscriptions } from './webhook-subscriptions.js';

@Controller()
export class WebhookSubscriptionRpcs {
  constructor(private readonly subscriptions: WebhookSubscriptions) {}

  @HandleRpc(getWebhookSubscriptionRpc)
  get(@Payload() input: ShopById, @Ctx() caller: Caller): Promise<WebhookSubscription> {
    return this.subscriptions.get(input, caller);
  }

  @HandleRpc(checkWebhookSubscriptionRpc)
  check(@Payload() input: ShopById, @Ctx() caller: Caller): Promise<WebhookSubscription> {
    return this.subscriptions.check(input, caller);
  }

  @HandleRpc(changeWebhookSubscriptionRpc)
  change(
    @Payload() input: ChangeWebhookSubscriptionInput,
    @Ctx() caller: Caller,
  ): Promise<WebhookSubscription> {
    return this.subscriptions.change(input, caller);
  }
}
