import type { Said } from '#said';
import type { Marketplace, MarketplaceRegion } from './descriptors.js';
import type { ReadableList } from './reading/list-reading.js';

/**
 * The connector port: what a service may ask of any marketplace, in words that belong to no vendor.
 * Everything here has been validated by the connector: ids are strings (a 19-digit id never passes through a
 * JS number), money is an integer of minor units, instants are `Date`.
 */

export type { Marketplace, MarketplaceRegion };

export interface MarketplaceApp {
  region: MarketplaceRegion;
  appKey: string;
  appSecret: string;
  /** What the descriptor's `appFields` name; left out where they name none. */
  fields?: Readonly<Record<string, string>>;
}

export interface MarketplaceCredentials extends MarketplaceApp {
  marketplace: Marketplace;
  accessToken: string;
  /**
   * Names of the calls that the token may make; `null` where that is not known. Any other is refused here, unasked, with
   * kind `scope`; an empty list refuses all but the calls about the token itself.
   */
  scopes: readonly string[] | null;
  /** What calls about this shop name beside the token, as `exchangeCode` brought it. */
  shopExtras?: Readonly<Record<string, string>>;
  /** Version of the credential lease; the connector passes it through untouched. */
  version: number;
}

export const CALL_PRIORITIES = ['interactive', 'hint', 'background', 'followup', 'bulk'] as const;
/**
 * Who goes first when calls wait for their pace: `interactive` is a person who waits, `hint` one record that a webhook
 * has named, `background` the reading of lists, `followup` what is asked of each record once its list is read, by a call
 * of its own (amounts, addresses), `bulk` what has all night (audits).
 */
export type CallPriority = (typeof CALL_PRIORITIES)[number];

/** One try of one call, as it ended; `durationMs` is the HTTP exchange without the wait for a permit. */
export interface CallReport {
  operation: string;
  durationMs: number;
  /** `retried`: this try failed and another follows. `failed`: it failed and none follows. */
  outcome: 'ok' | 'retried' | 'failed';
}

export interface CallOptions {
  /** Ends waiting, retrying and the HTTP exchange at once, with a `MarketplaceError` of kind `aborted`. */
  signal?: AbortSignal | undefined;
  /** Default `background`. */
  priority?: CallPriority | undefined;
  onCall?: ((call: CallReport) => void) | undefined;
}

export interface CallContext extends CallOptions {
  credentials: MarketplaceCredentials;
}

/** Closed interval, whole seconds. */
export interface TimeWindow {
  from: Date;
  to: Date;
}

/** `amountMinor` is a JSON safe integer of the currency's smallest unit (JPY 1 = 1, USD 1 = 100). */
export interface Money {
  amountMinor: number;
  /** ISO 4217, upper case. */
  currency: string;
}

export type OrderStatus =
  | 'pending'
  | 'unshipped'
  | 'cancelled'
  | 'shipped'
  | 'delivered'
  | 'partially_shipped'
  | 'partially_delivered'
  | 'unknown';

/** Who ships: the seller, the marketplace's own warehouse, one that works with it, or a word that is new to us. */
export type FulfilmentType = 'seller' | 'marketplace' | 'partner_warehouse' | 'unknown';

export interface OrderRecord {
  orderNumber: string;
  status: OrderStatus;
  /** The marketplace's own word or number as text; an open set, so `status` may be `unknown` while this is not. */
  platformStatus: string;
  platformRegion: string | null;
  platformSite: string | null;
  orderedAt: Date;
  confirmedAt: Date | null;
  shipByAt: Date | null;
  shippedAt: Date | null;
  /** A deadline, not the delivery. */
  deliverByAt: Date | null;
  platformUpdatedAt: Date;
  /** Names of the labels whose value is 1; an open set. */
  labels: string[];
  warnings: string[];
  paymentType: string | null;
  /** The marketplace's own word or number as text, like the two above; open sets. */
  shippingMethod: string | null;
  hasShippingFee: boolean | null;
  /** Distinct fulfilment types of the lines. */
  fulfilmentTypes: FulfilmentType[];
  /** The marketplace's own id of the buyer; left out or null where it tells none. A person: kept as a keyed hash only. */
  buyerId?: string | null;
  /** Left out or null where it is not told, or not yet. */
  area?: OrderArea | null;
  lines: OrderLineRecord[];
}

