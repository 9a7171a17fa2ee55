import type { components } from './generated/openapi';

/** The gateway's shapes under the names that the pages use. Nothing here is written by hand. */
type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Grant = Schemas['GrantView'];
export type User = Schemas['UserView'];
export type AuditEntry = Schemas['AuditView'];
export type MarketplaceApp = Schemas['MarketplaceAppView'];
export type Shop = Schemas['ShopView'];
export type Integration = Schemas['IntegrationView'];
export type AuthorizationResult = Schemas['AuthorizationResult'];
export type ParentOrder = Schemas['ParentOrder'];
export type ParentOrderDetail = Schemas['ParentOrderDetail'];
export type OrderLine = Schemas['OrderLine'];
export type OrderStatus = Schemas['OrderStatus'];
export type AmountState = Schemas['AmountState'];
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
export type Trend = Schemas['Trend'];
export type SalesRank = Schemas['SalesRank'];
export type RankedSku = Schemas['RankedSku'];
export type AppliedSpan = Schemas['AppliedSpan'];
export type Freshness = Schemas['Freshness'];
export type MetricDefinition = Schemas['MetricDefinition'];
export type Span = Schemas['Span'];

export type MarketplaceId = Shop['marketplace'];
export type RegionId = Shop['region'];
export type ShopStatus = Shop['status'];
export type Role = Grant['role'];
export type Right = Me['rights'][number]['right'];

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
}
