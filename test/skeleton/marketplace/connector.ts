import { say } from '#said';
import { failed, requireSet, unsendable } from '../call/call-fault.js';
import type { CallLimiter } from '../call/limiter.js';
import { MarketplaceError } from '../errors.js';
import type { OwnConnector } from '../marketplace-module.js';
import type { CallContext, MarketplaceApp, OrderRecord } from '../port.js';
import { pageTokens } from '../reading/page-tokens.js';
import { type Asker, createSkeletonClient, type SkeletonHosts } from './client.js';
import { readAmounts, readIssued, readOrderPage, readRenewed, readShops, STATES } from './read.js';

export interface SkeletonOptions extends SkeletonHosts {
  readonly consentPages: Readonly<Record<string, string>>;
  readonly limiter: CallLimiter;
}

const PAGE_SIZE = 50;

/**
 * Orders by page tokens without a count; tokens that rotate and open all shops of a seller, each by its cipher. What its
 * descriptor does not name among its abilities, it does not mention.
 */
export function createSkeletonConnector({ consentPages, limiter, ...hosts }: SkeletonOptions): OwnConnector {
  const client = createSkeletonClient(hosts, limiter);
  const ask = async (ctx: CallContext, path: string, params: object) =>
    client.call(path, params, askerOf(path, ctx), ctx);
  const exchange = (params: object, app: MarketplaceApp, options: object) =>
    client.call('/token', params, { app }, options, true);
  const describe = (ctx: CallContext) => client.call('/shops', {}, sellerOf(ctx), ctx);

  return {
    marketplace: 'skeleton',

    authorizationUrl({ region, appKey, redirectUri, state }) {
      const page = consentPages[region];
      if (page === undefined) throw noConsentPage();
      const url = new URL('/consent', page);
      url.search = new URLSearchParams({ app_key: appKey, back_to: redirectUri, state }).toString();
      return url.href;
    },

    isCallbackHostAllowed: () => false,

    exchangeCode: async ({ app, code, ...options }) => readIssued(await exchange({ code }, app, options)),

    renewToken: async ({ app, refreshToken, ...options }) =>
      readRenewed(await exchange({ refresh_token: refreshToken }, app, options)),

    describeToken: async (ctx) => readShops(await describe(ctx)),

    platformTime: async (ctx) => (await describe(ctx)).platformTime,

    orderStatuses: Object.entries(STATES).map(([platformStatus, status]) => ({ platformStatus, status })),

    orders: pageTokens<OrderRecord>({
      pageSize: PAGE_SIZE,
      isCounted: false,
      async readPage(ctx, { window, by, token, pageSize }) {
        const answer = await ask(ctx, '/orders', {
          by,
          from: window.from.getTime() / 1000,
          to: window.to.getTime() / 1000,
          page_token: token,
          page_size: pageSize,
        });
        return readOrderPage('/orders', answer);
      },
      idOf: (order) => order.orderNumber,
      versionOf: (order) => String(order.platformUpdatedAt.getTime()),
      isExpired: () => false,
    }),

    async getOrdersByNumber(ctx, orderNumbers) {
      const path = '/orders/named';
      if (orderNumbers.length === 0) throw unsendable(path, 'no order is named');
      const { next: _, ...page } = readOrderPage(path, await ask(ctx, path, { ids: orderNumbers }));
      return { ...page, total: page.records.length + page.unreadable.length };
    },

    getOrderAmounts: async (ctx, orderNumber) => readAmounts(await ask(ctx, '/amounts', { id: orderNumber })),

    close: () => client.close(),
  };
}

function sellerOf({ credentials }: CallContext): Asker {
  return { app: credentials, token: credentials.accessToken };
}

/** @throws MarketplaceError for a shop without its cipher: the call would be about no shop */
function askerOf(path: string, ctx: CallContext): Asker {
  const { cipher = '' } = ctx.credentials.shopExtras ?? {};
  requireSet(path, cipher, 'token', say('setup.access_token'));
  return { ...sellerOf(ctx), cipher };
}

function noConsentPage(): MarketplaceError {
  return new MarketplaceError({
    kind: 'configuration',
    operation: '/consent',
    what: failed('/consent', say('meaning.call_unknown')),
    remedy: say('remedy.report'),
    retryable: false,
  });
}