/** The part of a country that an order goes to, for maps of demand; no address. */
export interface OrderArea {
  /** ISO 3166-1 alpha-2, as the marketplace has it. */
  country: string | null;
  region: string | null;
  /** The marketplace's own code of the region; an open set. */
  regionCode: string | null;
}

export interface OrderLineRecord {
  lineId: string;
  status: OrderStatus;
  platformStatus: string;
  productId: string | null;
  skuId: string | null;
  catalogueSkuId: string | null;
  sellerSku: string | null;
  productName: string;
  spec: string | null;
  imageUrl: string | null;
  orderedQuantity: number;
  cancelledBeforeShipment: number;
  /** `orderedQuantity − cancelledBeforeShipment`; a line in which the platform's three numbers disagree is unreadable. */
  netQuantity: number;
  /** Pieces of the seller's product in one piece sold. */
  soldFactor: number;
  fulfilmentType: FulfilmentType | null;
  orderedAt: Date | null;
  shippedAt: Date | null;
  labels: string[];
}

/** A row that could not be understood. It is kept, so that it is never forgotten and never stops its neighbours. */
export interface UnreadableRecord {
  platformId: string | null;
  /** Names the field and what is wrong with it. */
  reason: Said;
  /** The row as JSON text, credentials blanked. */
  raw: string;
}

export interface ListPage<T> {
  /** The platform's count of all rows of the query, this page or not. */
  total: number;
  records: T[];
  unreadable: UnreadableRecord[];
  /**
   * Parts of rows that stand in `records`, e.g. one SKU of a product, named `row/part`: what they should have said is
   * unknown in their row. Kept like unreadable rows, but no rows of the list: they do not count towards `total`.
   */
  unreadableParts?: UnreadableRecord[] | undefined;
  /** The platform's clock when it answered (HTTP `Date`), whole seconds. */
  platformTime: Date;
  /** Our clock just before the successful try was sent. */
  requestStartedAt: Date;
}

/**
 * All amounts of one order share one currency. `null` is unknown, never zero. Totals are over the quantity as
 * ordered: what was cancelled before shipment is still in them.
 */
export interface OrderAmounts {
  orderNumber: string;
  currency: string;
  retailTotalMinor: number | null;
  basePriceTotalMinor: number | null;
  customerPaidMinor: number | null;
  shippingMinor: number | null;
  /** What the seller is paid for a signature on delivery; `null` also where none was bought. */
  signOnDeliveryMinor: number | null;
  taxMinor: number | null;
  discountMinor: number | null;
  sellerDiscountMinor: number | null;
  platformDiscountMinor: number | null;
  refundedMinor: number | null;
  estimatedRevenueMinor: number | null;
  estimatedDeductionMinor: number | null;
  lines: OrderLineAmounts[];
}

export interface OrderLineAmounts {
  lineId: string;
  /** Of all units as ordered. */
  retailMinor: number | null;
  /** Of all units as ordered, at supply price. */
  basePriceMinor: number | null;
  unitBasePriceMinor: number | null;
  unitRetailMinor: number | null;
  taxMinor: number | null;
  discountMinor: number | null;
}

/**
 * Where an order goes, and to whom: personal data. Never logged, never part of an error; the platform may have blanked
 * parts of it with asterisks.
 */
export interface AddressRecord {
  recipientName: string | null;
  additionalName: string | null;
  phone: string | null;
  backupPhone: string | null;
  email: string | null;
  country: string | null;
  /** State or province. */
  region: string | null;
  city: string | null;
  district: string | null;
  lines: string[];
  full: string | null;
  postCode: string | null;
  taxCode: string | null;
}

