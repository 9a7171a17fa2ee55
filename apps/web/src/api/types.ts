import type { components, operations } from './generated/openapi';

/** The gateway's shapes under the names that the pages use. Nothing here is written by hand. */
type Schemas = components['schemas'];

export type Sentence = Schemas['Sentence'];
export type FieldProblem = Schemas['ProblemField'];
export type SaidCode = Schemas['SaidCode'];
export type Me = Schemas['Me'];
export type Organisation = Schemas['OrganisationView'];
export type Grant = Schemas['GrantView'];
export type User = Schemas['UserView'];
export type ApiKey = Schemas['ApiKeyView'];
export type MadeApiKey = Schemas['MadeApiKey'];
export type UserSession = Schemas['SessionView'];
export type AuditEntry = Schemas['AuditView'];
export type MarketplaceApp = Schemas['MarketplaceAppView'];
export type Ability = Schemas['Ability'];
export type NotAvailable = Schemas['NotAvailable'];
export type Shop = Schemas['ShopView'];
export type Integration = Schemas['IntegrationView'];
export type AuthorizationResult = Schemas['AuthorizationResult'];
export type Order = Schemas['Order'];
export type OrderDetail = Schemas['OrderDetail'];
export type OrderLine = Schemas['OrderLine'];
export type OrderStatus = Schemas['OrderStatus'];
export type AmountState = Schemas['AmountState'];
export type ShipDue = Schemas['ShipDue'];
export type FulfilmentType = Schemas['FulfilmentType'];
export type Product = Schemas['Product'];
export type ProductSku = Schemas['ProductSku'];
export type ListingState = Schemas['ListingState'];
export type StockLevel = Schemas['StockLevel'];
export type Money = Schemas['Money'];
export type SyncRun = Schemas['SyncRun'];
export type SyncLogLine = Schemas['SyncLogLine'];
export type SyncKind = Schemas['SyncKind'];
export type SyncStatus = Schemas['SyncStatus'];
export type StartSync = Schemas['StartSync'];
export type Overview = Schemas['Overview'];
export type OrderFigures = Schemas['OrderFigures'];
export type CurrencyFigures = Schemas['CurrencyFigures'];
export type Coverage = Schemas['Coverage'];
export type RefundCoverage = Schemas['RefundCoverage'];
export type ComparedSpan = Schemas['ComparedSpan'];
export type CheckedOrder = Schemas['CheckedOrder'];
export type Trend = Schemas['Trend'];
export type SalesRank = Schemas['SalesRank'];
export type RankedSku = Schemas['RankedSku'];
export type AppliedSpan = Schemas['AppliedSpan'];
export type Freshness = Schemas['Freshness'];
export type MetricDefinition = Schemas['MetricDefinition'];
export type Span = Schemas['Span'];

export type CompletenessDay = Schemas['CompletenessDay'];
export type CompletenessOf = Schemas['CompletenessOf'];
export type CompletenessState = Schemas['CompletenessState'];
export type CompletenessSummary = Schemas['CompletenessSummary'];
export type CompletenessShop = Schemas['CompletenessShop'];
export type CompletenessStatuses = Schemas['CompletenessStatuses'];
export type QuarantinedRecord = Schemas['QuarantinedRecord'];
export type QuarantinedRecordDetail = Schemas['QuarantinedRecordDetail'];
export type SyncHealthState = Schemas['SyncHealthState'];
export type QuarantinedKind = Schemas['QuarantinedKind'];
export type QuarantineCount = Schemas['QuarantineCount'];
export type ShopSyncHealth = Schemas['ShopSyncHealth'];
export type SyncKindHealth = Schemas['SyncKindHealth'];
export type Webhook = Schemas['WebhookView'];
export type WebhookTopic = Schemas['WebhookTopic'];
export type WebhookState = Schemas['WebhookState'];
export type WebhookRefusalCount = Schemas['WebhookRefusalCount'];
export type WebhookSubscription = Schemas['WebhookSubscription'];
export type WebhookGate = Schemas['WebhookGate'];
export type WebhookEventState = Schemas['WebhookEventState'];
export type AfterSalesCase = Schemas['AfterSalesCase'];
export type AfterSalesCaseDetail = Schemas['AfterSalesDetail'];
export type AfterSalesStatus = Schemas['AfterSalesStatus'];
export type AfterSalesType = Schemas['AfterSalesType'];
export type Promotion = Schemas['Promotion'];
export type PromotionStatus = Schemas['PromotionStatus'];
export type PromotionProduct = Schemas['PromotionProduct'];
export type OrderDiscovery = Schemas['OrderDiscovery'];
export type ShopDiscovery = Schemas['ShopDiscovery'];
export type OrderChange = Schemas['OrderChange'];
export type MaskedAddress = Schemas['MaskedAddress'];
export type RevealedAddress = Schemas['RevealedAddress'];

export type ServiceName = Schemas['ServiceName'];
export type MarketplaceId = Shop['marketplace'];
export type ShopRegion = Shop['region'];
export type ShopStatus = Schemas['ShopStatus'];
export type SyncDomain = Schemas['SyncDomain'];
export type AuditActor = Schemas['AuditActor'];
export type AuditAction = Schemas['AuditAction'];
export type Role = Schemas['Role'];
export type Right = Schemas['Right'];

/** All that a list may be asked for, but how it is paged. */
export type FiltersOf<Operation extends keyof operations> = Omit<
  NonNullable<operations[Operation]['parameters']['query']>,
  'limit' | 'cursor'
>;

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
  /** Of lists that a marketplace may not give. */
  notAvailable?: NotAvailable[];
}
