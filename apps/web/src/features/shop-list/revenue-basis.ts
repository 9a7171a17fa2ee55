import { type RevenueBasis, revenueBasisOf } from '../../i18n/marketplaces';
import { useShops } from './use-shops';

/** Of one shop's prices; as supply where the shop is not known here. */
export function useRevenueBasisOf(shopId: string): RevenueBasis {
  const shop = useShops().byId.get(shopId);
  return shop === undefined ? 'supply' : revenueBasisOf(shop.marketplace);
}

/** What the revenue of these shops is made of; `mixed` where it differs among them. A shop that is not known here counts for none. */
export function useRevenueBasis(shopIds: readonly string[]): RevenueBasis | 'mixed' {
  const { byId } = useShops();
  const bases = new Set(
    shopIds.flatMap((shopId) => {
      const shop = byId.get(shopId);
      return shop === undefined ? [] : revenueBasisOf(shop.marketplace);
    }),
  );
  if (bases.size > 1) return 'mixed';
  return bases.has('seller') ? 'seller' : 'supply';
}