/** Why the marketplace gives no address of an order: an ordinary answer about that order, for good or until it changes. */
export type AddressWithholding =
  | 'cash_on_delivery'
  | 'no_self_shipping'
  | 'label_purchase_only'
  | 'shipped'
  | 'restricted';

export type AddressAnswer =
  | { readonly state: 'known'; readonly address: AddressRecord }
  /** `platformReason`: the platform's own number or code, an open set. */
  | {
      readonly state: 'withheld';
      readonly reason: AddressWithholding;
      readonly platformReason: string | null;
    }
  /** Asked again later. */
  | { readonly state: 'still_computing' }
  /** The platform says that it has no such order for this shop. */
  | { readonly state: 'order_unknown' };

export type AfterSalesStatus =
  | 'refund_requested'
  | 'return_requested'
  | 'label_wanted'
  | 'return_shipped'
  | 'return_received'
  | 'refund_in_progress'
  | 'platform_review'
  | 'refunded'
  | 'rejected'
  | 'cancelled_by_buyer'
  | 'unknown';

export type AfterSalesType = 'refund_only' | 'return_and_refund' | 'unknown';

/** A case as the list has it; its lines are a call of their own. */
export interface AfterSalesCaseRecord {
  caseNumber: string;
  orderNumber: string;
  status: AfterSalesStatus;
  /** The marketplace's own word or number as text; an open set. */
  platformStatus: string;
  platformStatusGroup: string | null;
  type: AfterSalesType;
  platformType: string | null;
  /** The marketplace's own word or number as text. */
  returnMethod: string | null;
  /** What the seller may do now, in the marketplace's own words or numbers. */
  availableOperations: string[];
  /** Latest moment to act. */
  actBy: Date | null;
  openedAt: Date;
  platformUpdatedAt: Date;
}

export interface AfterSalesLineRecord {
  caseNumber: string;
  caseLineId: string;
  status: AfterSalesStatus;
  platformStatus: string;
  type: AfterSalesType;
  platformType: string | null;
  productId: string | null;
  skuId: string | null;
  catalogueSkuId: string | null;
  /** The order's line, where the marketplace names it. */
  orderLineId?: string | null;
  quantity: number | null;
}

/** A buyer's open request to cancel an order before it is shipped. */
export interface CancelRequestRecord {
  caseNumber: string;
  orderNumber: string;
  /** When the buyer asked; of several lines, the first. */
  requestedAt: Date;
  /** Undecided until then, the platform cancels by itself. */
  decideBy: Date;
}

/**
 * What the buyer was given back in one finished case, tax and shipping included (retail basis); `null` where the
 * platform gives no sum, or where the case is not finished after all.
 */
export interface AfterSalesRefund {
  caseNumber: string;
  refunded: Money | null;
}

/** The part of the catalogue a product was found in. */
export type ProductListing = 'listed' | 'unpublished' | 'draft' | 'deleted';

export interface ProductRecord {
  productId: string;
  productName: string;
  sellerProductCode: string | null;
  imageUrl: string | null;
  categoryId: string | null;
  /** Open sets, both. */
  platformStatus: string | null;
  platformSubStatus: string | null;
  listing: ProductListing;
  /** 0 is zero stock; `null` is unknown. */
  stock: number | null;
  price: Money | null;
  listPrice: Money | null;
  createdAt: Date | null;
  statusChangedAt: Date | null;
  skuIds: string[];
}

export interface SkuRecord {
  skuId: string;
  productId: string;
  productName: string;
  sellerSku: string | null;
  spec: string | null;
  imageUrl: string | null;
  stock: number | null;
  price: Money | null;
  platformStatus: string | null;
  platformSubStatus: string | null;
  onSale: boolean | null;
  createdAt: Date | null;
  statusChangedAt: Date | null;
}

/** A product with its SKUs, where one list holds both. */
export interface CatalogueRecord {
  product: ProductRecord;
  skus: SkuRecord[];
}

