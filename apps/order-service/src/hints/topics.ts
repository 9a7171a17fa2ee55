import type { WebhookHint } from '#contracts';

/** What is done for a webhook beside reading its order by its number, which every one is a hint to do. */
export interface TopicHandling {
  /** Nothing at all: it says only that pushes arrive. */
  readonly isTest?: true;
  /** Its cases are read too, and its amounts are asked for again: they move without the order's update time. */
  readonly movesCases?: true;
  /** Of no order: the shop is read at once, and a token that ended is found by the marketplace's refusal. */
  readonly provesToken?: true;
  /** What is stored of its address holds no longer. */
  readonly movesAddress?: true;
}

export const TOPICS: Readonly<Record<WebhookHint['topic'], TopicHandling>> = {
  order: {},
  address: { movesAddress: true },
  after_sales: { movesCases: true },
  cancellation: { movesCases: true },
  fulfilment: {},
  authorization: { provesToken: true },
  test: { isTest: true },
  unknown: {},
};
