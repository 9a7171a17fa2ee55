import { say } from '#said';
import type { CallLimiter } from '../call/limiter.js';
import { MarketplaceError } from '../errors.js';
import type { OwnConnector } from '../marketplace-module.js';
import type { CallContext, ListPage, MarketplaceApp, OrderRecord } from '../port.js';
import { pageTokens } from '../reading/page-tokens.js';
import { type Answer, type Asker, createSkeletonClient } from './client.js';
import { readAmounts, readIssued, readOrderPage, readRenewed, readShops, STATES } from './read.js';

export interface SkeletonOptions {
  readonly hosts: Readonly<Record<string, string>>;
  readonly consentPages: Readonly<Record<string, string>>;
  readonly limiter: CallLimiter;
}

const PAGE_SIZE = 50;

/**
 * Orders by page tokens without a count; tokens that rotate and open all shops of a seller, each by its cipher. What its
 * descriptor does not name among its abilities, it does not mention.
 */
export function createSkeletonConnector({ hosts, consentPages, limiter }: SkeletonOptions): OwnConnector {
  const client = createSkeletonClient(hosts, limiter);
  const ask = (ctx: CallContext, path: string, params: object) =>
    client.call(path, params, askerOf(path, ctx), ctx);
  const askOnce = (path: string, params: object, app: MarketplaceApp, options: object): Promise<Answer> =>
    client.call(path, params, { app }, options, true);

  return {
    marketplace: 'skeleton',

    authorizationUrl({ region, appKey, redirectUri, state }) {
      const page = consentPages[region];
      if (page === undefined) throw lacking('/consent');
      const url = new URL('/consent', page);
      url.search = new URLSearchParams({ app_key: appKey, back_to: redirectUri, state }).toString();
      return url.href;
    },

    isCallbackHostAllowed: () => false,

    exchangeCode: async ({ app, code, ...options }) =>
      readIssued(await askOnce('/token', { code }, app, options)),

    renewToken: async ({ app, refreshToken, ...options }) =>
      readRenewed(await askOnce('/token', { refresh_token: refreshToken }, app, options)),

    describeToken: async (ctx) => readShops(await client.call('/shops', {}, sellerOf(ctx), ctx)),

    platformTime: async (ctx) => (await client.call('/shops', {}, sellerOf(ctx), ctx)).platformTime,

    orderStatuses: Object.entries(STATES).map(([platformStatus, status]) => ({ platformStatus, status })),

    orders: pageTokens<OrderRecord>({
      pageSize: PAGE_SIZE,
      isCounted: false,
      async readPage(ctx, { window, by, token, pageSize }) {
        const answer = await ask(ctx, '/orders', {
          by,
          from: seconds(window.from),
          to: seconds(window.to),
          page_token: token,
          page_size: pageSize,
        });
        return readOrderPage(answer);
      },
      idOf: (order) => order.orderNumber,
      versionOf: (order) => String(order.platformUpdatedAt.getTime()),
      isExpired: () => false,
    }),

    async getOrdersByNumber(ctx, orderNumbers): Promise<ListPage<OrderRecord>> {
      const { next: _, ...page } = readOrderPage(await ask(ctx, '/orders/named', { ids: orderNumbers }));
      return { ...page, total: page.records.length + page.unreadable.length };
    },

    getOrderAmounts: async (ctx, orderNumber) => readAmounts(await ask(ctx, '/amounts', { id: orderNumber })),

    close: () => client.close(),
  };
}

function seconds(date: Date): number {
  return date.getTime() / 1000;
}

function sellerOf({ credentials }: CallContext): Asker {
  return { app: credentials, token: credentials.accessToken };
}

/** @throws MarketplaceError of kind `configuration` for a shop without its cipher: the call would be about no shop. */
function askerOf(path: string, ctx: CallContext): Asker {
  const cipher = ctx.credentials.shopExtras?.cipher;
  if (cipher === undefined) throw lacking(path);
  return { ...sellerOf(ctx), cipher };
}

function lacking(operation: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'configuration',
    operation,
    what: say('call.failed', { operation, what: say('meaning.call_unknown') }),
    remedy: say('remedy.report'),
    retryable: false,
  });
}