export interface SkuSupplierPrice {
  productId: string;
  skuId: string;
  supplierPrice: Money | null;
}

export type PromotionStatus = 'upcoming' | 'running' | 'over' | 'unknown';

export interface PromotionRecord {
  promotionId: string;
  name: string;
  /** Open sets, both. */
  platformType: string | null;
  platformStatus: string | null;
  /** What that means: a word that is new to us is `unknown`; null where the marketplace said none. */
  status: PromotionStatus | null;
  startsAt: Date | null;
  endsAt: Date | null;
  /** Whether the shop takes part with at least one product. */
  isJoined: boolean | null;
}

/** One product that takes part in a promotion. */
export interface PromotionProductRecord {
  productId: string;
  /** Pieces set aside for it; 0 is zero, `null` is unknown. */
  quantity: number | null;
  remainingQuantity: number | null;
  /** Minor units of the currency in which the SKU is priced, which the platform does not name here; `null` is unknown. */
  skus: { skuId: string; supplyPriceMinor: number | null }[];
}

/** A shop that a token opens. */
export interface ShopIdentity {
  platformShopId: string;
  /** As the marketplace calls it, where it tells: the shop's name here until somebody gives it another. */
  name?: string | undefined;
  platformRegion: string | null;
  shopType: 'semi' | 'local' | 'unknown';
  /** `null` where the gateway says nothing about pushes. */
  pushes: ShopPushes | null;
  /** Secrets of this shop that its calls carry beside the token: kept sealed, and given back as `shopExtras`. */
  extras?: Readonly<Record<string, string>>;
}

/** What a token may do, until when, and in which shops. */
export interface TokenDescription {
  /** As the platform says; never assumed. */
  expiresAt: Date | null;
  /**
   * Names of the calls the token may make. Empty is not known, never "none": the platform lists the very call that
   * answered this, so that a list without a name is no list.
   */
  scopes: string[];
  /** The seller's id, where the marketplace has one beside those of the shops. */
  platformSellerId: string | null;
  /** All that it opens. */
  shops: readonly [ShopIdentity, ...ShopIdentity[]];
}

/** What is known of the messages that the marketplace pushes for a shop: event codes, each list a subset of those before. */
export interface ShopPushes {
  /** `stopped`: the app gets nothing, whatever is subscribed. */
  status: 'normal' | 'stopped' | 'unknown';
  /** The app has them. */
  appEvents: string[];
  /** The seller granted them with this token. */
  grantedEvents: string[];
  /** The shop is subscribed to them. */
  subscribedEvents: string[];
}

/** What a pushed message is about. */
export type PushTopic =
  | 'order'
  | 'address'
  | 'after_sales'
  | 'cancellation'
  | 'fulfilment'
  /** The seller has taken the consent back, or it is about to end. */
  | 'authorization'
  | 'test'
  | 'unknown';

export interface PushEvent {
  eventCode: string;
  topic: PushTopic;
}

export interface PushApp {
  appKey: string;
  appSecret: string;
}

