/**
 * The members of the gateway's vocabularies, as the contract orders them. Nothing here is written by hand: a new member comes
 * with `npm run generate`. What gives a member its words, colour or place is a `Record` of all of them, which does not
 * compile without the new one.
 */
export {
  afterSalesStatusValues as AFTER_SALES_STATUSES,
  afterSalesTypeValues as AFTER_SALES_TYPES,
  amountStateValues as AMOUNT_STATES,
  auditActionValues as AUDIT_ACTIONS,
  completenessOfValues as COMPLETENESS_OF,
  discoverySourceValues as DISCOVERY_SOURCES,
  fulfilmentTypeValues as FULFILMENT_TYPES,
  listingStateValues as LISTING_STATES,
  orderStatusValues as ORDER_STATUSES,
  quarantinedKindValues as QUARANTINED_KINDS,
  roleValues as ROLES,
  shipDueValues as SHIP_DUE,
  spanValues as SPANS,
  stockLevelValues as STOCK_LEVELS,
  syncDomainValues as SYNC_DOMAINS,
  syncKindValues as SYNC_KINDS,
  syncStatusValues as SYNC_STATUSES,
  webhookStateValues as WEBHOOK_STATES,
  webhookTopicValues as WEBHOOK_TOPICS,
} from './generated/openapi';

/** Of a total record, in its order: where people read a vocabulary in another order than the contract's. */
export function membersOf<Member extends string>(record: Readonly<Record<Member, unknown>>): Member[] {
  return Object.keys(record) as Member[];
}
