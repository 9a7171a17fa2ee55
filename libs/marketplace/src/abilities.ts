import { say } from '#said';
import { type Ability, descriptorOf, type Marketplace } from './descriptors.js';
import { MarketplaceError } from './errors.js';
import type { MarketplaceConnector } from './port.js';
import type { ReadableList } from './reading/list-reading.js';

/**
 * The parts of the port that an ability is made of. A part that stands with no ability must be given by every connector;
 * an ability that has no parts here does not compile.
 */
const PARTS = {
  orders: ['orderStatuses', 'orders', 'getOrdersByNumber'],
  order_counts: ['countOrders'],
  amounts: ['getOrderAmounts'],
  addresses: ['getOrderAddress'],
  after_sales: [
    'afterSales',
    'getAfterSalesOfOrders',
    'getCancelRequests',
    'getAfterSalesLines',
    'getAfterSalesRefund',
  ],
  products: ['listProducts', 'getProductsById', 'listSkus', 'getSupplierPrices'],
  promotions: ['promotionTypes', 'listPromotions', 'listPromotionProducts'],
  pushes: ['pushEvents', 'readPush', 'changePushSubscription'],
} as const satisfies Readonly<Record<Ability, readonly (keyof MarketplaceConnector)[]>>;

type AbilityPart = (typeof PARTS)[Ability][number];

/** Parts in whose place another may be given. */
const IN_PLACE_OF: Readonly<Partial<Record<AbilityPart, keyof MarketplaceConnector>>> = {
  listProducts: 'catalogue',
  listSkus: 'catalogue',
};

/** A connector as it is written: what its descriptor does not name among its abilities is left out. */
export type OwnParts = Omit<MarketplaceConnector, AbilityPart> &
  Partial<Pick<MarketplaceConnector, AbilityPart>>;

/**
 * The connector with a refusal in place of each part that it was not given. Nobody meets one: who would ask looks first
 * whether the marketplace has the ability (`hasAbility`).
 * @throws Error naming a part that its descriptor promises and the connector lacks: at start, not at the first call
 */
export function withRefusals<Own extends OwnParts>(own: Own): Own & MarketplaceConnector {
  const { marketplace } = own;
  const { abilities } = descriptorOf(marketplace);
  const missing = abilities.flatMap((ability) => PARTS[ability].filter((part) => !isGiven(own, part)));
  if (missing.length > 0)
    throw new Error(`The connector of ${marketplace} lacks ${missing.join(', ')}: see its abilities.`);
  const refusals = Object.entries(refusalsOf(marketplace)) as [AbilityPart, unknown][];
  const lacked = Object.fromEntries(refusals.filter(([part]) => own[part] === undefined));
  return Object.assign(own, lacked as Pick<MarketplaceConnector, AbilityPart>);
}

function isGiven(own: OwnParts, part: AbilityPart): boolean {
  const other = IN_PLACE_OF[part];
  return own[part] !== undefined || (other !== undefined && own[other] !== undefined);
}

function refusalsOf(marketplace: Marketplace): Pick<MarketplaceConnector, AbilityPart> {
  const refuse = (part: AbilityPart) => (): Promise<never> => Promise.reject(lacking(marketplace, part));
  const unread = (part: AbilityPart): ReadableList<never> => ({
    idOf: () => {
      throw lacking(marketplace, part);
    },
    read: refuse(part),
  });
  return {
    orderStatuses: [],
    orders: unread('orders'),
    getOrdersByNumber: refuse('getOrdersByNumber'),
    countOrders: refuse('countOrders'),
    getOrderAmounts: refuse('getOrderAmounts'),
    getOrderAddress: refuse('getOrderAddress'),
    afterSales: unread('afterSales'),
    getAfterSalesOfOrders: refuse('getAfterSalesOfOrders'),
    getCancelRequests: refuse('getCancelRequests'),
    getAfterSalesLines: refuse('getAfterSalesLines'),
    getAfterSalesRefund: refuse('getAfterSalesRefund'),
    listProducts: refuse('listProducts'),
    getProductsById: refuse('getProductsById'),
    listSkus: refuse('listSkus'),
    getSupplierPrices: refuse('getSupplierPrices'),
    promotionTypes: [],
    listPromotions: refuse('listPromotions'),
    listPromotionProducts: refuse('listPromotionProducts'),
    pushEvents: [],
    readPush: () => ({ verdict: 'malformed', problem: `${marketplace} pushes nothing` }),
    changePushSubscription: refuse('changePushSubscription'),
  };
}

/** It was asked for although it is known to have none: a fault of ours. */
function lacking(marketplace: Marketplace, part: AbilityPart): MarketplaceError {
  return new MarketplaceError({
    kind: 'programming',
    operation: part,
    what: say('error.no_ability', { marketplace: descriptorOf(marketplace).words.en, part }),
    remedy: say('remedy.report'),
    retryable: false,
  });
}