/** A message as it came in, proven by nothing. Header names in lower case. */
export interface PushedRequest {
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

/** A message that the marketplace has signed. What it says is a hint: read again what it names. */
export interface PushedMessage extends PushEvent {
  platformShopId: string | null;
  orderNumber: string | null;
  caseNumber: string | null;
  /** By the signed header; whether it is too old is the receiver's to judge. */
  sentAt: Date;
  /** Decrypted. */
  text: string;
  wasEncrypted: boolean;
}

export type PushVerdict<App extends PushApp> =
  | { verdict: 'genuine'; app: App; message: PushedMessage }
  | { verdict: 'malformed'; problem: string }
  /** `app` is the one that the message names, if it is one of the given. Never tell the sender which reason it was. */
  | {
      verdict: 'refused';
      reason: 'app_unknown' | 'signature_missing' | 'signature_wrong';
      app: App | null;
    };

/** Event codes. */
export interface PushSubscription {
  permit: readonly string[];
  cancel: readonly string[];
  /** Where to push to: not every marketplace is told once in its portal. */
  address: string;
}

/** A refresh token and when it ends, as the platform says. */
export interface RefreshToken {
  token: string;
  expiresAt: Date | null;
}

/** One authorisation: a token, and the shops that it opens. */
export interface IssuedAuthorization extends TokenDescription {
  accessToken: string;
  /** `null` where the token lives until the seller authorises again. */
  refresh: RefreshToken | null;
  /** Further authorisations that came with it, of which only the token is known: `describeToken` tells the rest. */
  further: { platformShopId: string; accessToken: string }[];
  /** Those that could not be understood: the code is spent, so that they must not cost the token itself. */
  unreadableFurther?: UnreadableRecord[] | undefined;
}

export interface RenewedToken {
  accessToken: string;
  expiresAt: Date | null;
  /** `null`: the one that was used stays. */
  refresh: RefreshToken | null;
}

export interface AuthorizationUrlInput extends Omit<MarketplaceApp, 'appSecret'> {
  redirectUri: string;
  state: string;
}

export interface ExchangeCodeInput extends CallOptions {
  app: MarketplaceApp;
  code: string;
}

export interface RenewTokenInput extends CallOptions {
  app: MarketplaceApp;
  refreshToken: string;
}

export interface CountOrdersQuery {
  window: TimeWindow;
  by: 'created' | 'updated';
  /** One of the connector's `orderStatuses`; left out: all. */
  platformStatus?: string;
}

export interface ListProductsQuery {
  listing: ProductListing;
  page: number;
  pageSize: number;
}

export interface ListPromotionsQuery {
  /** One of the connector's `promotionTypes`: each list holds promotions of one type only. */
  type: string;
  page: number;
  /** 1 to 100. */
  pageSize: number;
}

export interface ListPromotionProductsQuery {
  promotionId: string;
  page: number;
  /** 1 to 100. */
  pageSize: number;
}

export interface ListSkusQuery {
  available: boolean;
  page: number;
  pageSize: number;
}

/**
 * Every method rejects with a `MarketplaceError`, and with nothing else, when the marketplace does not give what was
 * asked for. Transient faults have been retried by then.
 */
export interface MarketplaceConnector {
  readonly marketplace: Marketplace;

  /** The seller centre's consent page. Throws kind `configuration` where a region has none. */
  authorizationUrl(input: AuthorizationUrlInput): string;

  /** Whether the API host that a callback names is one we know; any other is refused, never called. */
  isCallbackHostAllowed(region: MarketplaceRegion, callbackHost: string): boolean;

  /** A code works once, and the token it brings kills the shop's former one: tried again only if it was never used. */
  exchangeCode(input: ExchangeCodeInput): Promise<IssuedAuthorization>;

  /** Whose token this is, what it may do and until when. */
  describeToken(ctx: CallContext): Promise<TokenDescription>;

  /**
   * A new token for a refresh token, which dies by it where the marketplace rotates them; left out where there are none.
   * One try, for the answer to it may be lost: whether to send the old refresh token once more is the caller's to judge.
   * Kind `token` is the marketplace's own word that the seller must authorise again, and nothing else is; any other kind
   * leaves open whether the old one still works.
   */
  renewToken?(input: RenewTokenInput): Promise<RenewedToken>;

  /** Every event that the marketplace can push. */
  readonly pushEvents: readonly PushEvent[];

  /** Verifies and decrypts a pushed message; makes no call, throws nothing. `apps` are all of this marketplace. */
  readPush<App extends PushApp>(request: PushedRequest, apps: readonly App[]): PushVerdict<App>;

  /** Subscribes the token's shop to events and ends others: at most 20 each, and one call a second. */
  changePushSubscription(ctx: CallContext, change: PushSubscription): Promise<void>;

