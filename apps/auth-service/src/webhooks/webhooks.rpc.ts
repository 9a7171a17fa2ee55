import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  getWebhookRpc,
  ListWebhookRefusals,
  ListWebhooks,
  listWebhookRefusalsRpc,
  listWebhooksRpc,
  marketplaceAppsChanged,
  type ReceivedWebhook,
  ReceiveWebhook,
  ReplayWebhooks,
  receiveWebhookRpc,
  replayWebhookRpc,
  replayWebhooksRpc,
  WebhookById,
  type WebhookDetail,
  type WebhookPage,
  type WebhookRefusalList,
  type WebhookReplay,
} from '#contracts';
import { HandleBroadcast, HandleRpc } from '#messaging';
import { WebhookApps } from './webhook-apps.js';
import { WebhookInbox } from './webhook-inbox.js';
import { WebhookQueries } from './webhook-queries.js';
import { WebhookReplays } from './webhook-replay.js';

@Controller()
export class WebhookRpcs {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly queries: WebhookQueries,
    private readonly replays: WebhookReplays,
    private readonly apps: WebhookApps,
  ) {}

  @HandleRpc(receiveWebhookRpc)
  receive(@Payload() input: ReceiveWebhook): Promise<ReceivedWebhook> {
    return this.inbox.receive(input);
  }

  @HandleRpc(listWebhooksRpc)
  list(@Payload() input: ListWebhooks, @Ctx() caller: Caller): Promise<WebhookPage> {
    return this.queries.list(input, caller);
  }

  @HandleRpc(getWebhookRpc)
  get(@Payload() input: WebhookById, @Ctx() caller: Caller): Promise<WebhookDetail> {
    return this.queries.get(input, caller);
  }

  @HandleRpc(listWebhookRefusalsRpc)
  refusals(@Payload() _input: ListWebhookRefusals, @Ctx() caller: Caller): Promise<WebhookRefusalList> {
    return this.queries.refusals(caller);
  }

  @HandleRpc(replayWebhookRpc)
  replay(@Payload() input: WebhookById, @Ctx() caller: Caller): Promise<WebhookDetail> {
    return this.replays.one(input, caller);
  }

  @HandleRpc(replayWebhooksRpc)
  replayRange(@Payload() input: ReplayWebhooks, @Ctx() caller: Caller): Promise<WebhookReplay> {
    return this.replays.range(input, caller);
  }

  @HandleBroadcast(marketplaceAppsChanged)
  async appsChanged(): Promise<void> {
    this.apps.forget();
  }
}
