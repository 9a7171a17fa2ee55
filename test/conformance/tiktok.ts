import { SANDBOX_CONTROL_TOKEN, SandboxControl } from '#testing';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import { signTikTokCall, signTikTokPush } from '../../libs/marketplace/src/tiktok/wire/signing.js';
import {
  CALL_VECTORS,
  PUSH_VECTORS,
  VECTOR_APP,
} from '../../libs/marketplace/src/tiktok/wire/signing-vectors.fixture.js';
import type {
  MarketplaceUnderTest,
  OpenMarketplace,
  OrderTruth,
  SellerUnderTest,
  ShopUnderTest,
} from './marketplace-under-test.js';
import { pushedMessage } from './pushed-message.js';

interface Order {
  id: string;
  status: string;
  create_time: number;
  update_time: number;
  /** Absent while nothing is paid. */
  paid_time?: number;
  payment: { currency: string };
  line_items: { id: string }[];
  /** Minor units. */
  facts: { total: number };
}

/** Invented by every sandbox. */
const APPS = {
  us: {
    region: 'us',
    appKey: 'sbxtt0us00001',
    appSecret: 'sbxTikTokSecretUs0123456789abcdef',
    fields: { service_id: '7400000000000000002' },
  },
  global: {
    region: 'global',
    appKey: 'sbxtt0row0001',
    appSecret: 'sbxTikTokSecretRow0123456789abcdef',
    fields: { service_id: '7400000000000000001' },
  },
} as const;

export const tiktok: MarketplaceUnderTest = {
  signatures: [
    ...CALL_VECTORS.map(([name, path, query, body, is]) => ({
      name,
      is,
      signed: () =>
        signTikTokCall({ path, query: { ...query, app_key: VECTOR_APP.appKey }, body }, VECTOR_APP.appSecret),
    })),
    ...PUSH_VECTORS.map(([name, body, is]) => ({
      name,
      is,
      signed: () => signTikTokPush(body, VECTOR_APP).toString('hex'),
    })),
  ],
  open,
};

async function open(): Promise<OpenMarketplace> {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    controlToken: SANDBOX_CONTROL_TOKEN,
    tiktok: { redirectUrl: null, webhookUrl: null, ratePerSecond: 0 },
  });
  const sandboxControl = new SandboxControl(sandbox.url);
  const control = <T>(method: Parameters<SandboxControl['control']>[0], path: string, body?: unknown) =>
    sandboxControl.control<T>(method, `/tiktok${path}`, body);

  const shop = async (openId: string, market: string, orders: number): Promise<ShopUnderTest> => {
    const { id } = await control<{ id: string }>('POST', '/shops', { openId, market, orders, products: 8 });
    return {
      platformShopId: id,
      async orders() {
        const path = `/shops/${id}/truth/orders?pageSize=5000`;
        return (await control<{ items: Order[] }>('GET', path)).items.map(truthOf);
      },
      change: (orderNumber) => control('PATCH', `/shops/${id}/orders/${orderNumber}`, {}),
    };
  };
  const seller = (
    app: (typeof APPS)[keyof typeof APPS],
    openId: string,
    shops: SellerUnderTest['shops'],
  ): SellerUnderTest => ({
    app,
    shops,
    code: async () => {
      const { code } = await control<{ code: string }>('POST', '/codes', { appKey: app.appKey, openId });
      return code;
    },
  });
  const [european, japanese, american] = ['sbxSellerEurope', 'sbxSellerJapan', 'sbxSellerAmerica'] as const;

  return {
    url: sandbox.url,
    // Regions have their apps and consent pages; hosts are the same everywhere.
    addresses: (base) => {
      const hosts = { us: base, global: base };
      return { settings: { hosts, tokenHosts: hosts }, consentPages: { us: `${base}/us`, global: base } };
    },
    secretPaths: ['/api/v2/token/'],
    sellers: [
      seller(APPS.global, european, [await shop(european, 'ES', 320), await shop(european, 'GB', 40)]),
      seller(APPS.global, japanese, [await shop(japanese, 'JP', 12)]),
      seller(APPS.us, american, [await shop(american, 'US', 12)]),
    ],
    unknownOrderNumber: '579999999999999999',
    endToken: (accessToken) => control('POST', '/tokens/expire', { accessToken }),
    refuse: (why, count) =>
      control('POST', '/faults', {
        count,
        ...(why === 'busy' ? { kind: 'rate_limit' } : { kind: 'business_error', errorCode: 36009023 }),
      }),
    relent: () => control('DELETE', '/faults'),
    garbled: {
      order(answer, orderNumber) {
        const parsed = JSON.parse(answer) as { data: { orders: Record<string, unknown>[] } };
        for (const order of parsed.data.orders) if (order.id === orderNumber) order.update_time = 'never';
        return JSON.stringify(parsed);
      },
      amounts: (answer) => answer.replace(/"payment":"[^"]*"/, '"payment":"many"'),
    },
    push: ({ app, platformShopId, orderNumber }) =>
      pushedMessage(async (url) => {
        await control('PUT', '/webhooks', { url });
        await control('POST', '/webhooks/test', {
          appKey: app.appKey,
          shopId: platformShopId,
          eventType: 'ORDER_STATUS_CHANGE',
          type: 1,
          data: { order_id: orderNumber, order_status: 'IN_TRANSIT' },
        });
      }),
    close: () => sandbox.close(),
  };
}

function truthOf({ id, status, create_time, update_time, paid_time, ...order }: Order): OrderTruth {
  return {
    orderNumber: id,
    platformStatus: status,
    createdAt: create_time,
    updatedAt: update_time,
    lineIds: order.line_items.map((line) => line.id),
    paid:
      paid_time === undefined ? null : { amountMinor: order.facts.total, currency: order.payment.currency },
  };
}
