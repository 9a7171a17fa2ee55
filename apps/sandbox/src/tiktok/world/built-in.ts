import type { MarketCode, Seller, Shop } from './types.js';

export const BUILT_IN_SELLERS: readonly Seller[] = [
  { openId: 'sbxSeller0001', name: 'Ejemplo Trading', region: 'ES' },
  { openId: 'sbxSeller0002', name: 'Rei Shouten', region: 'JP' },
  { openId: 'sbxSeller0003', name: 'Maple Example Goods', region: 'US' },
];

interface BuiltIn {
  id: string;
  name: string;
  code: string;
  market: MarketCode;
  openId: string;
  orders: number;
  products: number;
}

/** The first seller sells across borders and has three shops; sellers of one country have one. */
const BUILT_IN: readonly BuiltIn[] = [
  {
    id: '7495000000000000101',
    name: 'Casa Ejemplo',
    code: 'ESSBX0000101',
    market: 'ES',
    openId: 'sbxSeller0001',
    orders: 860,
    products: 180,
  },
  {
    id: '7495000000000000102',
    name: 'Harbour Example',
    code: 'GBSBX0000102',
    market: 'GB',
    openId: 'sbxSeller0001',
    orders: 420,
    products: 95,
  },
  {
    id: '7495000000000000103',
    name: 'Ejemplo Outlet',
    code: 'ESSBX0000103',
    market: 'ES',
    openId: 'sbxSeller0001',
    orders: 64,
    products: 22,
  },
  {
    id: '7495000000000000201',
    name: 'Rei Zakka 例雑貨',
    code: 'JPSBX0000201',
    market: 'JP',
    openId: 'sbxSeller0002',
    orders: 380,
    products: 84,
  },
  {
    id: '7495000000000000301',
    name: 'Maple Example',
    code: 'USSBX0000301',
    market: 'US',
    openId: 'sbxSeller0003',
    orders: 720,
    products: 140,
  },
];

export function builtInShops(seed: string, anchorSeconds: number): Shop[] {
  return BUILT_IN.map((shop) => ({
    ...shop,
    sellerType: shop.openId === 'sbxSeller0001' ? 'CROSS_BORDER' : 'LOCAL',
    seed: `${seed}/tiktok/${shop.id}`,
    anchorSeconds,
    days: 120,
  }));
}
