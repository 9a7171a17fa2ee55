import type { ConnectorSettings, MarketplaceApp, Money, PushedRequest } from '#marketplace';

/** What the sandbox itself says of an order, read past the connector. */
export interface OrderTruth {
  readonly orderNumber: string;
  readonly platformStatus: string;
  /** UNIX seconds, both. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lineIds: readonly string[];
  /** What the buyer paid; null where it is not known (yet). */
  readonly paid: Money | null;
}

export interface ShopUnderTest {
  readonly platformShopId: string;
  /** As they are now. At least three pages of the marketplace's list in one of the shops. */
  orders(): Promise<OrderTruth[]>;
  /** Something happens to an order: it is updated now. */
  change(orderNumber: string): Promise<void>;
}

/** One authorisation covers all shops of a seller. */
export interface SellerUnderTest {
  readonly app: MarketplaceApp;
  readonly shops: readonly [ShopUnderTest, ...ShopUnderTest[]];
  /** A new one, as the consent page gives it to the callback. */
  code(): Promise<string>;
}

/** A marketplace's sandbox, running, in a world that stands still but for what the suite changes. */
export interface OpenMarketplace {
  /** Where it listens. It limits no pace, or far above what a test asks. */
  readonly url: string;
  /** As settings name them, where `base` stands in the place of `url`. */
  addresses(base: string): {
    readonly settings: Omit<ConnectorSettings, 'callsPerSecond' | 'timeoutMs'>;
    readonly consentPages: Readonly<Record<string, string>>;
  };
  /** Paths at which the protocol itself wants the app secret; it may stand in no other request. */
  readonly secretPaths: readonly string[];
  /** Together in more than one currency, one of them without decimals. */
  readonly sellers: readonly [SellerUnderTest, ...SellerUnderTest[]];
  /** Well formed, and of no order. */
  readonly unknownOrderNumber: string;
  /** The marketplace does not take it any more. */
  endToken(accessToken: string): Promise<void>;
  /** The next calls are refused in the marketplace's own words: it is busy, or a parameter is wrong. */
  refuse(why: 'busy' | 'parameter', times: number): Promise<void>;
  /** It refuses nothing any more. */
  relent(): Promise<void>;
  /** An answer of the marketplace in which something cannot be understood. */
  readonly garbled: {
    /** One order of an answer to `getOrdersByNumber`. */
    order(answer: string, orderNumber: string): string;
    /** The amounts in an answer to `getOrderAmounts`; null where there is no such call. */
    readonly amounts: ((answer: string) => string) | null;
  };
  /** A message about an order, as the marketplace sends it; null where it pushes nothing. */
  readonly push:
    | ((of: {
        readonly app: MarketplaceApp;
        readonly platformShopId: string;
        readonly orderNumber: string;
      }) => Promise<PushedRequest>)
    | null;
  close(): Promise<void>;
}

/**
 * By this one object a marketplace takes part in the conformance suite (`marketplaces.ts`). It is written from the
 * marketplace's documents and its sandbox, never from its connector: two readings of one protocol.
 */
export interface MarketplaceUnderTest {
  /** Requests whose signature is known from elsewhere: the documents, or a client that the marketplace has answered. */
  readonly signatures: readonly {
    readonly name: string;
    readonly is: string;
    /** By the connector's own signing. */
    signed(): string;
  }[];
  open(): Promise<OpenMarketplace>;
}