  /** The platform's clock, by the cheapest call that yields it. Costs one permit. */
  platformTime(ctx: CallContext): Promise<Date>;

  /** Every status that the marketplace documents and `countOrders` can be asked for, in the order of an order's life. */
  readonly orderStatuses: readonly { readonly platformStatus: string; readonly status: OrderStatus }[];

  /** Every order, of all fulfilment types. */
  readonly orders: ReadableList<OrderRecord>;

  /** How many orders a window holds, by the marketplace's own count. */
  countOrders(ctx: CallContext, query: CountOrdersQuery): Promise<number>;

  /** 1 to 20 numbers, with update times. Those the platform does not know are simply not in the answer. */
  getOrdersByNumber(ctx: CallContext, orderNumbers: readonly string[]): Promise<ListPage<OrderRecord>>;

  /** Kind `unreadable`, with the answer, when this one cannot be understood or its amounts are in two currencies. */
  getOrderAmounts(ctx: CallContext, orderNumber: string): Promise<OrderAmounts | 'still_computing'>;

  /** Personal data. Kind `unreadable`, with the names and types of the answer's fields, for neither address nor reason. */
  getOrderAddress(ctx: CallContext, orderNumber: string): Promise<AddressAnswer>;

  readonly afterSales: ReadableList<AfterSalesCaseRecord>;

  /** All cases of 1 to 20 orders, opened up to the platform's now. */
  getAfterSalesOfOrders(
    ctx: CallContext,
    orderNumbers: readonly string[],
  ): Promise<ListPage<AfterSalesCaseRecord>>;

  /** The open requests to cancel of 1 to 20 orders; an order without one is not in the answer. */
  getCancelRequests(
    ctx: CallContext,
    orderNumbers: readonly string[],
  ): Promise<ListPage<CancelRequestRecord>>;

  /** All lines of 1 to 20 cases. The id of an unreadable line is that of its case. */
  getAfterSalesLines(
    ctx: CallContext,
    caseNumbers: readonly string[],
  ): Promise<ListPage<AfterSalesLineRecord>>;

  /** What the buyer got back in one finished case: one call a case. */
  getAfterSalesRefund(
    ctx: CallContext,
    of: { readonly caseNumber: string; readonly orderNumber: string },
  ): Promise<AfterSalesRefund>;

  /**
   * The whole catalogue in one list, each product with its SKUs, where the marketplace has such a list. It is read in place of
   * `listProducts` and `listSkus` then, which such a marketplace leaves out.
   */
  readonly catalogue?: ReadableList<CatalogueRecord>;

  listProducts(ctx: CallContext, query: ListProductsQuery): Promise<ListPage<ProductRecord>>;

  /** 1 to 100 ids, looked for in every part of the catalogue, the deleted one last. Up to four calls. */
  getProductsById(ctx: CallContext, productIds: readonly string[]): Promise<ListPage<ProductRecord>>;

  listSkus(ctx: CallContext, query: ListSkusQuery): Promise<ListPage<SkuRecord>>;

  /**
   * Row by row: an unreadable SKU is named `productId/skuId`, an unreadable product (or a SKU without an id) by its goods
   * id. Kind `unreadable` where the answer as a whole cannot be understood.
   */
  getSupplierPrices(
    ctx: CallContext,
    query: readonly { productId: string; skuIds: readonly string[] }[],
  ): Promise<{ records: SkuSupplierPrice[]; unreadable: UnreadableRecord[] }>;

  /** The marketplace's own words or numbers of promotion types; each is a list of its own. */
  readonly promotionTypes: readonly string[];

  /** Of any status, joined or not. */
  listPromotions(ctx: CallContext, query: ListPromotionsQuery): Promise<ListPage<PromotionRecord>>;

  /** The products that take part in one promotion now; an unreadable SKU price is a part, `productId/skuId`. */
  listPromotionProducts(
    ctx: CallContext,
    query: ListPromotionProductsQuery,
  ): Promise<ListPage<PromotionProductRecord>>;
}
