import type { MarketplaceDescriptor } from '../descriptor.js';

/** Europe has its own name for a region that another marketplace has too; the north pole is this one's alone. */
export type SkeletonRegion = 'eu' | 'north';

const DAY_MS = 86_400_000;

export const skeleton: MarketplaceDescriptor<SkeletonRegion> = {
  words: { en: 'Skeleton Market', zh: '骨架商城' },
  regions: {
    eu: {
      words: { en: 'Catacombs', zh: '地下墓穴' },
      place: { timeZone: 'Europe/Madrid', currency: 'EUR' },
      host: 'https://eu.skeleton.example',
      consentPage: 'https://eu.skeleton.example',
      scopes: { orders: ['orders.read'] },
    },
    north: {
      words: { en: 'Far North', zh: '极北' },
      place: { timeZone: 'Arctic/Longyearbyen', currency: 'NOK' },
      host: 'https://north.skeleton.example',
      consentPage: null,
      scopes: {},
    },
  },
  appFields: [],
  places: { JP: { timeZone: 'Asia/Tokyo', currency: 'JPY' } },
  abilities: ['orders', 'amounts'],
  revenueBasis: 'seller',
  codeLifeMs: DAY_MS / 48,
  callback: { state: ['state'], code: ['auth_code'], error: ['refusal'], appKey: [], host: [] },
  promotionOverCodes: [],
  pushes: null,
  wordsOfOrder: { en: 'bone bundle', zh: '骨架订单' },
  examples: {
    marketplaceName: 'Skeleton Market',
    shopName: 'Skeleton Catacombs …0001',
    platformShopId: '7000000000000000001',
    orderNumber: '5800000000000000001',
    caseNumber: '5900000000000000001',
    eventCode: 'none',
    pushedText: '{}',
  },
  ownWords: /skeleton_?market|SKELETON_|bone_?bundle|骨架/i,
  load: async () => (await import('./module.js')).skeletonModule,
};
