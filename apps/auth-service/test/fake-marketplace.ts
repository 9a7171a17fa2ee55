import { quoted } from '#contracts';
import type {
  CallContext,
  ExchangeCodeInput,
  IssuedAuthorization,
  MarketplaceConnector,
  PushSubscription,
  ShopIdentity,
  TokenDescription,
} from '#marketplace';
import { createLocalLimiter, MarketplaceError, withRefusals } from '#marketplace';
import { descriptorOf } from '#marketplaces';

/** Pushed messages are verified as they are in earnest; that makes no call. */
const { connect } = await descriptorOf('temu').load();
const real = withRefusals(connect({ hosts: {}, callsPerSecond: 20 }, {}, createLocalLimiter()));
await real.close();

/** A marketplace in memory: which code brings which tokens, which token is of which shop. */
export class FakeMarketplace {
  readonly codes = new Map<string, IssuedAuthorization>();
  readonly tokens = new Map<string, TokenDescription>();
  /** Set: every call fails as when the platform is down. */
  isDown = false;
  exchanged = 0;
  /** What happens elsewhere while a code or token is looked at, once. */
  meanwhile: (() => Promise<void>) | undefined;
  /** Every change of a subscription, in order. */
  readonly subscriptions: PushSubscription[] = [];

  /** A token that opens one shop. */
  identity(
    platformShopId: string,
    {
      expiresAt = new Date('2027-06-01T00:00:00Z'),
      scopes = ['bg.order.list.v2.get'],
      ...shop
    }: Partial<ShopIdentity & Pick<TokenDescription, 'expiresAt' | 'scopes'>> = {},
  ): TokenDescription {
    return {
      expiresAt,
      scopes,
      platformSellerId: null,
      shops: [{ platformShopId, platformRegion: '211', shopType: 'local', pushes: null, ...shop }],
    };
  }

  /** A code that brings a token for each shop, the first as the seller's own. */
  grant(
    code: string,
    shops: readonly { platformShopId: string; accessToken: string; identity?: TokenDescription }[],
  ): void {
    const [own, ...others] = shops;
    if (own === undefined) throw new Error('a code needs a shop');
    for (const shop of shops)
      this.tokens.set(shop.accessToken, shop.identity ?? this.identity(shop.platformShopId));
    this.codes.set(code, {
      ...(own.identity ?? this.identity(own.platformShopId)),
      accessToken: own.accessToken,
      refresh: null,
      further: others.map(({ platformShopId, accessToken }) => ({ platformShopId, accessToken })),
    });
  }

  connector(): MarketplaceConnector {
    const notNeeded = (): never => {
      throw new Error('auth-service does not ask for this');
    };
    const unread = { idOf: notNeeded, read: notNeeded };
    return {
      marketplace: 'temu',
      authorizationUrl: ({ region, appKey, redirectUri, state }) => {
        if (region === 'cn' || region === 'partner') {
          throw this.refusal('configuration', 'no consent page', 'Paste a token.');
        }
        const url = new URL(`https://seller.example/${region}/authorization`);
        url.search = new URLSearchParams({ appKey, redirect_uri: redirectUri, state }).toString();
        return url.href;
      },
      isCallbackHostAllowed: (region, host) => host === `openapi-${region}.example`,
      exchangeCode: async ({ code }: ExchangeCodeInput) => {
        this.assertUp();
        this.exchanged += 1;
        await this.takeTime();
        const issued = this.codes.get(code);
        if (issued === undefined) throw this.refusal('business', 'The code is unknown', 'Begin again.');
        this.codes.delete(code);
        return issued;
      },
      describeToken: async ({ credentials }: CallContext) => {
        this.assertUp();
        await this.takeTime();
        return this.known(credentials.accessToken);
      },
      pushEvents: real.pushEvents,
      readPush: real.readPush,
      changePushSubscription: async ({ credentials }, { permit, cancel, address }) => {
        this.assertUp();
        const { pushes } = this.known(credentials.accessToken).shops[0];
        if (pushes === null) throw this.refusal('business', 'No pushes here', 'Ask the marketplace.');
        const refused = permit.find((eventCode) => !pushes.grantedEvents.includes(eventCode));
        if (refused !== undefined) {
          throw this.refusal('scope', 'The token lacks the grant for this event', 'Authorise again.');
        }
        this.subscriptions.push({ permit, cancel, address });
        const kept = pushes.subscribedEvents.filter((eventCode) => !cancel.includes(eventCode));
        pushes.subscribedEvents = [...new Set([...kept, ...permit])];
      },
      platformTime: notNeeded,
      orders: unread,
      countOrders: notNeeded,
      getOrdersByNumber: notNeeded,
      getOrderAmounts: notNeeded,
      getOrderAddress: notNeeded,
      afterSales: unread,
      getAfterSalesOfOrders: notNeeded,
      getCancelRequests: notNeeded,
      getAfterSalesLines: notNeeded,
      getAfterSalesRefund: notNeeded,
      listProducts: notNeeded,
      getProductsById: notNeeded,
      listSkus: notNeeded,
      getSupplierPrices: notNeeded,
      orderStatuses: [],
      promotionTypes: ['2'],
      listPromotions: notNeeded,
      listPromotionProducts: notNeeded,
    };
  }

  private known(accessToken: string): TokenDescription {
    const identity = this.tokens.get(accessToken);
    if (identity === undefined) throw this.refusal('token', 'The token is unknown', 'Copy it again.');
    return identity;
  }

  private async takeTime(): Promise<void> {
    const { meanwhile } = this;
    this.meanwhile = undefined;
    await meanwhile?.();
  }

  private assertUp(): void {
    if (this.isDown) throw this.refusal('transient', 'No answer', 'Try again later.');
  }

  protected refusal(kind: MarketplaceError['kind'], message: string, remedy: string): MarketplaceError {
    return new MarketplaceError({
      kind,
      operation: 'fake',
      what: quoted(message),
      remedy: quoted(remedy),
      retryable: kind === 'transient',
    });
  }
}
