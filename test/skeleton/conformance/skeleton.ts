import { signSkeleton } from '../../libs/marketplace/src/skeleton/client.js';
import {
  SKELETON_APP,
  type SkeletonOrder,
  SkeletonServer,
  type SkeletonShop,
  skeletonOrders,
} from '../skeleton/skeleton-server.js';
import type {
  MarketplaceUnderTest,
  OpenMarketplace,
  OrderTruth,
  ShopUnderTest,
} from './marketplace-under-test.js';

export const skeleton: MarketplaceUnderTest = {
  signatures: [
    {
      name: 'S1',
      // printf '/orders\n1700000000\n{"by":"created"}' | openssl dgst -sha256 -hmac sbxSkeletonSecret0123456789
      is: 'e4771578aeb5e5a1835ebc7f6402a053f91f5725118033b4af5f68ac02d9566f',
      signed: () => signSkeleton(SKELETON_APP.appSecret, '/orders', '1700000000', '{"by":"created"}'),
    },
  ],
  open,
};

async function open(): Promise<OpenMarketplace> {
  const server = await SkeletonServer.start([
    { id: '7000000000000000001', country: 'ES', orders: skeletonOrders(120, 'EUR', '12.34', '24.68') },
    { id: '7000000000000000002', country: 'JP', orders: skeletonOrders(7, 'JPY', '1200', '2400') },
  ]);
  const [spain, japan] = server.shops;
  if (spain === undefined || japan === undefined) throw new Error('it has two shops');
  return {
    url: server.url,
    addresses: (base) => ({ settings: { hosts: { eu: base } }, consentPages: { eu: base } }),
    secretPaths: [],
    sellers: [
      {
        app: { region: 'eu', ...SKELETON_APP },
        shops: [underTest(spain), underTest(japan)],
        code: async () => server.consent(),
      },
    ],
    unknownOrderNumber: '5899999999999999999',
    endToken: async () => server.endToken(),
    refuse: async (why, times) => {
      server.refusals = Array.from({ length: times }, () => (why === 'busy' ? 'BUSY' : 'PARAM'));
    },
    relent: async () => {
      server.refusals = [];
    },
    garbled: {
      order: (answer, orderNumber) =>
        answer.replace(new RegExp(`("id":"${orderNumber}".*?"changed_at":)\\d+`), '$1"never"'),
      amounts: (answer) => answer.replace(/"price":"[^"]*"/g, '"price":"many"'),
    },
    push: null,
    close: () => server.close(),
  };
}

function underTest(shop: SkeletonShop): ShopUnderTest {
  return {
    platformShopId: shop.id,
    orders: async () => [...shop.orders.values()].map(truthOf),
    async change(orderNumber) {
      const order = shop.orders.get(orderNumber);
      if (order === undefined) throw new Error(`there is no order ${orderNumber}`);
      shop.orders.set(orderNumber, { ...order, state: 'BURIED', changed_at: Math.floor(Date.now() / 1000) });
    },
  };
}

function truthOf({ id, state, placed_at, changed_at, items, currency, paid }: SkeletonOrder): OrderTruth {
  return {
    orderNumber: id,
    platformStatus: state,
    createdAt: placed_at,
    updatedAt: changed_at,
    lineIds: items.map((item) => item.id),
    paid: { amountMinor: Number(paid.replace('.', '')), currency },
  };
}
