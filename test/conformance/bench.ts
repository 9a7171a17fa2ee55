import assert from 'node:assert/strict';
import {
  type CallContext,
  type CallLimiter,
  type ClosableConnector,
  type IssuedAuthorization,
  type ListSpan,
  type ListState,
  MarketplaceError,
  type MarketplaceErrorKind,
  type OrderRecord,
  type PermitKey,
  type RenewedToken,
  type ShopIdentity,
  type UnreadableRecord,
  withRefusals,
} from '#marketplace';
import { descriptorOf, type Marketplace } from '#marketplaces';
import { MetInMemory } from '../../libs/marketplace/src/reading/reading-bed.fixture.js';
import { type CapturingProxy, startCapturingProxy } from '../wire/capturing-proxy.js';
import type { OpenMarketplace, SellerUnderTest, ShopUnderTest } from './marketplace-under-test.js';
import { UNDER_TEST } from './marketplaces.js';

/** A shop with what the token of its seller opens it by. */
export interface OpenShop {
  readonly shop: ShopUnderTest;
  readonly seller: SellerUnderTest;
  readonly ctx: CallContext;
}

interface ConnectOptions {
  readonly timeoutMs?: number;
  readonly limiter?: CallLimiter;
}

/** One marketplace's connector before its sandbox, with a proxy between them that sees and disturbs every request. */
export class Bench {
  /** Every permit that was asked for, and every refusal for the pace that the limiter was told of. */
  readonly permits: PermitKey[] = [];
  penalties = 0;
  /** Everything that must stand in no error and no log. */
  readonly secrets = new Set<string>();
  /** All that connectors have thrown or set apart, as it would be logged and stored. */
  readonly said: string[] = [];
  private readonly opened: ClosableConnector[] = [];

  private constructor(
    readonly marketplace: Marketplace,
    readonly market: OpenMarketplace,
    readonly proxy: CapturingProxy,
  ) {}

  static async open(marketplace: Marketplace): Promise<Bench> {
    const market = await UNDER_TEST[marketplace].open();
    const bench = new Bench(marketplace, market, await startCapturingProxy(market.url));
    for (const { app } of market.sellers) bench.secrets.add(app.appSecret);
    return bench;
  }

  async close(): Promise<void> {
    for (const connector of this.opened) await connector.close();
    await this.proxy.close();
    await this.market.close();
  }

  /** As services make it. Each has breakers of its own, so that a test of faults disturbs no other. */
  async connect({ timeoutMs, limiter }: ConnectOptions = {}): Promise<ClosableConnector> {
    const { connect } = await descriptorOf(this.marketplace).load();
    const { settings, consentPages } = this.market.addresses(this.proxy.url);
    const all = { ...settings, callsPerSecond: 1000, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    const connector = withRefusals(connect(all, consentPages, limiter ?? this.countingLimiter()));
    this.opened.push(connector);
    return connector;
  }

  private countingLimiter(): CallLimiter {
    return {
      acquire: async (key) => {
        this.permits.push(key);
      },
      penalize: () => {
        this.penalties += 1;
      },
    };
  }

  /** Each time anew: the token before may end by it. */
  async authorise(seller: SellerUnderTest): Promise<{ issued: IssuedAuthorization; shops: OpenShop[] }> {
    const connector = await this.connect();
    const issued = await connector.exchangeCode({ app: seller.app, code: await seller.code() });
    this.keepSecrets(issued);
    const shops = seller.shops.map((shop) => {
      const found = issued.shops.find(({ platformShopId }) => platformShopId === shop.platformShopId);
      assert.ok(found, `the token does not open ${shop.platformShopId}`);
      return { shop, seller, ctx: this.contextOf(seller, issued.accessToken, found.extras) };
    });
    return { issued, shops };
  }

  contextOf(
    { app }: SellerUnderTest,
    accessToken: string,
    shopExtras: Readonly<Record<string, string>> | undefined,
  ): CallContext {
    return {
      credentials: {
        marketplace: this.marketplace,
        ...app,
        accessToken,
        scopes: null,
        version: 1,
        ...(shopExtras === undefined ? {} : { shopExtras }),
      },
    };
  }

  keepSecrets({
    accessToken,
    refresh,
    shops = [],
  }: RenewedToken & { readonly shops?: readonly ShopIdentity[] }): void {
    this.secrets.add(accessToken);
    if (refresh !== null) this.secrets.add(refresh.token);
    for (const { extras = {} } of shops) for (const extra of Object.values(extras)) this.secrets.add(extra);
  }

  /** The error that a call ends with; anything else is a fault of the connector. */
  async failure(call: Promise<unknown>, kind: MarketplaceErrorKind): Promise<MarketplaceError> {
    const error = await call.then(
      () => assert.fail('it succeeded'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof MarketplaceError, String(error));
    this.said.push(
      ...[error.message, error.remedy, error.platformMessage, error.raw, error.stack].map(String),
      JSON.stringify(error),
      String(error.cause),
    );
    assert.equal(error.kind, kind, error.message);
    assert.notEqual(error.remedy, '', 'it tells nobody what to do');
    return error;
  }

  keepUnreadable(rows: readonly UnreadableRecord[]): void {
    this.said.push(JSON.stringify(rows));
  }

  /** How many requests reached the marketplace's door meanwhile. */
  async requestsOf(work: () => Promise<unknown>): Promise<number> {
    const before = this.proxy.seen.length;
    await work();
    return this.proxy.seen.length - before;
  }
}

/** Everything that a list hands out over a span, as a service reads it. @param between two steps, something happens */
export async function readWhole(
  connector: ClosableConnector,
  ctx: CallContext,
  span: ListSpan,
  between: (step: number) => Promise<void> = async () => {},
): Promise<OrderRecord[]> {
  const records: OrderRecord[] = [];
  const met = new MetInMemory();
  let state: ListState | null = null;
  for (let number = 0; state === null || state.windows.length > 0; number += 1) {
    assert.ok(number < 2000, 'the reading never ends');
    const step = await connector.orders.read(ctx, span, state);
    records.push(...step.pages.flatMap((page) => page.records));
    assert.deepEqual(
      step.pages.flatMap((page) => page.unreadable),
      [],
    );
    // Another process goes on with it.
    state = JSON.parse(JSON.stringify((await step.settle(met)).state)) as ListState;
    await between(number);
  }
  assert.deepEqual(state.incomplete ?? [], []);
  return records;
}
