import { SANDBOX_CONTROL_TOKEN, SandboxControl } from '#testing';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import { signTikTokCall } from '../../libs/marketplace/src/tiktok/wire/signing.js';
import {
  SIGNING_VECTORS,
  VECTOR_KEY,
  VECTOR_SECRET,
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
  line_items: { id: string }[];
  priceDetail: { payment: string; currency: string };
}

/** Invented by every sandbox. */
const APP = {
  region: 'global',
  appKey: 'sbxtt0row0001',
  appSecret: 'sbxTikTokSecretRow0123456789abcdef',
  fields: { service_id: '7400000000000000001' },
} as const;

export const tiktok: MarketplaceUnderTest = {
  signatures: SIGNING_VECTORS.map(([name, path, query, body, is]) => ({
    name,
    is,
    signed: () => signTikTokCall({ path, query: { ...query, app_key: VECTOR_KEY }, body }, VECTOR_SECRET),
  })),
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
  const control = <T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
    sandboxControl.control<T>(method, `/tiktok${path}`, body);

  const newShop = async (openId: string, market: string, orders: number): Promise<ShopUnderTest> => {
    const { id } = await control<{ id: string }>('POST', '/shops', { openId, market, orders, products: 12 });
    return {
      platformShopId: id,
      async orders() {
        const path = `/shops/${id}/truth/orders?pageSize=5000`;
        return (await control<{ items: Order[] }>('GET', path)).items.map(truthOf);
      },
      change: (orderNumber) => control('PATCH', `/shops/${id}/orders/${orderNumber}`, {}),
    };
  };
  const seller = async (
    openId: string,
    first: readonly [market: string, orders: number],
    ...others: readonly (readonly [market: string, orders: number])[]
  ): Promise<SellerUnderTest> => {
    const shops: [ShopUnderTest, ...ShopUnderTest[]] = [await newShop(openId, ...first)];
    for (const other of others) shops.push(await newShop(openId, ...other));
    return {
      app: APP,
      shops,
      code: async () =>
        (await control<{ code: string }>('POST', '/codes', { appKey: APP.appKey, openId })).code,
    };
  };

  return {
    url: sandbox.url,
    addresses: (base) => ({
      settings: { hosts: { global: base }, tokenHosts: { global: base } },
      consentPages: { global: base },
    }),
    secretPaths: ['/api/v2/token/get', '/api/v2/token/refresh'],
    sellers: [
      await seller('sbxSellerOfTwo', ['ES', 260], ['GB', 20]),
      await seller('sbxSellerOfOne', ['JP', 15]),
    ],
    unknownOrderNumber: '579999999999999999',
    endToken: (accessToken) => control('POST', '/tokens/expire', { accessToken }),
    refuse: (why, count) =>
      control('POST', '/faults', {
        count,
        ...(why === 'busy' ? { kind: 'rate_limit' } : { kind: 'business_error', errorCode: 36009021 }),
      }),
    relent: () => control('DELETE', '/faults'),
    garbled: {
      order(answer, orderNumber) {
        const parsed = JSON.parse(answer) as { data: { orders: { id: string; update_time: unknown }[] } };
        for (const order of parsed.data.orders) if (order.id === orderNumber) order.update_time = 'never';
        return JSON.stringify(parsed);
      },
      amounts: (answer) => answer.replace(/"payment":"[^"]*"/g, '"payment":"many"'),
    },
    push: ({ platformShopId, orderNumber }) =>
      pushedMessage(async (url) => {
        await control('PUT', '/webhooks', { url });
        await control('PATCH', `/shops/${platformShopId}/orders/${orderNumber}`, { address: true });
      }),
    close: () => sandbox.close(),
  };
}

function truthOf({ id, status, create_time, update_time, line_items, priceDetail }: Order): OrderTruth {
  const { payment, currency } = priceDetail;
  return {
    orderNumber: id,
    platformStatus: status,
    createdAt: create_time,
    updatedAt: update_time,
    lineIds: line_items.map((line) => line.id),
    paid: { amountMinor: Number(payment.replace('.', '')), currency },
  };
}
