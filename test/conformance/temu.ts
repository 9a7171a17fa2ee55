import { SANDBOX_CONTROL_TOKEN, SandboxControl } from '#testing';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import { signTemuFields } from '../../libs/marketplace/src/temu/wire/signing.js';
import {
  commonFields,
  SIGNING_VECTORS,
  VECTOR_SECRET,
} from '../../libs/marketplace/src/temu/wire/signing-vectors.fixture.js';
import type {
  MarketplaceUnderTest,
  OpenMarketplace,
  OrderTruth,
  SellerUnderTest,
  ShopUnderTest,
} from './marketplace-under-test.js';
import { pushedMessage } from './pushed-message.js';

interface Order {
  parentOrderMap: {
    parentOrderSn: string;
    parentOrderStatus: number;
    parentOrderTime: number;
    updateTime: number;
  };
  orderList: { orderSn: string }[];
  amounts: { parentOrderMap: { customerPaid: { amount: number; currency: string } } };
}

/** Invented by every sandbox. */
const APPS = {
  us: { region: 'us', appKey: 'sbxAppKey0001', appSecret: 'sbxSecret0123456789abcdef' },
  global: { region: 'global', appKey: 'sbxAppKey0003', appSecret: 'sbxSecretGlobal0123456789ab' },
} as const;

export const temu: MarketplaceUnderTest = {
  signatures: SIGNING_VECTORS.map(([name, type, fields, is]) => ({
    name,
    is,
    signed: () => signTemuFields({ ...commonFields(type), ...fields }, VECTOR_SECRET),
  })),
  open,
};

async function open(): Promise<OpenMarketplace> {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    controlToken: SANDBOX_CONTROL_TOKEN,
    ratePerSecond: 0,
  });
  const sandboxControl = new SandboxControl(sandbox.url);
  const control: SandboxControl['control'] = (...asked) => sandboxControl.control(...asked);

  /** Of one shop, as Temu's tokens are. */
  const seller = async (market: string, app: (typeof APPS)[keyof typeof APPS], orders: number) => {
    const { mallId } = await control<{ mallId: number }>('POST', '/shops', { market, orders, products: 8 });
    const shop: ShopUnderTest = {
      platformShopId: String(mallId),
      async orders() {
        const path = `/shops/${mallId}/truth/orders?pageSize=5000`;
        return (await control<{ items: Order[] }>('GET', path)).items.map(truthOf);
      },
      change: (orderNumber) => control('PATCH', `/shops/${mallId}/orders/${orderNumber}`, {}),
    };
    return {
      app,
      shops: [shop],
      code: async () => {
        const { code } = await control<{ code: string }>('POST', '/codes', { appKey: app.appKey, mallId });
        return code;
      },
    } satisfies SellerUnderTest;
  };

  return {
    url: sandbox.url,
    addresses: (base) => {
      const byRegion = Object.fromEntries(Object.keys(APPS).map((region) => [region, `${base}/${region}`]));
      return { settings: { hosts: byRegion }, consentPages: byRegion };
    },
    secretPaths: [],
    sellers: [await seller('US', APPS.us, 320), await seller('JP', APPS.global, 12)],
    unknownOrderNumber: 'PO-211-99999999999999999',
    endToken: (accessToken) => control('POST', '/tokens/expire', { accessToken }),
    refuse: (why, count) =>
      control('POST', '/faults', {
        count,
        ...(why === 'busy' ? { kind: 'rate_limit' } : { kind: 'business_error', errorCode: 3000000 }),
      }),
    relent: () => control('DELETE', '/faults'),
    garbled: {
      order(answer, orderNumber) {
        const parsed = JSON.parse(answer) as { result: { pageItems: Record<string, unknown>[] } };
        for (const item of parsed.result.pageItems) {
          const parent = item.parentOrderMap as Record<string, unknown>;
          if (parent.parentOrderSn === orderNumber) parent.updateTime = 'never';
        }
        return JSON.stringify(parsed);
      },
      amounts: (answer) => answer.replace(/"amount":-?\d+/g, '"amount":"many"'),
    },
    push: ({ app, platformShopId, orderNumber }) =>
      pushedMessage(async (url) => {
        await control('PUT', '/webhooks', { url });
        await control('POST', '/webhooks/test', {
          appKey: app.appKey,
          eventCode: 'bg_order_status_change_event',
          eventData: JSON.stringify({ mallId: Number(platformShopId), parentOrderSn: orderNumber }),
        });
      }),
    close: () => sandbox.close(),
  };
}

function truthOf({ parentOrderMap, orderList, amounts }: Order): OrderTruth {
  const { amount, currency } = amounts.parentOrderMap.customerPaid;
  return {
    orderNumber: parentOrderMap.parentOrderSn,
    platformStatus: String(parentOrderMap.parentOrderStatus),
    createdAt: parentOrderMap.parentOrderTime,
    updatedAt: parentOrderMap.updateTime,
    lineIds: orderList.map(({ orderSn }) => orderSn),
    paid: { amountMinor: amount, currency },
  };
}
