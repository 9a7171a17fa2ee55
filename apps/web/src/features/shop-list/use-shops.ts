import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask, gateway } from '../../api/client';
import type { Shop } from '../../api/types';
import { useSession } from '../session/session';

export const SHOPS_KEY = ['shops'] as const;

/** Every page names shops, so all of them are read once and kept; an organisation has at most some hundred. */
async function readAllShops(): Promise<Shop[]> {
  const shops: Shop[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(gateway.GET('/api/v1/shops', { params: { query: { limit: 200, cursor } } }));
    shops.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return shops;
}

const NO_SHOPS: readonly Shop[] = [];

export function useShops() {
  const { can } = useSession();
  const query = useQuery({
    queryKey: SHOPS_KEY,
    queryFn: readAllShops,
    enabled: can('shops.read'),
    staleTime: 30_000,
  });
  const shops = query.data ?? NO_SHOPS;
  const byId = useMemo(() => new Map(shops.map((shop) => [shop.id, shop])), [shops]);
  return { query, shops, byId };
}

export function useShopName(shopId: string | undefined): string {
  const { byId } = useShops();
  if (shopId === undefined) return '';
  return byId.get(shopId)?.name ?? shopId.slice(0, 8);
}

/** Undefined for no shop, and for one that the reader may not see: the reader's own zone stands in, and is written. */
export function useShopZone(shopId: string | null | undefined): string | undefined {
  const { byId } = useShops();
  return byId.get(shopId ?? '')?.timeZone;
}
