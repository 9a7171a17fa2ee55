import { useShopName } from './use-shops';

export function ShopName({ shopId }: { shopId: string }) {
  return <span title={shopId}>{useShopName(shopId)}</span>;
}
