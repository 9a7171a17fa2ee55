import type { Precision } from '../../ui/format';
import { Instant } from '../../ui/instant';
import { Unknown } from '../../ui/unknown';
import { useShopZone } from './use-shops';

interface ShopTimeProps {
  at: string | null;
  shopId: string;
  precision?: Precision;
}

/** An instant in the zone of its shop. */
export function ShopTime({ at, shopId, precision }: ShopTimeProps) {
  const zone = useShopZone(shopId);
  return at === null ? <Unknown /> : <Instant at={at} zone={zone} precision={precision} />;
}
