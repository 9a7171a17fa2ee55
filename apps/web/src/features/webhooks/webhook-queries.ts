import { ask, gateway } from '../../api/client';
import type { FiltersOf, WebhookState, WebhookTopic } from '../../api/types';

export const WEBHOOKS_KEY = 'webhooks';

export interface WebhookFilters {
  shopId?: string;
  topic?: WebhookTopic;
  state?: WebhookState;
}

export type ListedWebhooks = FiltersOf<'Webhooks_list'>;

export const listWebhooks = (filters: ListedWebhooks, page: { cursor?: string; limit: number }) =>
  ask(gateway.GET('/api/v1/webhooks', { params: { query: { ...filters, ...page } } }));

export const readWebhook = (id: string) =>
  ask(gateway.GET('/api/v1/webhooks/{id}', { params: { path: { id } } }));

export const replayWebhook = (id: string) =>
  ask(gateway.POST('/api/v1/webhooks/{id}/replay', { params: { path: { id } } }));

export interface ReplaySpan extends WebhookFilters {
  /** Days of each shop, both included. */
  fromDay: string;
  toDay: string;
  /** Count only. */
  isTrial: boolean;
}

export const replaySpan = (body: ReplaySpan) => ask(gateway.POST('/api/v1/webhooks/replays', { body }));

export const readRefusals = () => ask(gateway.GET('/api/v1/webhooks/refusals'));

export const subscriptionKey = (shopId: string) => [WEBHOOKS_KEY, 'subscription', shopId] as const;

export const readSubscription = (id: string) =>
  ask(gateway.GET('/api/v1/shops/{id}/webhook-subscription', { params: { path: { id } } }));

/** Asks the marketplace. */
export const checkSubscription = (id: string) =>
  ask(gateway.POST('/api/v1/shops/{id}/webhook-subscription/check', { params: { path: { id } } }));

/** Every event that the seller has granted and that is made use of. */
export const subscribe = (id: string) =>
  ask(gateway.POST('/api/v1/shops/{id}/webhook-subscription', { params: { path: { id } }, body: {} }));
