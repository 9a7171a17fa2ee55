import type { Parameter } from '../protocol/parameters.js';
import { parameterInvalid } from '../protocol/refusal.js';
import { type Endpoint, shopEndpoint } from './endpoint.js';

/** Every event that a shop can be subscribed to; what is not simulated is never pushed. */
export const EVENT_TYPES = [
  'ORDER_STATUS_CHANGE',
  'REVERSE_STATUS_UPDATE',
  'RECIPIENT_ADDRESS_UPDATE',
  'PACKAGE_UPDATE',
  'PRODUCT_STATUS_CHANGE',
  'SELLER_DEAUTHORIZATION',
  'UPCOMING_AUTHORIZATION_EXPIRATION',
  'CANCELLATION_STATUS_CHANGE',
  'RETURN_STATUS_CHANGE',
  'NEW_CONVERSATION',
  'NEW_MESSAGE',
  'PRODUCT_INFORMATION_CHANGE',
  'PRODUCT_CREATION',
  'PRODUCT_CATEGORY_CHANGE',
  'NEW_MESSAGE_LISTENER',
  'INVOICE_STATUS_CHANGE',
  'PRODUCT_AUDIT_STATUS_CHANGE',
] as const;

const EVENT_TYPE = { kind: 'choice', choices: EVENT_TYPES, isRequired: true } as const satisfies Parameter;
const path = '/event/202309/webhooks';
const MAX_ADDRESS = 255;

/** No scope is asked for: token answers know none that names events. */
export const WEBHOOK_ENDPOINTS: readonly Endpoint[] = [
  shopEndpoint({
    method: 'GET',
    path,
    scope: null,
    query: {},
    body: null,
    answer: (_input, { app, accounts, shop }) => {
      const webhooks = accounts.subscriptions(app.appKey, shop.shop.id).map((each) => ({
        event_type: each.eventType,
        address: each.address,
        create_time: each.createTime,
        update_time: each.updateTime,
      }));
      return { total_count: webhooks.length, webhooks };
    },
  }),
  shopEndpoint({
    method: 'PUT',
    path,
    scope: null,
    query: {},
    body: { event_type: EVENT_TYPE, address: { kind: 'text', isRequired: true } },
    answer: ({ body }, { app, accounts, shop }) => {
      if (body.address.length > MAX_ADDRESS || !/^https?:\/\//.test(body.address)) {
        throw parameterInvalid(
          'address',
          'not an address',
          `http or https, at most ${MAX_ADDRESS} characters`,
        );
      }
      accounts.subscribe(app.appKey, shop.shop.id, body.event_type, body.address);
      return {};
    },
  }),
  shopEndpoint({
    method: 'DELETE',
    path,
    scope: null,
    query: {},
    body: { event_type: EVENT_TYPE },
    answer: ({ body }, { app, accounts, shop }) => {
      accounts.subscribe(app.appKey, shop.shop.id, body.event_type, null);
      return {};
    },
  }),
];
