import { SCOPES } from '../accounts/scopes.js';
import type { Shop } from '../world/types.js';
import { type Endpoint, type Scene, sellerEndpoint, shopEndpoint } from './endpoint.js';

function grantedShops({ grant, world }: Scene): Shop[] {
  return world.shopsOf(grant.openId).filter(({ id }) => grant.shopIds.includes(id));
}

export const SHOP_ENDPOINTS: readonly Endpoint[] = [
  sellerEndpoint({
    method: 'GET',
    path: '/authorization/202309/shops',
    scope: SCOPES.authorization,
    query: {},
    body: null,
    answer: (_input, scene) => ({
      shops: grantedShops(scene).map((shop) => ({
        id: shop.id,
        name: shop.name,
        region: shop.market,
        seller_type: shop.sellerType,
        cipher: scene.accounts.cipherOf(scene.app, shop.id),
        code: shop.code,
      })),
    }),
  }),
  sellerEndpoint({
    method: 'GET',
    path: '/seller/202309/shops',
    scope: SCOPES.shop,
    query: {},
    body: null,
    answer: (_input, scene) => ({
      shops: grantedShops(scene).map(({ id, market }) => ({ id, region: market })),
    }),
  }),
  shopEndpoint({
    method: 'DELETE',
    path: '/authorization/202403/shops',
    scope: SCOPES.authorization,
    query: {},
    body: null,
    answer: (_input, { grant, accounts, shop }) => {
      const shopIds = grant.shopIds.filter((id) => id !== shop.shop.id);
      accounts.saveGrant({ ...grant, shopIds });
      return {};
    },
  }),
];
