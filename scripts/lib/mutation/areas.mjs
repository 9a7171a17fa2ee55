/**
 * What `npm run mutate` knows by name. Paths are parts of paths, as for `npm test`; sources and specs that are there
 * today, so a file may move within its folder.
 */

/**
 * @typedef {object} Area
 * @property {string} name
 * @property {string[]} sources
 * @property {string[]} [rulesOf] sources of which only is tried who sees a field
 * @property {string[]} tests
 */

/** They measure a pace: on a busy machine they fail without a fault. */
export const MEASURING = ['shared-limit.int-spec', 'fairness.int-spec'];

/** @type {readonly Area[]} */
export const AREAS = [
  {
    name: 'connector',
    sources: ['libs/marketplace/src/temu/'],
    tests: ['libs/marketplace/src/temu/', 'test/conformance/'],
  },
  {
    name: 'order store',
    sources: ['apps/order-service/src/orders/order-store', 'apps/order-service/src/order-events/'],
    tests: ['apps/order-service/src/orders/'],
  },
  {
    name: 'windows',
    sources: [
      'libs/marketplace/src/reading/',
      'libs/sync/src/reading/',
      'apps/order-service/src/orders/orders.kind',
    ],
    tests: [
      'libs/marketplace/src/reading/',
      'libs/sync/src/reading/',
      'apps/order-service/src/orders/orders.kind',
      'apps/order-service/src/orders/list-incomplete',
    ],
  },
  {
    name: 'due queues',
    sources: [
      'apps/order-service/src/amounts/',
      'apps/order-service/src/addresses/addresses.kind',
      'apps/order-service/src/addresses/store-addresses',
      'apps/order-service/src/follow-ups/',
      'libs/sync/src/reading/due-queue',
      'libs/sync/src/runs/follow-ups',
    ],
    tests: ['apps/order-service/src/amounts/', 'apps/order-service/src/addresses/'],
  },
  {
    name: 'metric registry',
    sources: [
      'apps/analytics-service/src/figures/metric-registry',
      'apps/analytics-service/src/figures/sums',
    ],
    tests: ['apps/analytics-service/src/figures/'],
  },
  {
    name: 'masking',
    sources: [
      'libs/contracts/src/kernel/field-rights',
      'libs/contracts/src/kernel/caller',
      'apps/order-service/src/addresses/address-view',
      'apps/order-service/src/addresses/address-reader',
      'apps/auth-service/src/webhooks/masked-event',
    ],
    rulesOf: [
      'libs/contracts/src/order/order',
      'libs/contracts/src/product/product.ts',
      'libs/contracts/src/product/promotion.ts',
      'libs/contracts/src/sync/quarantine',
      'order-service/src/order-api/order-queries',
      'after-sales-queries',
      'product-queries',
      'promotion-products-queries',
      'quarantine-queries',
    ],
    tests: [
      'libs/contracts/src/kernel/field-rights',
      'libs/contracts/src/kernel/caller',
      'apps/order-service/src/addresses/',
      'apps/order-service/src/order-api/order-queries',
      'apps/order-service/src/after-sales/after-sales.int-spec',
      'apps/product-service/test/product-answers',
      'apps/product-service/test/promotion-answers',
      'libs/sync/src/runs/sync-care',
      'apps/auth-service/src/webhooks/masked-event',
    ],
  },
  {
    name: 'rights',
    sources: [
      'libs/contracts/src/kernel/rights',
      'apps/gateway/src/access/',
      'apps/gateway/src/http/access.guard',
      'apps/auth-service/src/accounts/',
      'apps/auth-service/src/people/',
      'apps/auth-service/src/authorization/',
    ],
    tests: [
      'libs/contracts/src/auth/',
      'apps/gateway/src/access/',
      'apps/gateway/test/access',
      'apps/gateway/test/api-keys',
      'apps/gateway/test/declared-access',
      'apps/auth-service/src/people/',
      'apps/auth-service/test/people',
      'apps/auth-service/test/authorization',
      'apps/auth-service/test/sessions',
    ],
  },
  {
    name: 'sessions',
    sources: ['apps/auth-service/src/sessions/', 'libs/contracts/src/auth/email'],
    tests: ['apps/auth-service/test/sessions', 'libs/contracts/src/auth/email'],
  },
  {
    name: 'webhooks',
    sources: ['apps/auth-service/src/webhooks/', 'libs/marketplace/src/temu/pushes/'],
    tests: [
      'apps/auth-service/src/webhooks/',
      'apps/auth-service/test/webhook',
      'libs/marketplace/src/temu/pushes/',
    ],
  },
];
