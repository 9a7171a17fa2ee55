import { Module } from '@nestjs/common';
import { WebhookSubscriptionController } from './webhook-subscription.controller.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({ controllers: [WebhooksController, WebhookSubscriptionController] })
export class WebhooksModule {}
